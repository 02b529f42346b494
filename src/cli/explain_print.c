/* explain_print.c: --explain. One line a fact, the label in a column of its own. */
#include "cli/explain_print.h"
#include "cli/describe.h"
#include "cli/numbers.h"
#include "cli/words.h"

#include <string.h>

static void label(const char *text)
{
    printf("%-10s ", text);
}

static void print_border(const struct imc_filter_options *options)
{
    char text[NUMBER_TEXT_MAX];
    if (options->border == IMC_BORDER_CONSTANT && options->border_value != 0)
        printf("constant=%s", number_float_text(text, options->border_value));
    else
        fputs(words_name(&words_border, (int)options->border), stdout);
}

static const char *padding_name(enum imc_padding padding)
{
    return padding == IMC_PADDING_GIVEN ? "given" : words_name(&words_padding, (int)padding);
}

static void print_kernel(const struct imc_filter_stage_info *stage)
{
    const struct imc_bank *bank = stage->bank;
    label("kernel");
    if (bank->filters > 1)
        printf("%d of ", bank->filters);
    printf("%dx%d", bank->kh, bank->kw);
    if (bank->in_c > 1)
        printf(" on %d channels", bank->in_c);
    if (bank->combine != IMC_COMBINE_NONE)
        printf(" combined by %s", describe_combine(bank->combine));
    printf(", anchor %d,%d, gain %.6g, rank %d, %s\n", bank->anchor_y, bank->anchor_x, stage->gain, stage->plan.rank,
           describe_class(stage->derivative));
}

static void print_stage(const struct filter_request *request, const struct imc_filter_explanation *explanation, int index)
{
    const struct imc_filter_stage_info *stage = &explanation->stage[index];
    const struct imc_plan_info *plan = &stage->plan;
    label("stage");
    printf("%d of %d: %s\n", index + 1, explanation->stage_count, stage->bank->label);
    print_kernel(stage);
    label("border");
    print_border(&request->options);
    printf(", padding %s: top %d, bottom %d, left %d, right %d\n", padding_name(request->options.padding), plan->top, plan->bottom,
           plan->left, plan->right);
    label("result");
    printf("%d wide, %d high, values from %.6g to %.6g\n", plan->out_w, plan->out_h, stage->low, stage->high);
    label("executor");
    printf("%s\n", plan->executor);
    for (int i = 0; i < plan->refusals; i++) {
        label("");
        printf("not %s: %s\n", plan->refused[i].executor, plan->refused[i].reason);
    }
}

static void print_resolved(const struct imc_filter_explanation *explanation)
{
    label("channels");
    printf("%s\n", words_name(&words_channels, (int)explanation->channels));
    if (explanation->input.alpha) {
        label("alpha");
        printf("%s\n", words_name(&words_alpha, (int)explanation->alpha));
    }
    label("map");
    printf("%s\n", words_name(&words_map, (int)explanation->map));
}

void explain_print(const struct filter_request *request, const char *input, const char *output,
                   const struct imc_filter_explanation *explanation)
{
    char bytes[NUMBER_TEXT_MAX];
    label("input");
    printf("%s: ", input);
    describe_picture(stdout, &explanation->input);
    putchar('\n');
    label("output");
    if (output)
        printf("%s: ", output);
    describe_picture(stdout, &explanation->output);
    putchar('\n');
    print_resolved(explanation);
    for (int i = 0; i < explanation->stage_count; i++)
        print_stage(request, explanation, i);
    label("threads");
    printf("%d\n", explanation->threads);
    label("memory");
    printf("%s, ", number_bytes_text(bytes, explanation->memory));
    printf("%s\n", explanation->streams ? "whatever the height: rows stream" : explanation->holds);
}

static void print_stage_json(struct json *json, const struct imc_filter_stage_info *stage)
{
    const struct imc_plan_info *plan = &stage->plan;
    json_object(json, NULL);
    json_string(json, "kernel", stage->bank->label);
    json_int(json, "filters", stage->bank->filters);
    json_int(json, "kernel_height", stage->bank->kh);
    json_int(json, "kernel_width", stage->bank->kw);
    json_double(json, "gain", stage->gain);
    json_int(json, "rank", plan->rank);
    json_string(json, "class", describe_class(stage->derivative));
    json_int(json, "out_width", plan->out_w);
    json_int(json, "out_height", plan->out_h);
    json_array(json, "padding"); /* top, bottom, left, right */
    json_int(json, NULL, plan->top);
    json_int(json, NULL, plan->bottom);
    json_int(json, NULL, plan->left);
    json_int(json, NULL, plan->right);
    json_close(json);
    json_double(json, "low", stage->low);
    json_double(json, "high", stage->high);
    json_string(json, "executor", plan->executor);
    json_array(json, "refused");
    for (int i = 0; i < plan->refusals; i++) {
        json_object(json, NULL);
        json_string(json, "executor", plan->refused[i].executor);
        json_string(json, "reason", plan->refused[i].reason);
        json_close(json);
    }
    json_close(json);
    json_close(json);
}

static void print_picture_json(struct json *json, const char *key, const char *file, const struct imc_image_info *info)
{
    json_object(json, key);
    json_string(json, "file", file);
    describe_picture_json(json, info);
    json_string(json, "colour", info->colour);
    json_close(json);
}

void explain_print_json(struct json *json, const struct filter_request *request, const char *input, const char *output,
                        const struct imc_filter_explanation *explanation)
{
    const struct imc_filter_options *options = &request->options;
    print_picture_json(json, "input", input, &explanation->input);
    print_picture_json(json, "output", output, &explanation->output);
    json_string(json, "channels", words_name(&words_channels, (int)explanation->channels));
    json_string(json, "alpha", explanation->input.alpha ? words_name(&words_alpha, (int)explanation->alpha) : NULL);
    json_string(json, "map", words_name(&words_map, (int)explanation->map));
    json_string(json, "border",
                options->border == IMC_BORDER_CONSTANT ? "constant" : words_name(&words_border, (int)options->border));
    json_float(json, "border_value", options->border_value);
    json_array(json, "stages");
    for (int i = 0; i < explanation->stage_count; i++)
        print_stage_json(json, &explanation->stage[i]);
    json_close(json);
    json_int(json, "threads", explanation->threads);
    json_unsigned(json, "memory", explanation->memory);
    json_bool(json, "streams", explanation->streams);
    json_string(json, "holds", explanation->streams ? NULL : explanation->holds);
}
