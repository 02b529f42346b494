/* bench.c: imgconv and its peers side by side, in memory: the same pictures, the same output, runs that take turns, medians.
 *
 *     make bench                                   everything, 4K, in memory and whole processes
 *     make bench-memory                            this program alone: build/bench/memory.md and memory.svg
 *     make bench-memory BENCH_CELLS='gaussian* u8'  cells by name (a shell pattern that may match in the middle)
 *     make bench-memory BENCH_SIZE=512|4k|16k|WxH  the size of the picture (4k)
 *     make bench-memory BENCH_SECONDS=60           about how long it may take in all (200)
 *     make bench-memory BENCH_THREADS=1            one number of threads alone (1 and 2)
 *     make bench-readme                            copies the latest table and chart to docs/bench/
 *
 * Before a cell is timed ours is compared with a float64 reference at sampled pixels and OpenCV's picture with ours at every
 * pixel; a cell that is wrong is not timed, and the exit code is 1. A cell slower than it has to be is marked, which is no
 * failure. The line printed for each cell also has the ratio of the best runs, which other work on the machine disturbs less. */
#include "bench/cell.h"
#include "bench/limits.h"
#include "bench/report.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS_MIN = 3, RUNS_MAX = 41 };

struct options {
    int width, height, threads; /* threads 0: 1 and 2 */
    const char *pattern, *folder;
    double seconds;
};

/* One cell's times, run by run. */
struct times {
    double ours[RUNS_MAX], opencv[RUNS_MAX], vips[RUNS_MAX], copy[RUNS_MAX];
    int runs;
};

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *value, int count)
{
    qsort(value, (size_t)count, sizeof *value, compare);
    return count % 2 ? value[count / 2] : (value[count / 2 - 1] + value[count / 2]) / 2;
}

static double least(const double *value, int count)
{
    double best = value[0];
    for (int i = 1; i < count; i++)
        best = value[i] < best ? value[i] : best;
    return best;
}

static double timed_ours(const struct setup *setup, int threads)
{
    double start = limits_clock();
    setup_run(setup, threads);
    return limits_clock() - start;
}

static double timed_peer(struct peer *peer, void (*run)(struct peer *))
{
    double start = limits_clock();
    run(peer);
    return limits_clock() - start;
}

/* Turns: ours, OpenCV, memcpy, and libvips in every third turn at most, until the time is used up. */
static void take_turns(const struct setup *setup, int threads, struct peer *opencv, struct peer *vips, double seconds,
                       struct times *times)
{
    double end = limits_clock() + seconds;
    size_t bytes = (setup->in_bytes + setup->out_bytes) / 2;
    char *from = malloc(bytes), *to = malloc(bytes);
    if (!from || !to)
        abort();
    memset(from, 1, bytes);
    memset(to, 2, bytes);
    for (times->runs = 0; times->runs < RUNS_MAX && (times->runs < RUNS_MIN || limits_clock() < end); times->runs++) {
        times->ours[times->runs] = timed_ours(setup, threads);
        times->opencv[times->runs] = timed_peer(opencv, opencv_run);
        times->copy[times->runs] = limits_copy(to, from, bytes, threads);
        if (vips && times->runs % 3 == 0)
            times->vips[times->runs / 3] = timed_peer(vips, vips_peer_run);
    }
    free(from);
    free(to);
}

/* Both sides once, compared. False after saying what is wrong. */
static bool is_right(const struct setup *setup, int threads, struct peer *opencv)
{
    char why[160];
    double steps;
    setup_run(setup, threads);
    opencv_run(opencv);
    if (!check_ours(setup, why)) {
        fprintf(stderr, "bench: %s, %d threads: WRONG: %s\n", setup->cell->name, threads, why);
        return false;
    }
    if (!check_peer(setup, &steps)) {
        fprintf(stderr, "bench: %s: OpenCV differs from ours by %.3g steps: it would not be the same work\n", setup->cell->name,
                steps);
        return false;
    }
    return true;
}

static bool run_cell(const struct setup *setup, int threads, double peak, double seconds, struct result *result)
{
    struct peer_job job = setup_job(setup);
    struct peer *opencv = opencv_open(&job), *vips = vips_peer_open(&job);
    struct times times = {0};
    struct imc_plan_info info;
    if (!opencv)
        return false;
    opencv_threads(threads);
    vips_peer_threads(threads);
    *result = (struct result){.cell = setup->cell, .threads = threads};
    bool right = is_right(setup, threads, opencv);
    if (right) {
        take_turns(setup, threads, opencv, vips, seconds, &times);
        imc_plan_get_info(setup->plan, &info);
        result->executor = info.executor;
        result->runs = times.runs;
        result->best_ratio = least(times.opencv, times.runs) / least(times.ours, times.runs);
        result->ours = median(times.ours, times.runs);
        result->opencv = median(times.opencv, times.runs);
        result->copy = median(times.copy, times.runs);
        result->vips = vips ? median(times.vips, (times.runs + 2) / 3) : 0;
        result->arithmetic = setup_work(setup) * setup->out_w * setup->out_h * setup->cell->channels / peak;
    }
    opencv_close(opencv);
    vips_peer_close(vips);
    return right;
}

