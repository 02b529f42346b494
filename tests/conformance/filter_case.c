/* filter_case.c: see filter_case.h. */
#include "conformance/filter_case.h"

#include "conformance/ref_choice.h"
#include "support/picturefile.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *filter_path(const char *name)
{
    static char paths[4][320];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", test_folder(), name);
    return path;
}

static void put(void *samples, size_t i, enum imc_type type, double value)
{
    if (type == IMC_U8)
        ((uint8_t *)samples)[i] = (uint8_t)value;
    else if (type == IMC_U16)
        ((uint16_t *)samples)[i] = (uint16_t)value;
    else
        ((float *)samples)[i] = (float)value;
}

static double get(const void *samples, size_t i, enum imc_type type)
{
    return type == IMC_U8    ? ((const uint8_t *)samples)[i]
           : type == IMC_U16 ? ((const uint16_t *)samples)[i]
                             : (double)((const float *)samples)[i];
}

struct filter_input filter_input_write(const char *name, const char *suffix, struct samples pixels, enum imc_type type,
                                       double white)
{
    struct filter_input input = {{pixels, pixels.lanes % 2 == 0 && type != IMC_F32, type == IMC_F32 ? 0 : white}, type, ""};
    struct imc_image_info info = picture_info(pixels.w, pixels.h, pixels.lanes, type);
    struct imc_error error = {0};
    info.full_scale = (float)input.picture.white;
    void *samples = malloc(picture_bytes(&info));
    ck_assert_ptr_nonnull(samples);
    for (size_t i = 0; i < samples_count(&pixels); i++) {
        put(samples, i, type, pixels.value[i]);
        pixels.value[i] = get(samples, i, type);
    }
    snprintf(input.path, sizeof input.path, "%s/%s.%s", test_folder(), name, suffix);
    enum imc_status status = picture_write(input.path, &info, NULL, samples, &error);
    ck_assert_msg(status == IMC_OK, "%s", error.message);
    free(samples);
    return input;
}

struct filter_input filter_input_random(struct test_rng *rng, const char *suffix, int width, int height, int channels,
                                        enum imc_type type, double white)
{
    struct samples pixels = samples_make(1, 1, height, width, channels);
    double *value = pixels.value, top = type == IMC_F32 ? 1 : white;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (int c = 0; c < channels; c++, value++) {
                bool block = x * 2 > width && y * 3 > height;
                *value = block ? top * 0.9 : test_random_unit(rng) * top;
                if (channels % 2 == 0 && c == channels - 1)
                    *value = y * 3 < height ? top * (x * 2 < width) : y * 3 < 2 * height ? test_random_unit(rng) * top : top;
                *value = type == IMC_F32 ? *value : floor(*value);
            }
    return filter_input_write("in", suffix, pixels, type, white);
}

struct filter_input filter_input_flat(const char *name, int width, int height, int channels, enum imc_type type,
                                      const double *pixel)
{
    struct samples pixels = samples_make(1, 1, height, width, channels);
    for (size_t i = 0; i < samples_count(&pixels); i++)
        pixels.value[i] = pixel[i % (size_t)channels];
    return filter_input_write(name, "png", pixels, type, type == IMC_U8 ? 255 : 65535);
}

void filter_input_free(struct filter_input *input)
{
    samples_free(&input->picture.pixels);
}

/* An .npy file of any number of channels, by its published layout. */
static struct samples read_npy(const char *path)
{
    unsigned char head[10];
    char text[512] = "";
    int shape[3] = {0, 0, 1};
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fread(head, 1, sizeof head, file), sizeof head);
    size_t size = head[8] + 256u * head[9];
    ck_assert_uint_lt(size, sizeof text);
    ck_assert_uint_eq(fread(text, 1, size, file), size);
    ck_assert_ptr_nonnull(strstr(text, "'<f4'"));
    ck_assert_ptr_nonnull(strstr(text, "False"));
    ck_assert_int_ge(sscanf(strchr(text, '('), "(%d, %d, %d)", &shape[0], &shape[1], &shape[2]), 2);
    struct samples samples = samples_make(1, 1, shape[0], shape[1], shape[2]);
    for (size_t i = 0; i < samples_count(&samples); i++) {
        float value;
        ck_assert_uint_eq(fread(&value, sizeof value, 1, file), 1);
        samples.value[i] = (double)value;
    }
    ck_assert_int_eq(fgetc(file), EOF);
    fclose(file);
    return samples;
}

