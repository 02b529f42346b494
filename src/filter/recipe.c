/* recipe.c: the defaults of the command, as code. Each function settles one thing; recipe_settle calls them in the order of the
 * value flow.
 */
#include "filter/recipe.h"

#include "base/fail.h"
#include "base/memory.h"
#include "conv/plan.h"

#include <math.h>
#include <string.h>

/* ---- kernels ---- */

static bool any_derivative(const struct imc_filter_options *options)
{
    for (int i = 0; i < options->stage_count; i++)
        if (imc_bank_is_derivative(options->stages[i]))
            return true;
    return false;
}

bool recipe_wants_luma(const struct imc_filter_options *options)
{
    if (options->channels == IMC_CHANNELS_AUTO)
        return options->stage_count > 0 && options->stages[0]->in_c == 1 && any_derivative(options);
    return options->channels == IMC_CHANNELS_LUMA;
}

static bool has_negative_taps(const struct recipe *recipe)
{
    for (int i = 0; i < recipe->stages; i++)
        for (int o = 0; o < recipe->banks[i]->filters; o++)
            if (imc_bank_sum(recipe->banks[i], o) != imc_bank_abs_sum(recipe->banks[i], o))
                return true;
    return false;
}

static bool combines(const struct imc_bank *bank)
{
    return bank->filters == 1 || bank->combine == IMC_COMBINE_MAGNITUDE || bank->combine == IMC_COMBINE_MAX ||
           bank->combine == IMC_COMBINE_SUM;
}

static enum imc_status check_stages(const struct imc_filter_options *options, struct imc_error *error)
{
    if (options->stage_count < 1 || options->stage_count > IMC_STAGES_MAX)
        return fail(error, IMC_ERR_ARGUMENT, "a filter has 1 to %d kernels, not %d", IMC_STAGES_MAX, options->stage_count);
    for (int i = 0; i < options->stage_count; i++) {
        const struct imc_bank *bank = options->stages[i];
        if (bank->in_c != 1 && !(bank->in_c == 3 && i == 0))
            return fail(error, IMC_ERR_ARGUMENT, "%s: a filter on %d channels cannot be applied here; pictures have 1 or 3%s%s",
                        bank->label, bank->in_c, i ? ", and only the first kernel of a chain can read 3" : "",
                        bank->learned && bank->in_c != 3 ? "; it reads the layer before its own, so take one of the first layer"
                                                         : "");
        if (!combines(bank) && i + 1 < options->stage_count)
            return fail(error, IMC_ERR_ARGUMENT,
                        "%s: %d filters give %d pictures, of which the next kernel cannot choose; pick one with :I or join them "
                        "with mag(), "
                        "max() or sum()",
                        bank->label, bank->filters, bank->filters);
    }
    return IMC_OK;
}

static enum imc_status copy_banks(struct recipe *recipe, struct imc_error *error)
{
    bool biased = false;
    for (int i = 0; i < recipe->options->stage_count; i++) {
        enum imc_status status = imc_bank_copy(recipe->options->stages[i], &recipe->banks[i], error);
        if (status)
            return status;
        recipe->stages++;
        biased = biased || recipe->banks[i]->bias;
        if (!recipe->options->own_bias) {
            mem_free(recipe->banks[i]->bias);
            recipe->banks[i]->bias = NULL;
        }
        if (recipe->options->flip)
            imc_bank_flip(recipe->banks[i]);
        if (recipe->options->normalize)
            imc_bank_normalize(recipe->banks[i]);
    }
    if (recipe->options->own_bias && !biased)
        return fail(error, IMC_ERR_ARGUMENT, "%s has no bias of its own; give a number: --bias=X",
                    recipe->options->stages[0]->label);
    return IMC_OK;
}

/* ---- channels and alpha ---- */

int recipe_colours_in(const struct recipe *recipe)
{
    return recipe->input.channels - recipe->input.alpha;
}

static enum imc_status settle_channels(struct recipe *recipe, struct imc_error *error)
{
    const struct imc_filter_options *options = recipe->options;
    enum imc_channels channels = options->channels;
    bool three = recipe->banks[0]->in_c == 3;
    if (three && channels != IMC_CHANNELS_AUTO)
        return fail(error, IMC_ERR_ARGUMENT, "%s reads R, G and B together; leave the choice of channels to auto",
                    recipe->banks[0]->label);
    if (channels == IMC_CHANNELS_A && !recipe->input.alpha)
        return fail(error, IMC_ERR_ARGUMENT, "the picture has no alpha channel to filter; choose each, luma, r, g or b");
    if (channels == IMC_CHANNELS_B && recipe_colours_in(recipe) == 2)
        return fail(error, IMC_ERR_ARGUMENT, "the picture has two channels, and b is the third; choose each, luma, r or g");
    if (channels == IMC_CHANNELS_AUTO)
        channels = recipe->derivative && !three ? IMC_CHANNELS_LUMA : IMC_CHANNELS_EACH;
    recipe->channels = channels;
    return IMC_OK;
}

