/* cmd_bench.c: `imgconv bench`: how long each mode takes on this machine, and how good the choice of auto is. */
#include "cli/bench_grid.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/message.h"
#include "cli/progress.h"

#include <stdlib.h>
#include <string.h>

struct bench_request {
    int size[2]; /* rows, columns */
    int threads;
    bool crossovers, json;
};

static const struct number_range size_range = {1, 16384}, threads_range = {0, 256};

const struct option_spec bench_table[] = {
    {"crossovers", 0, NULL, option_set_flag, offsetof(struct bench_request, crossovers), NULL,
     "where a mode begins to beat another, and auto's time / the best's"},
    {"size", 0, "N|H,W", option_set_pair, offsetof(struct bench_request, size), &size_range,
     "height and width of the picture (1024)"},
    {"threads", 0, "N", option_set_int, offsetof(struct bench_request, threads), &threads_range,
     "threads (1); 0: as many as the machine has, or IMGCONV_THREADS"},
    {"json", 0, NULL, option_set_flag, offsetof(struct bench_request, json), NULL, "all of it as JSON"},
    OPTION_HELP,
    {0},
};

static void print_time(double ns)
{
    if (ns > 0)
        printf(" %10.3f", ns);
    else
        printf(" %10s", "-");
}

static void print_times(const struct grid_cell *cells)
{
    printf("%-9s %-4s %4s", "kernel", "type", "size");
    for (int m = 0; m < GRID_COLUMNS; m++)
        printf(" %10s", grid_column_name((enum grid_column)m));
    printf("  picked\n");
    for (int i = 0; i < GRID_CELLS; i++) {
        printf("%-9s %-4s %4d", cells[i].kernel, grid_type_name(cells[i].type), cells[i].size);
        for (int m = 0; m < GRID_COLUMNS; m++)
            print_time(cells[i].ns[m]);
        printf("  %s\n", cells[i].picked);
    }
}

/* The first cell of each kernel and type begins a line of its own. */
static bool begins_group(const struct grid_cell *cells, int i)
{
    return i == 0 || cells[i].type != cells[i - 1].type || strcmp(cells[i].kernel, cells[i - 1].kernel) != 0;
}

/* The pairs of modes that are compared; key: in JSON. */
static const struct crossover {
    enum grid_column a, b;
    const char *key;
} crossovers[] = {
    {GRID_SEPARABLE, GRID_DIRECT, "separable_from"},
    {GRID_FFT, GRID_DIRECT, "fft_from"},
    {GRID_FFT, GRID_SEPARABLE, "fft_over_separable_from"},
};

enum { CROSSOVERS = sizeof crossovers / sizeof *crossovers };

static int crossover_of(const struct grid_cell *cells, int i, int k)
{
    return grid_crossover(cells, cells[i].kernel, cells[i].type, crossovers[k].a, crossovers[k].b);
}

static void print_sizes(const struct grid_cell *cells)
{
    puts("the first mode is faster than the second from this size on:");
    printf("  %-9s %-4s", "kernel", "type");
    for (int k = 0; k < CROSSOVERS; k++)
        printf("  %s:%s", grid_column_name(crossovers[k].a), grid_column_name(crossovers[k].b));
    puts("");
    for (int i = 0; i < GRID_CELLS; i++) {
        if (!begins_group(cells, i))
            continue;
        printf("  %-9s %-4s", cells[i].kernel, grid_type_name(cells[i].type));
        for (int k = 0; k < CROSSOVERS; k++) {
            int size = crossover_of(cells, i, k);
            int width = (int)(strlen(grid_column_name(crossovers[k].a)) + strlen(grid_column_name(crossovers[k].b)) + 1);
            if (size)
                printf("  %*d", width, size);
            else
                printf("  %*s", width, "none");
        }
        puts("");
    }
}