struct samples filter_read(const char *path, enum imc_type *type, double *white, bool *alpha)
{
    const char *suffix = strrchr(path, '.');
    *type = IMC_F32;
    *white = 0;
    if (suffix && strcmp(suffix, ".npy") == 0) {
        struct samples samples = read_npy(path);
        *alpha = false; /* an array of floats does not say */
        return samples;
    }
    struct imc_image_info info;
    struct imc_error error = {0};
    void *data = picture_read(path, &info, &error);
    ck_assert_msg(data, "%s", error.message);
    struct samples samples = samples_make(1, 1, info.height, info.width, info.channels);
    for (size_t i = 0; i < samples_count(&samples); i++)
        samples.value[i] = get(data, i, info.type);
    *type = info.type;
    *white = (double)info.full_scale;
    *alpha = info.alpha;
    free(data);
    return samples;
}

struct imc_filter_options filter_options(const char *first, const char *second, const char *third)
{
    const char *const texts[] = {first, second, third};
    const struct imc_bank **banks = calloc(3, sizeof *banks);
    struct imc_filter_options options;
    imc_filter_options_default(&options);
    ck_assert_ptr_nonnull(banks);
    for (; options.stage_count < 3 && texts[options.stage_count]; options.stage_count++) {
        struct imc_bank *bank;
        struct imc_error error = {0};
        enum imc_status status = imc_bank_parse(texts[options.stage_count], NULL, &bank, &error);
        ck_assert_msg(status == IMC_OK, "%s", error.message);
        banks[options.stage_count] = bank;
    }
    options.stages = banks;
    return options;
}

void filter_options_free(struct imc_filter_options *options)
{
    for (int i = 0; i < options->stage_count; i++)
        imc_bank_free((struct imc_bank *)options->stages[i]);
    free((void *)options->stages);
}

/* One line that tells a case apart. */
static const char *describe(const struct imc_filter_options *o, const struct filter_input *input, const char *output)
{
    static char text[640];
    const struct samples *px = &input->picture.pixels;
    int n = snprintf(text, sizeof text, "%dx%dx%d white %g %s -> %s,", px->w, px->h, px->lanes, input->picture.white,
                     strrchr(input->path, '.'), strrchr(output, '.'));
    for (int i = 0; i < o->stage_count; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, " %.60s", o->stages[i]->label);
    snprintf(
        text + n, sizeof text - (size_t)n,
        ", border %d (%g) padding %d (%d %d %d %d) stride %d,%d dilation %d,%d mode %d flip %d normalize %d channels %d alpha %d "
        "linear %d unit %d mean %d std %d bias %g relu %d map %d scale %g offset %g range %d depth %d",
        (int)o->border, (double)o->border_value, (int)o->padding, o->pad_top, o->pad_bottom, o->pad_left, o->pad_right, o->stride_y,
        o->stride_x, o->dilation_y, o->dilation_x, (int)o->mode, o->flip, o->normalize, (int)o->channels, (int)o->alpha, o->linear,
        o->unit, o->has_mean, o->has_std, (double)o->bias, o->relu, (int)o->map, (double)o->scale, (double)o->offset, o->has_range,
        o->depth);
    return text;
}

/* What kind of file the result must be: depth as the input's, PNM and PAM keep its maxval. */
static struct ref_target target_of(const struct imc_filter_options *options, const struct filter_input *input, const char *output)
{
    const char *suffix = strrchr(output, '.');
    if (strcmp(suffix, ".npy") == 0 || strcmp(suffix, ".pfm") == 0)
        return (struct ref_target){false, 0};
    double full = input->type == IMC_U16 ? 65535 : 255, white = strcmp(suffix, ".png") ? input->picture.white : full;
    if (options->depth || input->type == IMC_F32)
        white = options->depth == 16 ? 65535 : 255;
    return (struct ref_target){true, white};
}

static void compare(const struct imc_filter_options *options, const struct filter_input *input, const char *output,
                    const struct ref_target *target, const struct ref_result *want, const struct imc_filter_report *report)
{
    enum imc_type type;
    double white;
    bool alpha;
    struct samples got = filter_read(output, &type, &white, &alpha);
    const char *what = describe(options, input, output), *fault;
    ck_assert_msg(got.h == want->out.h && got.w == want->out.w && got.lanes == want->out.lanes,
                  "%s: it is %dx%dx%d, expected %dx%dx%d", what, got.w, got.h, got.lanes, want->out.w, want->out.h,
                  want->out.lanes);
    ck_assert_msg(!target->integer || white == target->white, "%s: its full scale is %g, expected %g", what, white, target->white);
    ck_assert_msg(alpha == want->alpha || got.lanes > 4 || !target->integer, "%s: alpha %d, expected %d", what, alpha, want->alpha);
    fault = ref_filter_fault(want, target, got.value);
    ck_assert_msg(!fault, "%s: %s", what, fault);
    fault = ref_filter_stats_fault(want, target, &report->stats);
    ck_assert_msg(!fault, "%s: %s", what, fault);
    ck_assert_int_eq(report->output.width, got.w);
    ck_assert_int_eq(report->output.height, got.h);
    ck_assert_int_eq(report->output.channels, got.lanes);
    samples_free(&got);
}