/* Weighted colours are divided by alpha in the end, and only then take an offset, a bias or ReLU. That is not the same where a
 * kernel of the chain or a combination follows on them. */
static bool offset_before_division(const struct recipe *recipe)
{
    const struct imc_bank *last = recipe->banks[recipe->stages - 1];
    bool adds = last->offset != 0 || last->bias || recipe->options->bias != 0 || recipe->options->relu;
    bool can_wait = last->combine == IMC_COMBINE_NONE || (last->combine == IMC_COMBINE_MAX && !last->bias);
    for (int i = 0; i + 1 < recipe->stages; i++)
        if (recipe->banks[i]->offset != 0 || recipe->banks[i]->bias)
            return true;
    return adds && !can_wait;
}

static enum imc_status settle_alpha(struct recipe *recipe, struct imc_error *error)
{
    enum imc_alpha alpha = recipe->options->alpha;
    bool three = recipe->banks[0]->in_c == 3, divides = !recipe->derivative && !three;
    if (!recipe->input.alpha || recipe->channels == IMC_CHANNELS_A)
        alpha = IMC_ALPHA_DROP;
    else if (alpha == IMC_ALPHA_AUTO)
        alpha = divides && (has_negative_taps(recipe) || offset_before_division(recipe)) ? IMC_ALPHA_KEEP : IMC_ALPHA_WEIGHTED;
    else if (alpha == IMC_ALPHA_WEIGHTED && divides && offset_before_division(recipe))
        return fail(
            error, IMC_ERR_ARGUMENT,
            "%s: weighted alpha cannot pass an offset, bias or ReLU that a combination or another kernel follows; use --alpha "
            "keep",
            recipe->banks[recipe->stages - 1]->label);
    if (three && (alpha == IMC_ALPHA_KEEP || alpha == IMC_ALPHA_FILTER))
        return fail(error, IMC_ERR_ARGUMENT,
                    "%s reads R, G and B together and gives an opaque picture; use --alpha weighted or drop",
                    recipe->banks[0]->label);
    recipe->alpha = alpha;
    return IMC_OK;
}

static void settle_layout(struct recipe *recipe)
{
    struct layout *layout = &recipe->layout;
    const struct imc_filter_options *options = recipe->options;
    bool three = recipe->banks[0]->in_c == 3;
    bool opaque = recipe->derivative || three; /* such results have no alpha of their own */
    layout->planes = three ? 3 : 1;
    layout->colours = recipe->channels == IMC_CHANNELS_EACH && !three ? recipe_colours_in(recipe) : 1;
    layout->premultiply = recipe->alpha == IMC_ALPHA_WEIGHTED;
    layout->divide = layout->premultiply && !opaque;
    layout->copy_alpha = recipe->alpha == IMC_ALPHA_KEEP;
    layout->alpha_lane = layout->divide || layout->copy_alpha || recipe->alpha == IMC_ALPHA_FILTER;
    layout->lanes = layout->colours + layout->alpha_lane;
    bool as_delivered = recipe->channels == IMC_CHANNELS_EACH || recipe->input.channels == 1;
    bool plain = !options->linear && !options->unit && !options->has_mean && !options->has_std;
    bool every_sample = recipe->input.alpha == layout->alpha_lane || recipe->alpha == IMC_ALPHA_DROP;
    layout->native = as_delivered && plain && every_sample && !layout->premultiply;
    bool luma_of_integers = recipe->channels == IMC_CHANNELS_LUMA && plain && !layout->alpha_lane && !layout->premultiply;
    layout->type = layout->native || luma_of_integers ? recipe->input.type : IMC_F32;
}

/* Mean and deviation are given for R, G and B. */
static enum imc_status check_fourth_channel(const struct recipe *recipe, struct imc_error *error)
{
    const struct imc_filter_options *o = recipe->options;
    bool mean_differs = o->has_mean && (o->mean[0] != o->mean[1] || o->mean[1] != o->mean[2]);
    bool std_differs = o->has_std && (o->std[0] != o->std[1] || o->std[1] != o->std[2]);
    if (recipe->layout.colours == 4 && (mean_differs || std_differs))
        return fail(error, IMC_ERR_ARGUMENT,
                    "three numbers of --mean or --std do not fit a picture of four channels; give one for all");
    return IMC_OK;
}

/* ---- the output file ---- */

static bool has_suffix(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    return dot && dot > name && dot[1];
}

