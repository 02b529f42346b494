/* cmd_eval.c: `imgconv eval`: how well a network classifies labelled pictures, and where it errs. */
#include "cli/commands.h"
#include "cli/eval_report.h"
#include "cli/message.h"
#include "cli/numbers.h"
#include "cli/words.h"

#include <imgconv/plot.h>
#include <imgconv/sheet.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct eval_request {
    const char *model, *data, *confusion, *worst;
    enum imc_dataset_part part;
    double min_accuracy;
    int threads;
    bool json;
};

#define AT(member) offsetof(struct eval_request, member)

static const struct word part[] = {{"test", IMC_DATASET_TEST}, {"train", IMC_DATASET_TRAIN}, {0}};
static const struct foreign_word part_foreign[] = {{"training", "write train"}, {"validation", "write train"}, {0}};
static const struct words words_part = {part, part_foreign};

static const struct number_range threads_range = {0, 256};

static bool set_share(const struct option_spec *spec, void *request, const char *value)
{
    double *share = (double *)((char *)request + spec->at);
    if (!number_read_share(value, share) || *share < 0 || *share > 1)
        return refuse("--%s wants a share, as 0.98 or 98%%, not '%s'", spec->name, value);
    return true;
}

const struct option_spec eval_table[] = {
    {"model", 'm', "MODEL", option_set_text, AT(model), NULL, "the network, as imgconv train writes it"},
    {"data", 0, "DIR", option_set_text, AT(data), NULL, "IDX files or a folder a class; or 'builtin': digits drawn by imgconv"},
    {"part", 0, "WORD", option_set_word, AT(part), &words_part, "*test or train"},
    {"confusion", 0, "FILE", option_set_text, AT(confusion), NULL, "the confusion matrix as a picture, or FILE.svg"},
    {"worst", 0, "FILE", option_set_text, AT(worst), NULL, "a sheet of the pictures with the least confidence in their label"},
    {"min-accuracy", 0, "X", set_share, AT(min_accuracy), NULL, "exit code 3 where it is not reached: 0.98 or 98%"},
    {"threads", 0, "N", option_set_int, AT(threads), &threads_range, "*0: all; they change no bit of the result"},
    {"json", 0, NULL, option_set_flag, AT(json), NULL, "the same as JSON"},
    OPTION_HELP,
    {0},
};

/* What a run works on. */
struct run {
    const struct eval_request *request;
    struct imc_dataset *data;
    struct imc_net *net;
    float *confidences; /* [count][classes] */
    struct eval_result result;
};

static int fail_with(const struct imc_error *error)
{
    complain_error(NULL, error);
    return exit_code_of(error->status);
}

static int fail_memory(void)
{
    complain("%s", imc_status_text(IMC_ERR_MEMORY));
    return EXIT_FAILED;
}

/* Labels mean the same in data and network? */
static int check_classes(const struct run *run)
{
    for (int c = 0; c < run->result.data.classes && c < run->result.info.classes; c++) {
        const char *data = imc_dataset_class_name(run->data, c), *net = imc_net_class_name(run->net, c);
        if (strcmp(data, net) != 0) {
            complain("class %d is '%s' in the data, but '%s' in the network: they do not belong together", c, data, net);
            return EXIT_FAILED;
        }
    }
    return EXIT_DONE;
}

static int open_files(struct run *run)
{
    const struct eval_request *request = run->request;
    struct eval_result *result = &run->result;
    struct imc_error error = {0};
    if (imc_net_load(request->model, &run->net, &error) != IMC_OK ||
        imc_dataset_open(request->data, request->part, &run->data, &error) != IMC_OK)
        return fail_with(&error);
    result->model = request->model;
    result->net = run->net;
    result->test = request->part == IMC_DATASET_TEST;
    imc_net_get_info(run->net, &result->info);
    imc_dataset_get_info(run->data, &result->data);
    result->count = result->test ? result->data.test : result->data.train;
    result->classes = result->info.classes;
    return check_classes(run);
}

static int evaluate(struct run *run)
{
    struct eval_result *result = &run->result;
    struct imc_evaluation evaluation;
    struct imc_error error = {0};
    size_t classes = (size_t)result->classes;
    run->confidences = calloc((size_t)result->count + 1, classes * sizeof *run->confidences);
    result->counts = calloc(classes * classes, sizeof *result->counts);
    result->worst = calloc(EVAL_WORST_MAX, sizeof *result->worst);
    if (!run->confidences || !result->counts || !result->worst)
        return fail_memory();
    if (imc_net_evaluate(run->net, run->data, run->request->part, run->request->threads, &evaluation, run->confidences, &error) !=
        IMC_OK)
        return fail_with(&error);
    result->loss = evaluation.loss;
    return EXIT_DONE;
}

/* Matrix, hits and the worst, from the confidences. */
static void judge(struct run *run)
{
    struct eval_result *result = &run->result;
    result->worst_count =
        imc_net_judge(run->net, run->data, run->request->part, run->confidences, result->counts, result->worst, EVAL_WORST_MAX);
    for (int c = 0; c < result->classes; c++)
        result->right += result->counts[c * result->classes + c];
    result->accuracy = (double)result->right / result->count;
}

