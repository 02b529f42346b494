/* report_compare.c: a comparison as one HTML file that loads nothing: report_compare.html of this folder, filled. */
#include <imgconv/imgconv.h>

#include "base/embedded.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/outfile.h"
#include "report/report_state.h"
#include "report/shade.h"

#include <stdlib.h>
#include <string.h>

static const struct imc_comparison *comparison_of(const struct page_scope *scope)
{
    return report_of(scope)->c;
}

static void write_title(const struct page_scope *scope, struct page *page)
{
    page_text(page, report_of(scope)->options->title);
}

static void write_version(const struct page_scope *scope, struct page *page)
{
    (void)scope;
    page_text(page, imc_version());
}

#define NUMBER(name, format, value)                                                                                                \
    static void write_##name(const struct page_scope *scope, struct page *page)                                                    \
    {                                                                                                                              \
        const struct imc_comparison *c = comparison_of(scope);                                                                     \
        page_format(page, format, value);                                                                                          \
    }

NUMBER(count, "%d", c->count)
NUMBER(rows, "%d", c->kh)
NUMBER(columns, "%d", c->kw)
NUMBER(kernel_count, "%d", c->kernels->filters)
NUMBER(span, "%d", c->span)
NUMBER(dimensions, "%d", c->kh * c->kw)
NUMBER(random_count, "%d", c->random_count)
NUMBER(median, "%.3f", c->chance_median)
NUMBER(chance, "%.3f", c->chance_95)
NUMBER(width, "%d", c->width)
NUMBER(height, "%d", c->height)
NUMBER(file_width, "%d", c->file_width)
NUMBER(file_height, "%d", c->file_height)
NUMBER(input, "%s", c->input)

static void write_channels(const struct page_scope *scope, struct page *page)
{
    int channels = comparison_of(scope)->channels;
    if (channels == 1)
        page_text(page, "one channel");
    else
        page_format(page, "%d channels", channels);
}

static void write_photo(const struct page_scope *scope, struct page *page)
{
    const struct imc_comparison *c = comparison_of(scope);
    struct imc_error error;
    size_t pixels = (size_t)c->width * (size_t)c->height;
    unsigned char *bytes = mem_alloc(pixels, (size_t)c->picture_channels);
    if (!bytes) {
        page_fail(page, fail_memory(&error, "a picture"), &error);
        return;
    }
    shade_picture(c->picture, c->picture_channels, pixels, bytes);
    figure_bytes(page, &report_of(scope)->figures, bytes, c->width, c->height, c->picture_channels);
    mem_free(bytes);
}

static bool enter_scene(const struct page_scope *scope, struct page_scope *inner)
{
    return once(comparison_of(scope)->input, inner);
}

static bool enter_shrunk(const struct page_scope *scope, struct page_scope *inner)
{
    return once(comparison_of(scope)->width != comparison_of(scope)->file_width, inner);
}

static bool enter_network(const struct page_scope *scope, struct page_scope *inner)
{
    inner->items = report_network_items;
    return once(report_of(scope)->options->net, inner);
}

static bool enter_filters(const struct page_scope *scope, struct page_scope *inner)
{
    inner->items = report_filter_items;
    return inner->at < comparison_of(scope)->count;
}

static bool enter_kernels(const struct page_scope *scope, struct page_scope *inner)
{
    inner->items = report_kernel_items;
    return inner->at < report_of(scope)->kernels;
}

static void write_sentence(const struct page_scope *scope, struct page *page)
{
    page_text(page, comparison_of(scope)->verdict[scope->at]);
}

static const struct page_item verdict_items[] = {{"sentence", write_sentence, NULL}, {0}};

static bool enter_verdicts(const struct page_scope *scope, struct page_scope *inner)
{
    inner->items = verdict_items;
    return inner->at < comparison_of(scope)->verdicts;
}