static enum imc_status settle_format(struct recipe *recipe, const char *output, struct imc_error *error)
{
    enum imc_format format = recipe->options->format;
    if (format == IMC_FORMAT_AUTO && output && strcmp(output, "-") != 0) {
        format = imc_format_from_path(output);
        if (format == IMC_FORMAT_AUTO && has_suffix(output))
            return fail(error, IMC_ERR_ARGUMENT,
                        "%s: no format has this suffix; write .png, .jpg, .pgm, .ppm, .pnm, .pam, .pfm or .npy, or give --format",
                        output);
    }
    recipe->output.format = format == IMC_FORMAT_AUTO ? recipe->input.format : format;
    return IMC_OK;
}

static bool format_is_float(enum imc_format format)
{
    return format == IMC_FORMAT_PFM || format == IMC_FORMAT_NPY;
}

static void settle_depth(struct recipe *recipe)
{
    struct imc_image_info *out = &recipe->output;
    const struct imc_image_info *in = &recipe->input;
    int depth = recipe->options->depth;
    if (format_is_float(out->format)) {
        out->type = IMC_F32;
        out->full_scale = 0;
    } else if (out->format == IMC_FORMAT_JPEG || depth == 8 || (depth == 0 && in->type == IMC_F32)) {
        out->type = IMC_U8;
        out->full_scale = 255;
    } else if (depth == 16) {
        out->type = IMC_U16;
        out->full_scale = 65535;
    } else {
        out->type = in->type;
        out->full_scale = in->full_scale;
        if (out->format == IMC_FORMAT_PNG) /* it has no maxval: rounding to another one first would round twice */
            out->full_scale = in->type == IMC_U8 ? 255 : 65535;
    }
    out->bits = out->type == IMC_U8 ? 8 : out->type == IMC_U16 ? 16 : 32;
}

static enum imc_status settle_channels_out(struct recipe *recipe, struct imc_error *error)
{
    const struct imc_bank *last = recipe->banks[recipe->stages - 1];
    int pictures = combines(last) ? 1 : last->filters;
    bool npy = recipe->output.format == IMC_FORMAT_NPY;
    if (pictures > 1 && !npy)
        return fail(error, IMC_ERR_ARGUMENT,
                    "%s: %d filters give %d pictures; pick one with :I, join them with mag(), max() or sum(), or write an .npy",
                    last->label, pictures, pictures);
    bool plain = pictures == 1 && (recipe->layout.colours == 2 || recipe->layout.colours == 4);
    if (plain && !npy)
        return fail(error, IMC_ERR_ARGUMENT,
                    "%d channels that are no colours cannot be written as %s; write an .npy, or choose --channels luma, r or g",
                    recipe->layout.colours, imc_format_name(recipe->output.format));
    recipe->composite = recipe->layout.alpha_lane && recipe->output.format == IMC_FORMAT_JPEG;
    if (pictures > 1 && (recipe->layout.divide || recipe->layout.copy_alpha))
        return fail(error, IMC_ERR_ARGUMENT, "%s: %d pictures cannot share one alpha channel; use --alpha drop or filter",
                    last->label, pictures);
    recipe->output.channels = pictures * recipe->layout.lanes - recipe->composite;
    recipe->output.alpha = recipe->layout.alpha_lane && !recipe->composite && pictures == 1;
    return IMC_OK;
}

/* ---- values ---- */

/* Can the result of the chain be negative although it is one response? Then auto shows its absolute value. */
static bool one_signed_response(const struct recipe *recipe)
{
    const struct imc_bank *last = recipe->banks[recipe->stages - 1];
    if (last->filters != 1 || last->combine != IMC_COMBINE_NONE || recipe->options->relu)
        return false;
    if (imc_bank_is_derivative(last))
        return true;
    for (int i = recipe->stages - 2; i >= 0; i--) {
        const struct imc_bank *bank = recipe->banks[i];
        if (bank->combine == IMC_COMBINE_MAGNITUDE || bank->combine == IMC_COMBINE_ABS)
            return false;
        if (imc_bank_is_derivative(bank))
            return true;
    }
    return false;
}

static enum imc_map automatic_map(const struct recipe *recipe)
{
    enum imc_map named = recipe->banks[recipe->stages - 1]->map;
    if (recipe->output.type == IMC_F32)
        return IMC_MAP_RAW;
    if (recipe->options->has_mean || recipe->options->has_std)
        return IMC_MAP_FIT;
    if (named != IMC_MAP_AUTO)
        return named;
    return one_signed_response(recipe) ? IMC_MAP_ABS : IMC_MAP_CLIP;
}

/* Half of full scale, as the field writes it: 128 of 255, 32768 of 65535, 0.5 of 1. */
static float half_scale(float white)
{
    return white > 1 ? (white + 1) / 2 : 0.5f;
}