/* The explanation tells the choices of the reference. */
static void check_explanation(const struct imc_filter_options *options, const struct filter_input *input, const char *output,
                              const struct ref_target *target, const struct samples *out)
{
    struct imc_filter_explanation told;
    struct ref_choice choice = ref_choose(options, &input->picture, target);
    const char *what = describe(options, input, output);
    ck_assert_int_eq(imc_filter_explain(options, input->path, output, &told, NULL), IMC_OK);
    ck_assert_msg(told.channels == choice.channels, "%s: told channels %d, expected %d", what, (int)told.channels,
                  (int)choice.channels);
    ck_assert_msg(told.map == choice.map, "%s: told map %d, expected %d", what, (int)told.map, (int)choice.map);
    ck_assert_msg(!input->picture.alpha || told.alpha == choice.alpha, "%s: told alpha %d, expected %d", what, (int)told.alpha,
                  (int)choice.alpha);
    ck_assert_int_eq(told.output.width, out->w);
    ck_assert_int_eq(told.output.height, out->h);
    ck_assert_int_eq(told.output.channels, out->lanes);
    ck_assert_int_eq(told.stage_count, choice.kernels);
    for (int i = 0; i < choice.kernels; i++)
        ck_assert_int_eq(told.stage[i].derivative, choice.kernel[i].derivative);
    ref_choice_free(&choice);
}

/* Law 2 allows the fixed-point executor 1/128 of a step. It goes from bytes to bytes, so nothing follows it. */
static void allow_fixed_point(const struct imc_filter_options *options, const struct filter_input *input, const char *output,
                              struct ref_result *want)
{
    struct imc_filter_explanation plan;
    if (imc_filter_explain(options, input->path, output, &plan, NULL) != IMC_OK || plan.stage_count != 1 ||
        strcmp(plan.stage[0].plan.executor, "fixed") != 0)
        return;
    for (size_t i = 0; i < samples_count(&want->out); i++)
        want->error[i] = fmax(want->error[i], 1.0 / 128);
}

bool filter_check(const struct imc_filter_options *options, const struct filter_input *input, const char *output)
{
    struct ref_target target = target_of(options, input, output);
    struct ref_result want;
    struct imc_filter_report report;
    struct imc_error error = {0};
    bool some = ref_filter(options, &input->picture, &target, &want);
    enum imc_status status = imc_filter_file(options, input->path, output, &report, &error);
    if (!some) {
        ck_assert_msg(status == IMC_ERR_ARGUMENT, "%s: nothing is left, but status %d", describe(options, input, output),
                      (int)status);
        return false;
    }
    ck_assert_msg(status == IMC_OK, "%s: %s", describe(options, input, output), error.message);
    allow_fixed_point(options, input, output, &want);
    compare(options, input, output, &target, &want, &report);
    check_explanation(options, input, output, &target, &want.out);
    ref_filter_free(&want);
    return true;
}

struct samples filter_must(const struct imc_filter_options *options, const char *input, const char *output,
                           struct imc_filter_report *report)
{
    struct imc_error error = {0};
    enum imc_type type;
    double white;
    bool alpha;
    enum imc_status status = imc_filter_file(options, input, output, report, &error);
    ck_assert_msg(status == IMC_OK, "%s: %s", input, error.message);
    return filter_read(output, &type, &white, &alpha);
}

static int files_in_folder(void)
{
    int count = 0;
    DIR *folder = opendir(test_folder());
    ck_assert_ptr_nonnull(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

void filter_refused(const struct imc_filter_options *options, const char *input, const char *output, enum imc_status status,
                    const char *word, const char *other)
{
    struct imc_error error = {0};
    int before = files_in_folder();
    enum imc_status got = imc_filter_file(options, input, output, NULL, &error);
    ck_assert_msg(got == status, "status %d (%s), expected %d (%s)", (int)got, error.message, (int)status, word ? word : "any");
    ck_assert_int_eq(error.status, status);
    ck_assert_msg(!word || strstr(error.message, word), "'%s' says nothing of %s", error.message, word);
    ck_assert_msg(!other || strstr(error.message, other), "'%s' says nothing of %s", error.message, other);
    ck_assert_int_eq(files_in_folder(), before);
}
