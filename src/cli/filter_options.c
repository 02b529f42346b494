/* filter_options.c: the table of `filter` and the setters that only it needs. */
#include "cli/message.h"
#include "cli/numbers.h"
#include "cli/request.h"
#include "cli/words.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool set_kernel(const struct option_spec *spec, void *request, const char *value)
{
    struct filter_request *r = request;
    (void)spec;
    if (r->kernel_count == IMC_STAGES_MAX)
        return refuse("more than %d kernels; write intermediate results to .npy files and go on from there", IMC_STAGES_MAX);
    r->kernels[r->kernel_count++].text = value;
    return true;
}

/* The parameters of the kernel named last; before the first -k they wait for it. */
static struct imc_kernel_params *latest_params(struct filter_request *request)
{
    int last = request->kernel_count ? request->kernel_count - 1 : 0;
    return &request->kernels[last].params;
}

static bool set_size(const struct option_spec *spec, void *request, const char *value)
{
    struct imc_kernel_params *params = latest_params(request);
    int pair[2];
    if (!number_read_pair(value, 1, IMC_KERNEL_SIDE_MAX, pair))
        return refuse("--%s wants a whole number or two (rows,columns) from 1 to %d, not '%s'", spec->name, IMC_KERNEL_SIDE_MAX,
                      value);
    params->size_y = pair[0];
    params->size_x = pair[1];
    return true;
}

static bool set_sigma(const struct option_spec *spec, void *request, const char *value)
{
    struct imc_kernel_params *params = latest_params(request);
    double pair[2];
    int count = number_read_list(value, pair, 1, 2);
    if (!count || pair[0] < 0 || pair[count - 1] < 0)
        return refuse("--%s wants a number from 0 up or two (rows,columns), not '%s'", spec->name, value);
    params->sigma_y = pair[0];
    params->sigma_x = pair[count - 1];
    return true;
}

static bool set_border(const struct option_spec *spec, void *request, const char *value)
{
    struct imc_filter_options *options = &((struct filter_request *)request)->options;
    double number;
    options->border_value = 0;
    if (strncasecmp(value, "constant=", 9) == 0) {
        if (!number_read(value + 9, &number))
            return refuse("--border constant wants a number, such as constant=128, not '%s'", value + 9);
        options->border = IMC_BORDER_CONSTANT;
        options->border_value = (float)number;
        return true;
    }
    if (number_read(value, &number))
        return refuse("--border %s: write constant=%s", value, value);
    return option_set_word(spec, request, value);
}

static bool set_padding(const struct option_spec *spec, void *request, const char *value)
{
    struct imc_filter_options *options = &((struct filter_request *)request)->options;
    double side[4]; /* top, bottom, left, right */
    int count = number_read_list(value, side, 1, 4);
    if (!count && !strchr(value, ',') && !strchr("+-0123456789", *value))
        return option_set_word(spec, request, value);
    for (int i = 0; i < count; i++)
        if (side[i] < -65535 || side[i] > 65535 || side[i] != (double)(int)side[i])
            count = 0;
    if (count != 1 && count != 2 && count != 4)
        return refuse("--padding wants same, valid, full, or whole numbers up to 65535: N, V,H or TOP,BOTTOM,LEFT,RIGHT; not '%s'",
                      value);
    options->padding = IMC_PADDING_GIVEN;
    options->pad_top = (int)side[0];
    options->pad_bottom = (int)side[count == 4 ? 1 : 0];
    options->pad_left = (int)side[count == 4 ? 2 : count - 1];
    options->pad_right = (int)side[count - 1];
    return true;
}

static bool set_gray(const struct option_spec *spec, void *request, const char *value)
{
    (void)spec;
    (void)value;
    ((struct filter_request *)request)->options.channels = IMC_CHANNELS_LUMA;
    return true;
}

/* --mean and --std: one number for all channels, or three. */
static bool read_per_channel(const struct option_spec *spec, const char *value, float out[3])
{
    double numbers[3];
    int count = number_read_list(value, numbers, 1, 3);
    if (count != 1 && count != 3)
        return refuse("--%s wants one number, or three (red,green,blue), not '%s'", spec->name, value);
    for (int i = 0; i < 3; i++)
        out[i] = (float)numbers[count == 3 ? i : 0];
    return true;
}

static bool set_mean(const struct option_spec *spec, void *request, const char *value)
{
    struct imc_filter_options *options = &((struct filter_request *)request)->options;
    options->has_mean = true;
    return read_per_channel(spec, value, options->mean);
}

static bool set_std(const struct option_spec *spec, void *request, const char *value)
{
    struct imc_filter_options *options = &((struct filter_request *)request)->options;
    options->has_std = true;
    if (!read_per_channel(spec, value, options->std))
        return false;
    for (int i = 0; i < 3; i++)
        if (!(options->std[i] > 0))
            return refuse("--std divides: it wants numbers above 0, not '%s'", value);
    return true;
}

