/* report_network.c: what a report tells of the network that the filters are from: how it was trained, and where it errs. */
#include "report/report_state.h"

#include "base/fail.h"
#include "base/memory.h"

#include <imgconv/plot.h>

#include <stdio.h>

/* Only data of the network's size and classes are judged. */
static bool data_fit(const struct report *report)
{
    struct imc_dataset_info data;
    if (!report->options->net || !report->options->data)
        return false;
    imc_dataset_get_info(report->options->data, &data);
    return data.test > 0 && data.height == report->net.height && data.width == report->net.width &&
           data.classes == report->net.classes;
}

enum imc_status report_judge(struct report *report, struct imc_error *error)
{
    const struct imc_report_options *o = report->options;
    struct imc_dataset_info data;
    size_t classes = (size_t)report->net.classes;
    if (!data_fit(report))
        return IMC_OK;
    imc_dataset_get_info(o->data, &data);
    float *confidences = mem_alloc((size_t)data.test * classes, sizeof *confidences);
    report->counts = mem_alloc(classes * classes, sizeof *report->counts);
    if (!confidences || !report->counts) {
        mem_free(confidences);
        return fail_memory(error, "a confusion matrix");
    }
    enum imc_status status = imc_net_evaluate(o->net, o->data, IMC_DATASET_TEST, 0, &report->test, confidences, error);
    if (!status)
        report->worst_count =
            imc_net_judge(o->net, o->data, IMC_DATASET_TEST, confidences, report->counts, report->worst, WORST_SHOWN);
    mem_free(confidences);
    return status;
}

static void write_arch(const struct page_scope *scope, struct page *page)
{
    page_text(page, report_of(scope)->net.arch);
}

static void write_parameters(const struct page_scope *scope, struct page *page)
{
    page_format(page, "%zu", report_of(scope)->net.parameters);
}

static void write_command(const struct page_scope *scope, struct page *page)
{
    page_text(page, report_of(scope)->net.command);
}

static void write_recorded(const struct page_scope *scope, struct page *page)
{
    page_text(page, report_of(scope)->net.test);
}

static void write_hash(const struct page_scope *scope, struct page *page)
{
    page_text(page, report_of(scope)->hash);
}

static bool enter_command(const struct page_scope *scope, struct page_scope *inner)
{
    return once(report_of(scope)->net.command[0], inner);
}

static bool enter_recorded(const struct page_scope *scope, struct page_scope *inner)
{
    return once(report_of(scope)->net.test[0], inner);
}

static bool enter_history(const struct page_scope *scope, struct page_scope *inner)
{
    return once(report_of(scope)->net.epochs > 0, inner);
}

static void write_curves(const struct page_scope *scope, struct page *page)
{
    const struct report *report = report_of(scope);
    struct imc_error error = {0};
    char path[FIGURE_PATH_MAX];
    figure_path(&report->figures, "svg", path);
    figure_write(page, path, imc_plot_history(report->net.history, report->net.epochs, path, &error), &error);
}

/* ---- test pictures ---- */

static bool enter_test(const struct page_scope *scope, struct page_scope *inner)
{
    return once(report_of(scope)->counts, inner);
}

static void write_confusion(const struct page_scope *scope, struct page *page)
{
    const struct report *report = report_of(scope);
    struct imc_error error = {0};
    char path[FIGURE_PATH_MAX], title[80];
    const char **names = mem_alloc((size_t)report->net.classes, sizeof *names);
    enum imc_status status = names ? IMC_OK : fail_memory(&error, "a confusion matrix");
    for (int c = 0; !status && c < report->net.classes; c++)
        names[c] = imc_net_class_name(report->options->net, c);
    figure_path(&report->figures, "svg", path);
    snprintf(title, sizeof title, "%d of %d right, %.2f %%", report->test.right, report->test.count,
             100.0 * report->test.right / report->test.count);
    if (!status)
        status = imc_plot_confusion(report->counts, names, report->net.classes, title, path, &error);
    mem_free(names);
    figure_write(page, path, status, &error);
}

static const struct imc_judged *worst_of(const struct page_scope *scope)
{
    return &report_of(scope)->worst[scope->at];
}

static void write_picture(const struct page_scope *scope, struct page *page)
{
    const struct report *report = report_of(scope);
    int label;
    const uint8_t *pixels = imc_dataset_picture(report->options->data, IMC_DATASET_TEST, worst_of(scope)->index, &label);
    figure_bytes(page, &report->figures, pixels, report->net.width, report->net.height, 1);
}

static void write_index(const struct page_scope *scope, struct page *page)
{
    page_format(page, "%d", worst_of(scope)->index);
}

static void write_label(const struct page_scope *scope, struct page *page)
{
    page_text(page, imc_net_class_name(report_of(scope)->options->net, worst_of(scope)->label));
}

static void write_predicted(const struct page_scope *scope, struct page *page)
{
    page_text(page, imc_net_class_name(report_of(scope)->options->net, worst_of(scope)->predicted));
}

static void write_confidence(const struct page_scope *scope, struct page *page)
{
    page_format(page, "%.2g", 100 * (double)worst_of(scope)->confidence);
}

static bool enter_wrong(const struct page_scope *scope, struct page_scope *inner)
{
    return once(worst_of(scope)->label != worst_of(scope)->predicted, inner);
}

static const struct page_item worst_items[] = {{"picture", write_picture, NULL},
                                               {"index", write_index, NULL},
                                               {"label", write_label, NULL},
                                               {"predicted", write_predicted, NULL},
                                               {"confidence", write_confidence, NULL},
                                               {"wrong", NULL, enter_wrong},
                                               {0}};

static bool enter_worst(const struct page_scope *scope, struct page_scope *inner)
{
    inner->items = worst_items;
    return inner->at < report_of(scope)->worst_count;
}

const struct page_item report_network_items[] = {{"arch", write_arch, NULL},
                                                 {"parameters", write_parameters, NULL},
                                                 {"hash", write_hash, NULL},
                                                 {"trained_by", NULL, enter_command},
                                                 {"command", write_command, NULL},
                                                 {"recorded", NULL, enter_recorded},
                                                 {"recorded_test", write_recorded, NULL},
                                                 {"history", NULL, enter_history},
                                                 {"curves", write_curves, NULL},
                                                 {"test", NULL, enter_test},
                                                 {"confusion", write_confusion, NULL},
                                                 {"worst", NULL, enter_worst},
                                                 {0}};