static int draw_confusion(const struct run *run)
{
    const struct eval_result *result = &run->result;
    struct imc_error error = {0};
    char title[256];
    const char **names = calloc((size_t)result->classes, sizeof *names);
    if (!names)
        return fail_memory();
    for (int c = 0; c < result->classes; c++)
        names[c] = imc_net_class_name(run->net, c);
    snprintf(title, sizeof title, "%d of %d right, %.2f %%", result->right, result->count, 100 * result->accuracy);
    enum imc_status status = imc_plot_confusion(result->counts, names, result->classes, title, run->request->confusion, &error);
    free(names);
    return status == IMC_OK ? EXIT_DONE : fail_with(&error);
}

enum { LINE_MAX_TEXT = 2 * EVAL_NAME_MAX + 64 };

/* "#1247  7 -> 1" and "7: 0.3 %, 1: 98 %". */
static void describe_sample(const struct eval_result *result, const struct imc_judged *sample, char *first, char *second)
{
    char label[EVAL_NAME_MAX], predicted[EVAL_NAME_MAX];
    eval_class_name(label, result, sample->label);
    eval_class_name(predicted, result, sample->predicted);
    snprintf(first, LINE_MAX_TEXT, "#%d  %s -> %s", sample->index, label, predicted);
    if (sample->label == sample->predicted)
        snprintf(second, LINE_MAX_TEXT, "%.3g %%", 100 * (double)sample->confidence);
    else
        snprintf(second, LINE_MAX_TEXT, "%.2f %% -> %.1f %%", 100 * (double)sample->confidence,
                 100 * (double)sample->predicted_confidence);
}

static int draw_worst(const struct run *run)
{
    const struct eval_result *result = &run->result;
    static char lines[EVAL_WORST_MAX][2][LINE_MAX_TEXT];
    struct imc_sheet_sample samples[EVAL_WORST_MAX];
    struct imc_error error = {0};
    char title[256];
    for (int i = 0; i < result->worst_count; i++) {
        int label;
        describe_sample(result, &result->worst[i], lines[i][0], lines[i][1]);
        samples[i] = (struct imc_sheet_sample){imc_dataset_picture(run->data, run->request->part, result->worst[i].index, &label),
                                               {lines[i][0], lines[i][1]},
                                               result->worst[i].label != result->worst[i].predicted};
    }
    snprintf(title, sizeof title, "least confidence in the label; label -> predicted; %d of %d wrong",
             result->count - result->right, result->count);
    enum imc_status status = imc_sheet_samples(samples, result->worst_count, result->data.height, result->data.width, title,
                                               run->request->worst, NULL, &error);
    return status == IMC_OK ? EXIT_DONE : fail_with(&error);
}

static int run_all(struct run *run)
{
    const struct eval_request *request = run->request;
    const struct eval_result *result = &run->result;
    int code = open_files(run);
    if (code == EXIT_DONE)
        code = evaluate(run);
    if (code != EXIT_DONE)
        return code;
    judge(run);
    if (request->confusion)
        code = draw_confusion(run);
    if (code == EXIT_DONE && request->worst)
        code = draw_worst(run);
    if (code != EXIT_DONE)
        return code;
    (request->json ? eval_report_json : eval_report)(result);
    if (result->accuracy >= request->min_accuracy - 1e-9)
        return EXIT_DONE;
    complain("accuracy %.6g %% is below --min-accuracy, %.6g %%", 100 * result->accuracy, 100 * request->min_accuracy);
    return EXIT_BELOW;
}

/* The model's name may stand alone; false after saying what is wrong. */
static bool take_operands(struct eval_request *request, int operands, char **argv)
{
    if (!request->model && operands > 0) {
        request->model = argv[0];
        operands--;
        argv++;
    }
    if (operands > 0)
        return refuse("eval takes one MODEL, not '%s' too: the data are named with --data DIR", argv[0]);
    if (!request->model)
        return refuse("no MODEL: name one that imgconv train wrote, for example: imgconv eval digits.safetensors");
    const char *output[] = {request->confusion, request->worst};
    for (int i = 0; i < 2; i++)
        if (output[i] && strcmp(output[i], "-") == 0)
            return refuse("--%s -: standard output has the figures; name a file", i ? "worst" : "confusion");
    return true;
}

int cmd_eval(int argc, char **argv)
{
    struct eval_request request = {.part = IMC_DATASET_TEST};
    int operands;
    enum options_result result = options_parse(eval_table, argc, argv, &request, &operands);
    if (result != OPTIONS_OK)
        return result == OPTIONS_HELP ? help_command("eval") : EXIT_USAGE;
    if (!take_operands(&request, operands, argv))
        return EXIT_USAGE;
    struct run run = {.request = &request};
    int code = run_all(&run);
    free(run.confidences);
    free(run.result.counts);
    free(run.result.worst);
    imc_net_free(run.net);
    imc_dataset_free(run.data);
    return finish_stdout(code);
}