static bool set_depth(const struct option_spec *spec, void *request, const char *value)
{
    (void)spec;
    if (strcmp(value, "8") != 0 && strcmp(value, "16") != 0)
        return refuse("--depth is 8 or 16, not '%s' (for floats write to a .npy or .pfm file)", value);
    ((struct filter_request *)request)->options.depth = value[0] == '8' ? 8 : 16;
    return true;
}

static bool set_format(const struct option_spec *spec, void *request, const char *value)
{
    struct imc_filter_options *options = &((struct filter_request *)request)->options;
    options->format = imc_format_from_name(value);
    return options->format != IMC_FORMAT_AUTO || option_set_word(spec, request, value);
}

static bool set_range(const struct option_spec *spec, void *request, const char *value)
{
    struct imc_filter_options *options = &((struct filter_request *)request)->options;
    double ends[2];
    if (number_read_list(value, ends, 2, 2) != 2 || !(ends[0] < ends[1]))
        return refuse("--%s wants two numbers LO,HI with LO below HI, not '%s'", spec->name, value);
    options->has_range = true;
    options->range_lo = (float)ends[0];
    options->range_hi = (float)ends[1];
    return true;
}

static bool set_background(const struct option_spec *spec, void *request, const char *value)
{
    float *colour = ((struct filter_request *)request)->options.background;
    double gray = strcasecmp(value, "white") == 0 ? 1 : 0;
    unsigned red, green, blue;
    if (value[0] == '#' && strspn(value + 1, "0123456789abcdefABCDEF") == 6 && !value[7]) {
        sscanf(value + 1, "%2x%2x%2x", &red, &green, &blue);
        colour[0] = (float)red / 255;
        colour[1] = (float)green / 255;
        colour[2] = (float)blue / 255;
        return true;
    }
    if (strcasecmp(value, "white") != 0 && strcasecmp(value, "black") != 0 && (!number_read(value, &gray) || gray < 0 || gray > 1))
        return refuse("--%s wants white, black, a gray from 0 to 1, or '#rrggbb', not '%s'", spec->name, value);
    colour[0] = colour[1] = colour[2] = (float)gray;
    return true;
}

/* Alone: the bias that the model has learned. */
static bool set_bias(const struct option_spec *spec, void *request, const char *value)
{
    struct imc_filter_options *options = &((struct filter_request *)request)->options;
    if (value)
        return option_set_float(spec, request, value);
    options->own_bias = true;
    return true;
}

static bool set_metadata(const struct option_spec *spec, void *request, const char *value)
{
    int drop;
    char option[] = "--metadata";
    if (!words_find(spec->detail, option, value, &drop))
        return false;
    ((struct filter_request *)request)->options.drop_metadata = drop;
    return true;
}

/* --max-pixels counts in thousands, --max-memory in 1024s; `detail` points to the one or the other. */
static bool set_limit(const struct option_spec *spec, void *request, const char *value)
{
    const unsigned *thousand = spec->detail;
    if (!number_read_size(value, *thousand, (uint64_t *)((char *)request + spec->at)))
        return refuse("--%s wants a number above 0, such as 500M or 2G, not '%s'", spec->name, value);
    return true;
}

static const struct number_range stride_range = {1, 65535}, quality_range = {1, 100}, compression_range = {0, 9},
                                 threads_range = {0, 256};
static const unsigned decimal = 1000, binary = 1024;

#define AT(member) offsetof(struct filter_request, member)