static void print_progress(const struct result *result)
{
    fprintf(stderr,
            "%-22s %dT %-10s ours %9.2f ms  OpenCV %9.2f ms  ratio %6.2f (%4.1f%s)  best runs %6.2f  floor x%.1f  %d runs\n",
            result->cell->name, result->threads, result->executor, 1e3 * result->ours, 1e3 * result->opencv, result_ratio(result),
            result_target(result), result_missed(result) ? " missed" : "", result->best_ratio,
            result->ours / (result->copy > result->arithmetic ? result->copy : result->arithmetic), result->runs);
}

static bool wanted(const struct options *options, const struct cell *cell)
{
    char pattern[256];
    snprintf(pattern, sizeof pattern, "*%s*", options->pattern);
    return fnmatch(pattern, cell->name, 0) == 0;
}

/* All cells at all numbers of threads; the number of results. */
static int run_cells(const struct options *options, const double peak[2], struct result *results, bool *right)
{
    int left = 0, count = 0;
    double end = limits_clock() + options->seconds;
    for (int c = 0; c < cell_count; c++)
        left += wanted(options, &cells[c]);
    for (int c = 0; c < cell_count; c++) {
        struct setup setup;
        if (!wanted(options, &cells[c]))
            continue;
        if (!setup_make(&setup, &cells[c], options->width, options->height)) {
            *right = false;
            continue;
        }
        double share = (end - limits_clock()) / left-- / (options->threads ? 1 : 2);
        for (int threads = 1; threads <= 2; threads++)
            if (!options->threads || options->threads == threads) {
                if (run_cell(&setup, threads, peak[threads - 1], share * 0.8, &results[count]))
                    print_progress(&results[count++]);
                else
                    *right = false;
            }
        setup_free(&setup);
    }
    return count;
}

static bool write_file(const struct options *options, const char *name, void (*print)(FILE *, const struct report *),
                       const struct report *report)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", options->folder, name);
    FILE *file = fopen(path, "w");
    if (file)
        print(file, report);
    if (!file || fclose(file) != 0) {
        perror(path);
        return false;
    }
    fprintf(stderr, "%s\n", path);
    return true;
}

static double copy_rate(size_t bytes, int threads)
{
    char *from = malloc(bytes), *to = malloc(bytes);
    double value[9];
    if (!from || !to)
        abort();
    memset(from, 1, bytes);
    memset(to, 2, bytes);
    for (int i = 0; i < 9; i++)
        value[i] = limits_copy(to, from, bytes, threads);
    free(from);
    free(to);
    return (double)bytes / median(value, 9);
}

static const char *setting(const char *name, const char *usual)
{
    const char *text = getenv(name);
    return text && *text ? text : usual;
}

static bool read_options(struct options *options, int argc, char **argv)
{
    static const struct {
        const char *name;
        int width, height;
    } sizes[] = {{"512", 512, 512}, {"4k", 3840, 2160}, {"16k", 16384, 16384}};
    const char *size = setting("BENCH_SIZE", "4k");
    *options = (struct options){.pattern = setting("BENCH_CELLS", ""), .folder = argc > 1 ? argv[1] : "."};
    options->seconds = atof(setting("BENCH_SECONDS", "200"));
    options->threads = atoi(setting("BENCH_THREADS", "0"));
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (strcmp(size, sizes[i].name) == 0) {
            options->width = sizes[i].width;
            options->height = sizes[i].height;
        }
    if (!options->width && sscanf(size, "%dx%d", &options->width, &options->height) != 2)
        fprintf(stderr, "bench: BENCH_SIZE=%s: write 512, 4k, 16k or WIDTHxHEIGHT\n", size);
    return options->width > 0 && options->height > 0 && options->seconds > 0 && options->threads >= 0 && options->threads <= 2;
}

int main(int argc, char **argv)
{
    struct options options;
    bool right = true;
    struct result *results = calloc((size_t)cell_count * 2, sizeof *results);
    if (!results || !read_options(&options, argc, argv))
        return 2;
    vips_peer_start(argv[0]);
    struct report report = {.results = results, .width = options.width, .height = options.height};
    for (int t = 0; t < 2; t++) {
        report.fma[t] = limits_fma(t + 1);
        report.copy[t] = copy_rate((size_t)options.width * (size_t)options.height, t + 1);
    }
    report.count = run_cells(&options, report.fma, results, &right);
    fprintf(stderr, "geometric mean: %.2f with 1 thread, %.2f with 2\n", report_mean(&report, 1), report_mean(&report, 2));
    right &= write_file(&options, "memory.md", report_markdown, &report);
    right &= write_file(&options, "memory.svg", chart_svg, &report);
    free(results);
    return right ? 0 : 1;
}