static enum imc_status settle_values(struct recipe *recipe, struct imc_error *error)
{
    const struct imc_filter_options *options = recipe->options;
    bool unit = options->unit || options->has_mean || options->has_std;
    bool integer = recipe->output.type != IMC_F32;
    recipe->white_in = unit ? 1 : recipe->input.full_scale;
    recipe->map = options->map == IMC_MAP_AUTO ? automatic_map(recipe) : options->map;
    if (integer && recipe->map == IMC_MAP_RAW)
        return fail(error, IMC_ERR_ARGUMENT, "--map raw needs a float file (.npy, .pfm); for %s choose clip, abs, offset or fit",
                    imc_format_name(recipe->output.format));
    if (integer && recipe->white_in == 0 && recipe->map != IMC_MAP_FIT && !options->has_range)
        return fail(error, IMC_ERR_ARGUMENT, "float samples have no full scale; give --range LO,HI or --map fit to write %s",
                    imc_format_name(recipe->output.format));
    if (options->has_range && !(options->range_hi > options->range_lo))
        return fail(error, IMC_ERR_ARGUMENT, "the range must go from low to high");
    recipe->white_out = integer ? recipe->output.full_scale : recipe->white_in > 0 ? recipe->white_in : 1;
    recipe->shift = recipe->map == IMC_MAP_OFFSET ? half_scale(recipe->white_in) : 0;
    recipe->encode = options->linear && !recipe->derivative && recipe->channels != IMC_CHANNELS_A;
    bool abs_then_range = recipe->map == IMC_MAP_ABS && options->has_range;
    bool clip_floats = !integer && recipe->map == IMC_MAP_CLIP;
    recipe->fused = !recipe->layout.divide && !recipe->layout.copy_alpha && !recipe->composite && !recipe->encode &&
                    recipe->map != IMC_MAP_FIT && !abs_then_range && !clip_floats;
    return IMC_OK;
}

/* What a bank makes of a flat picture: its sums, combined. */
static double flat_response(const struct imc_bank *bank, double value)
{
    double gain = -INFINITY, squares = 0, sum = 0;
    for (int o = 0; o < bank->filters; o++) {
        double response = imc_bank_sum(bank, o) * bank->scale * value;
        gain = fmax(gain, response);
        squares += response * response;
        sum += response;
    }
    if (bank->combine == IMC_COMBINE_MAGNITUDE)
        gain = sqrt(squares);
    else if (bank->combine == IMC_COMBINE_SUM)
        gain = sum;
    else if (bank->combine == IMC_COMBINE_ABS)
        gain = fabs(gain);
    return gain;
}

static void settle_gains(struct recipe *recipe)
{
    double alpha = 1;
    recipe->noise = 4e-6f * fabsf(recipe->options->scale);
    for (int i = 0; i < recipe->stages; i++) {
        const struct imc_bank *bank = recipe->banks[i];
        double largest = 0;
        for (int o = 0; o < bank->filters; o++) {
            double size = imc_bank_abs_sum(bank, o) * fabs(bank->scale);
            largest = bank->combine == IMC_COMBINE_SUM         ? largest + size
                      : bank->combine == IMC_COMBINE_MAGNITUDE ? hypot(largest, size)
                                                               : fmax(largest, size);
        }
        alpha = flat_response(bank, alpha);
        recipe->noise *= (float)largest;
    }
    recipe->alpha_gain = (float)alpha;
}

enum imc_status recipe_settle(struct recipe *recipe, const struct imc_filter_options *options, const struct imc_image_info *input,
                              const char *output, struct imc_error *error)
{
    *recipe = (struct recipe){.options = options, .input = *input};
    recipe->output.orientation = recipe->output.subsampling_x = recipe->output.subsampling_y = 1;
    enum imc_status status = check_stages(options, error);
    if (status || (status = copy_banks(recipe, error)))
        return status;
    recipe->derivative = any_derivative(options);
    if ((status = settle_channels(recipe, error)) || (status = settle_alpha(recipe, error)))
        return status;
    settle_layout(recipe);
    if ((status = check_fourth_channel(recipe, error)) || (status = settle_format(recipe, output, error)))
        return status;
    settle_depth(recipe);
    if ((status = settle_channels_out(recipe, error)) || (status = settle_values(recipe, error)))
        return status;
    int colours = recipe->output.channels - recipe->output.alpha;
    recipe->output.colour = colours == 1 ? "gray" : colours == 3 ? "RGB" : NULL;
    settle_gains(recipe);
    return recipe_make_plans(recipe, error);
}

void recipe_free(struct recipe *recipe)
{
    for (int i = 0; i < recipe->stages; i++) {
        imc_plan_destroy(recipe->plans[i]);
        imc_bank_free(recipe->banks[i]);
    }
    recipe->stages = 0;
}