const struct option_spec filter_table[] = {
    {.help = "What:"},
    {"kernel", 'k', "KERNEL", set_kernel, 0, NULL, "a name, a file, or taps; repeat to run one after the other"},
    {"size", 0, "N|H,W", set_size, 0, NULL, "size of the kernel named last"},
    {"sigma", 0, "S|Y,X", set_sigma, 0, NULL, "sigma of the kernel named last"},
    {"border", 'b', "RULE", set_border, AT(options.border), &words_border,
     "replicate*, zero, constant=V, symmetric, reflect101, wrap"},
    {"padding", 'p', "PADDING", set_padding, AT(options.padding), &words_padding,
     "same*, valid, full, N, V,H or TOP,BOTTOM,LEFT,RIGHT"},
    {"stride", 's', "N|Y,X", option_set_pair, AT(stride), &stride_range, "keep every N-th result"},
    {"dilation", 0, "N|Y,X", option_set_pair, AT(dilation), &stride_range, "distance between taps"},
    {"mode", 0, "MODE", option_set_word, AT(options.mode), &words_mode, "auto*, direct, separable, fft"},
    {"flip", 0, NULL, option_set_flag, AT(options.flip), NULL, "true convolution; taps are otherwise laid on as written"},
    {"normalize", 0, NULL, option_set_flag, AT(options.normalize), NULL,
     "divide each kernel by its sum (zero sum: by the positive taps')"},
    {.help = "Values:"},
    {"channels", 0, "WHICH", option_set_word, AT(options.channels), &words_channels, "auto*, each, luma, r, g, b, a"},
    {"gray", 0, NULL, set_gray, 0, NULL, "the same as --channels luma"},
    {"alpha", 0, "RULE", option_set_word, AT(options.alpha), &words_alpha, "auto*, weighted, keep, filter, drop"},
    {"linear", 0, NULL, option_set_flag, AT(options.linear), NULL, "filter in linear light"},
    {"unit", 0, NULL, option_set_flag, AT(options.unit), NULL, "divide samples by full scale first, as networks do"},
    {"mean", 0, "M|R,G,B", set_mean, 0, NULL, "subtract after --unit, which it implies"},
    {"std", 0, "S|R,G,B", set_std, 0, NULL, "divide after --mean; implies --unit"},
    {"bias", 0, "[=X]", set_bias, AT(options.bias), NULL, "added to every response; alone: the bias that the model has learned"},
    {"relu", 0, NULL, option_set_flag, AT(options.relu), NULL, "negative responses become 0"},
    {"scale", 0, "X", option_set_float, AT(options.scale), NULL, "multiply the result, before --offset"},
    {"offset", 0, "X", option_set_float, AT(options.offset), NULL, "add to the result, before --map"},
    {"map", 0, "MAP", option_set_word, AT(options.map), &words_map, "auto*, clip, abs, offset, fit, raw: values to samples"},
    {"range", 0, "LO,HI", set_range, 0, NULL, "values that become black and white"},
    {.help = "Files:"},
    {"output", 'o', "TEMPLATE", option_set_text, AT(output), NULL, "DIR/, or a name with {dir} {stem} {ext} {kernel} {n}"},
    {"format", 0, "FORMAT", set_format, AT(options.format), &words_format,
     "png, jpeg, pnm, pam, pfm, npy; else by OUTPUT's suffix"},
    {"depth", 0, "8|16", set_depth, 0, NULL, "bits a sample; else as the input"},
    {"quality", 0, "1..100", option_set_int, AT(options.quality), &quality_range, "of JPEG (92)"},
    {"compression", 0, "0..9", option_set_int, AT(options.compression), &compression_range, "of PNG (6)"},
    {"background", 0, "COLOUR", set_background, 0, NULL, "under alpha in JPEG: white*, black, 0..1, '#rrggbb'"},
    {"metadata", 0, "keep|none", set_metadata, 0, &words_metadata, "EXIF, XMP, profile, resolution"},
    {"no-clobber", 'n', NULL, option_set_flag, AT(options.no_clobber), NULL, "never replace a file"},
    {"files-from", 0, "FILE|-", option_set_text, AT(files_from), NULL, "read names of inputs, one a line"},
    {"null", '0', NULL, option_set_flag, AT(null_separated), NULL, "names in --files-from end with a zero byte"},
    {.help = "Running:"},
    {"threads", 0, "N", option_set_int, AT(options.threads), &threads_range, "0*: as many as the machine has, or IMGCONV_THREADS"},
    {"max-pixels", 0, "N[K|M|G]", set_limit, AT(options.max_pixels), &decimal, "refuse larger pictures (2^31)"},
    {"max-memory", 0, "N[K|M|G]", set_limit, AT(options.max_memory), &binary, "refuse runs whose buffers would take more (4G)"},
    {"explain", 0, NULL, option_set_flag, AT(explain), NULL, "say what would be done, and stop"},
    {"preview", 0, NULL, option_set_flag, AT(preview), NULL, "draw before and after in the terminal; needs no OUTPUT"},
    {"json", 0, NULL, option_set_flag, AT(json), NULL, "explanation or report as JSON on standard output"},
    {"quiet", 0, NULL, option_set_flag, AT(quiet), NULL, "no notes, no progress bar"},
    {"verbose", 0, NULL, option_set_flag, AT(verbose), NULL, "executor, values, clipping and time of each file"},
    {"version", 0, NULL, option_set_flag, AT(version), NULL, "versions of the program and its parts, and the licence"},
    OPTION_HELP,
    {0},
};

void request_init(struct filter_request *request)
{
    *request = (struct filter_request){.stride = {1, 1}, .dilation = {1, 1}};
    for (int i = 0; i < IMC_STAGES_MAX; i++)
        request->kernels[i].params = (struct imc_kernel_params){.sigma_y = -1, .sigma_x = -1}; /* not given */
    imc_filter_options_default(&request->options);
}

bool request_open_kernels(struct filter_request *request, int *code)
{
    struct imc_filter_options *options = &request->options;
    for (int i = 0; i < request->kernel_count; i++) {
        struct imc_error error = {0};
        enum imc_status status = imc_bank_parse(request->kernels[i].text, &request->kernels[i].params, &request->banks[i], &error);
        if (status != IMC_OK) {
            complain_error(NULL, &error);
            *code = exit_code_of(status);
            return false;
        }
    }
    options->stages = (const struct imc_bank *const *)request->banks;
    options->stage_count = request->kernel_count;
    options->stride_y = request->stride[0];
    options->stride_x = request->stride[1];
    options->dilation_y = request->dilation[0];
    options->dilation_x = request->dilation[1];
    return true;
}

void request_free(struct filter_request *request)
{
    for (int i = 0; i < request->kernel_count; i++)
        imc_bank_free(request->banks[i]);
}