static const struct page_item items[] = {{"title", write_title, NULL},
                                         {"version", write_version, NULL},
                                         {"count", write_count, NULL},
                                         {"row_count", write_rows, NULL},
                                         {"column_count", write_columns, NULL},
                                         {"channels", write_channels, NULL},
                                         {"kernel_count", write_kernel_count, NULL},
                                         {"span", write_span, NULL},
                                         {"dimensions", write_dimensions, NULL},
                                         {"random_count", write_random_count, NULL},
                                         {"median", write_median, NULL},
                                         {"chance", write_chance, NULL},
                                         {"width", write_width, NULL},
                                         {"height", write_height, NULL},
                                         {"file_width", write_file_width, NULL},
                                         {"file_height", write_file_height, NULL},
                                         {"input", write_input, NULL},
                                         {"photo", write_photo, NULL},
                                         {"scene", NULL, enter_scene},
                                         {"shrunk", NULL, enter_shrunk},
                                         {"network", NULL, enter_network},
                                         {"filters", NULL, enter_filters},
                                         {"kernels", NULL, enter_kernels},
                                         {"verdicts", NULL, enter_verdicts},
                                         {0}};

/* The kernels that are nearest to some filter, in their own order. */
static void collect_kernels(struct report *report)
{
    const struct imc_comparison *c = report->c;
    for (int k = 0; k < c->kernels->filters; k++) {
        bool used = false;
        for (int f = 0; f < c->count; f++)
            used = used || c->filters[f].match == k;
        if (used)
            report->kernel[report->kernels++] = k;
    }
}

static enum imc_status prepare(struct report *report, struct imc_error *error)
{
    const struct imc_comparison *c = report->c;
    const struct imc_net *net = report->options->net;
    size_t pixels = (size_t)c->width * (size_t)c->height;
    report->response = mem_alloc(pixels, sizeof *report->response);
    report->gray = mem_alloc(pixels, 1);
    report->kernel = mem_alloc((size_t)c->kernels->filters, sizeof *report->kernel);
    if (!report->response || !report->gray || !report->kernel)
        return fail_memory(error, "a report");
    collect_kernels(report);
    if (!net)
        return IMC_OK;
    imc_net_get_info(net, &report->net);
    enum imc_status status = imc_net_hash(net, report->hash, error);
    return status ? status : report_judge(report, error);
}

static enum imc_status write_text(const char *text, size_t size, const char *output, bool no_clobber, struct imc_error *error)
{
    struct outfile *file;
    enum imc_status status = outfile_open(output, no_clobber, &file, error);
    if (status)
        return status;
    status = outfile_write(file, text, size, error);
    if (!status)
        status = outfile_commit(file, error);
    outfile_close(file);
    return status;
}

/* The page is made whole in memory before the output is opened. */
static enum imc_status write_page(const struct report *report, const char *output, bool no_clobber, struct imc_error *error)
{
    const struct page_scope scope = {.items = items, .context = report};
    struct page page = {0};
    char *text = NULL;
    size_t size = 0;
    page.out = open_memstream(&text, &size);
    if (!page.out)
        return fail_memory(error, "a report");
    enum imc_status status = page_fill(&page, (const char *)embedded_pages[0].bytes, &scope, error);
    if (fclose(page.out) != 0 && !status)
        status = fail_memory(error, "a report");
    if (!status)
        status = write_text(text, size, output, no_clobber, error);
    free(text);
    return status;
}

enum imc_status imc_compare_report(const struct imc_comparison *comparison, const struct imc_report_options *options,
                                   const char *output, struct imc_error *error)
{
    struct report report = {.c = comparison, .options = options};
    enum imc_status status = figures_open(&report.figures, error);
    if (status)
        return status;
    status = prepare(&report, error);
    if (!status)
        status = write_page(&report, output, options->no_clobber, error);
    figures_close(&report.figures);
    mem_free(report.response);
    mem_free(report.gray);
    mem_free(report.kernel);
    mem_free(report.counts);
    return status;
}
