/* report.c: the table in Markdown: times, the ratio to OpenCV beside the one to be reached, and the distance to the floor. */
#include "bench/report.h"

#include <math.h>

double result_ratio(const struct result *result)
{
    return result->opencv / result->ours;
}

double result_target(const struct result *result)
{
    double target = result->cell->target[result->threads > 1];
    return target > 1 ? target : 1;
}

bool result_missed(const struct result *result)
{
    double near_copy = result->cell->near_copy;
    if (result->threads > 1 && near_copy > 0 && result->ours <= near_copy * result->copy && result_ratio(result) >= 1)
        return false;
    return result_ratio(result) < result_target(result);
}

double report_mean(const struct report *report, int threads)
{
    double sum = 0;
    int count = 0;
    for (int i = 0; i < report->count; i++)
        if (report->results[i].threads == threads) {
            sum += log(result_ratio(&report->results[i]));
            count++;
        }
    return count ? exp(sum / count) : 0;
}

static void print_row(FILE *out, const struct report *report, const struct result *result)
{
    double floor_time = fmax(result->copy, result->arithmetic), pixels = (double)report->width * report->height;
    char vips[32] = "";
    if (result->vips > 0)
        snprintf(vips, sizeof vips, "%.2f", 1e3 * result->vips);
    fprintf(out, "| %s | %d | %s | %.2f | %.3f | %.2f | **%.2f** | %.1f%s | %.2f | %.1f | %s |\n", result->cell->name,
            result->threads, result->executor, 1e3 * result->ours, 1e9 * result->ours / pixels, 1e3 * result->opencv,
            result_ratio(result), result_target(result), result_missed(result) ? " missed" : "", 1e3 * floor_time,
            result->ours / floor_time, vips);
}

static void print_mean(FILE *out, const struct report *report, int threads, double target)
{
    double mean = report_mean(report, threads);
    if (mean > 0)
        fprintf(out, "| geometric mean | %d | | | | | **%.2f** | %.1f%s | | | |\n", threads, mean, target,
                mean < target ? " missed" : "");
}

void report_markdown(FILE *out, const struct report *report)
{
    fprintf(out, "# imgconv and OpenCV, %dx%d, in memory\n\n", report->width, report->height);
    report_machine(out);
    for (int t = 0; t < 2; t++)
        fprintf(
            out,
            "- %d thread%s: %.1f G multiply-adds of f32 a second, memcpy %.1f GB/s (bytes copied, at the size of this picture)\n",
            t + 1, t ? "s" : "", 1e-9 * report->fma[t], 1e-9 * report->copy[t]);
    fprintf(
        out,
        "\nMedians of interleaved runs, milliseconds. Ratio: OpenCV's time / ours. Floor: the longer of a memcpy that moves as "
        "many "
        "bytes\nand the cheapest known count of multiply-adds at the measured peak; x: ours / floor. Checked before timing: ours "
        "against float64,\nOpenCV's picture against ours within one step. libvips defines Sobel and Gaussian in its own way and "
        "is not compared.\n\n");
    fprintf(out, "| cell | threads | executor | ours | ns/pixel | OpenCV | ratio | to reach | floor | x | libvips |\n"
                 "|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (int threads = 1; threads <= 2; threads++)
        for (int i = 0; i < report->count; i++)
            if (report->results[i].threads == threads)
                print_row(out, report, &report->results[i]);
    print_mean(out, report, 1, 3);
    print_mean(out, report, 2, 4);
}