/* Is auto good enough everywhere? */
static bool print_ratios(const struct grid_cell *cells)
{
    const struct grid_cell *worst = grid_worst(cells);
    int beyond = 0;
    puts("auto's time / the best mode's:");
    printf("  %-9s %-4s %4s  %-10s %s\n", "kernel", "type", "size", "picked", "ratio");
    for (int i = 0; i < GRID_CELLS; i++) {
        printf("  %-9s %-4s %4d  %-10s %.2f%s\n", cells[i].kernel, grid_type_name(cells[i].type), cells[i].size, cells[i].picked,
               cells[i].ratio, cells[i].ratio > GRID_RATIO_MAX ? " !" : "");
        beyond += cells[i].ratio > GRID_RATIO_MAX;
    }
    printf("worst: %s %s %d, %.2f\n", worst->kernel, grid_type_name(worst->type), worst->size, worst->ratio);
    if (beyond)
        printf("auto takes more than %.1f times the best mode's time in %d of %d places\n", GRID_RATIO_MAX, beyond, GRID_CELLS);
    else
        printf("auto takes at most %.1f times the best mode's time in all %d places\n", GRID_RATIO_MAX, GRID_CELLS);
    return beyond == 0;
}

static void json_cell(struct json *json, const char *key, const struct grid_cell *cell)
{
    json_object(json, key);
    json_string(json, "kernel", cell->kernel);
    json_string(json, "type", grid_type_name(cell->type));
    json_int(json, "size", cell->size);
    json_object(json, "ns");
    for (int m = 0; m < GRID_COLUMNS; m++)
        if (cell->ns[m] > 0)
            json_double(json, grid_column_name((enum grid_column)m), cell->ns[m]);
    json_close(json);
    json_string(json, "picked", cell->picked);
    json_double(json, "ratio", cell->ratio);
    json_close(json);
}

static void print_json(const struct bench_request *request, const struct grid_cell *cells)
{
    struct json json;
    json_begin(&json, stdout);
    json_string(&json, "cpu", imc_cpu_level());
    json_int(&json, "threads", request->threads);
    json_int(&json, "height", request->size[0]);
    json_int(&json, "width", request->size[1]);
    json_array(&json, "cells");
    for (int i = 0; i < GRID_CELLS; i++)
        json_cell(&json, NULL, &cells[i]);
    json_close(&json);
    json_array(&json, "crossovers");
    for (int i = 0; i < GRID_CELLS; i++)
        if (begins_group(cells, i)) {
            json_object(&json, NULL);
            json_string(&json, "kernel", cells[i].kernel);
            json_string(&json, "type", grid_type_name(cells[i].type));
            for (int k = 0; k < CROSSOVERS; k++)
                json_int(&json, crossovers[k].key, crossover_of(cells, i, k));
            json_close(&json);
        }
    json_close(&json);
    json_cell(&json, "worst", grid_worst(cells));
    json_end(&json);
}

static void show_step(void *context, int done)
{
    progress_step(context, done, GRID_CELLS);
}

int cmd_bench(int argc, char **argv)
{
    static struct grid_cell cells[GRID_CELLS];
    struct bench_request request = {.size = {1024, 1024}, .threads = 1};
    struct imc_error error = {0};
    struct progress progress;
    int operands;
    enum options_result result = options_parse(bench_table, argc, argv, &request, &operands);
    if (result != OPTIONS_OK)
        return result == OPTIONS_HELP ? help_command("bench") : EXIT_USAGE;
    if (operands) {
        complain("bench takes no files ('%s'): it makes its own picture, of --size", argv[0]);
        return EXIT_USAGE;
    }
    progress_start(&progress, false, 1);
    enum imc_status status = grid_measure(request.size[0], request.size[1], request.threads, cells, show_step, &progress, &error);
    progress_clear(&progress);
    if (status != IMC_OK) {
        complain_error(NULL, &error);
        return exit_code_of(status);
    }
    if (request.json) {
        print_json(&request, cells);
        return finish_stdout(EXIT_DONE);
    }
    printf("imgconv %s, CPU level %s, threads: %d, picture: %dx%d (height x width); nanoseconds a pixel, best of several runs\n",
           imc_version(), imc_cpu_level(), request.threads, request.size[0], request.size[1]);
    if (!request.crossovers) {
        print_times(cells);
        return finish_stdout(EXIT_DONE);
    }
    print_sizes(cells);
    return finish_stdout(print_ratios(cells) ? EXIT_DONE : EXIT_FAILED);
}
