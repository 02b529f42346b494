/* bench_files.c: imgconv and its peers as whole programs, file to file, on all cores: wall time, peak memory, size of the result.
 *
 *     make bench-files                              all but the 20000x20000 picture: build/bench/files.md
 *     make bench-files BENCH_CELLS='512*'           cells by name (a shell pattern that may match in the middle)
 *     make bench-files BENCH_HUGE=1                 the 20000x20000 picture too: a GB of disk, 4 GB of memory, some minutes
 *     make bench-files BENCH_SECONDS=30             about how long it may take in all (100)
 *
 * Programs take turns. The first of each cell is ours; the second is OpenCV's, whose picture must equal ours within one step (JPEG:
 * within half a step on average). Programs that are not installed are left out. */
#include "bench/job.h"
#include "bench/limits.h"
#include "bench/report.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

static int compare_times(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int programs_of(const struct job *job)
{
    int count = 0;
    while (count < PROGRAMS_MAX && job->programs[count].name)
        count++;
    return count;
}

/* Our result and OpenCV's: the same picture? */
static bool is_same_work(const struct folders *folders, const struct job *job)
{
    char ours[4096], opencv[4096];
    double mean = 0;
    int worst = 0;
    job_output(folders, job, 0, ours);
    job_output(folders, job, 1, opencv);
    if (!job_compare(ours, opencv, &mean, &worst)) {
        fprintf(stderr, "bench: %s: the results of imgconv and OpenCV cannot be compared\n", job->name);
        return false;
    }
    bool same = strcmp(job->suffix, "jpg") == 0 ? mean <= 0.5 : worst <= 1;
    if (!same)
        fprintf(stderr, "bench: %s: imgconv and OpenCV differ by up to %d steps, %.3g on average\n", job->name, worst, mean);
    return same;
}

/* Turns until the time is used up; the first is a warm-up after which results are compared. */
static bool run_job(const struct folders *folders, const struct job *job, double seconds, struct outcome *outcomes)
{
    int programs = programs_of(job);
    bool same = true;
    double end = 0;
    for (int round = 0; round <= JOB_RUNS_MAX && (round < 3 || limits_clock() < end) && !(job->huge && round > 0); round++) {
        for (int p = 0; p < programs; p++)
            if (!outcomes[p].failed)
                job_run(folders, job, p, &outcomes[p]);
        if (round > 0)
            continue;
        if (outcomes[0].failed || outcomes[1].failed || !is_same_work(folders, job))
            same = false;
        for (int p = 0; p < programs && !job->huge; p++)
            outcomes[p].runs = 0;
        end = limits_clock() + seconds;
    }
    for (int p = 0; p < programs; p++)
        if (outcomes[p].runs) {
            qsort(outcomes[p].seconds, (size_t)outcomes[p].runs, sizeof(double), compare_times);
            outcomes[p].median = outcomes[p].seconds[outcomes[p].runs / 2];
        }
    return same && outcomes[0].runs > 0;
}

/* What of a program's line is not as it should be. */
static const char *fault_of(const struct job *job, int program, const struct outcome *outcomes)
{
    const struct outcome *ours = &outcomes[0];
    if (program == 0 && job->peak_max > 0 && ours->peak > job->peak_max)
        return " memory missed";
    if (program == 0 && strcmp(job->suffix, "png") == 0 && (double)ours->size > 1.05 * (double)outcomes[1].size)
        return " size missed";
    if (job->programs[program].target > 0 && outcomes[program].median / ours->median < job->programs[program].target)
        return " missed";
    return "";
}

static void print_job(FILE *out, const struct job *job, const struct outcome *outcomes)
{
    for (int p = 0; p < programs_of(job); p++) {
        const struct outcome *outcome = &outcomes[p];
        char target[32] = "", size[32] = "";
        if (outcome->failed)
            continue;
        if (job->programs[p].target > 0)
            snprintf(target, sizeof target, "%.1f", job->programs[p].target);
        if (outcome->size)
            snprintf(size, sizeof size, "%.2f", (double)outcome->size / 1e6);
        fprintf(out, "| %s | %s | %.1f | **%.2f** | %s%s | %.0f | %s |\n", p ? "" : job->name, job->programs[p].name,
                1e3 * outcome->median, outcome->median / outcomes[0].median, target, fault_of(job, p, outcomes), outcome->peak,
                size);
    }
}

static void print_head(FILE *out)
{
    fputs("# imgconv and its peers, file to file\n\n", out);
    report_machine(out);
    fputs("\nWhole programs on all cores, start to exit, files in the page cache: median wall time of runs that take turns. Ratio: "
          "the\n"
          "program's time / imgconv's. imgconv's PNG may be 5 % larger than OpenCV's at most.\n\n"
          "| cell | program | ms | ratio | to reach | peak MB | result MB |\n|---|---|---|---|---|---|---|\n",
          out);
}

static const char *setting(const char *name, const char *usual)
{
    const char *text = getenv(name);
    return text && *text ? text : usual;
}

/* The system's packages are the peers: their programs come before others of the same name, a Python beside the system's for one. */
static bool prefer_system(void)
{
    char path[16384];
    snprintf(path, sizeof path, "/usr/bin:%s", setting("PATH", "/bin"));
    return setenv("PATH", path, 1) == 0;
}

static bool wanted(const struct job *job)
{
    char pattern[256];
    snprintf(pattern, sizeof pattern, "*%s*", setting("BENCH_CELLS", ""));
    return fnmatch(pattern, job->name, 0) == 0 && (!job->huge || *setting("BENCH_HUGE", ""));
}

int main(int argc, char **argv)
{
    struct folders folders = {argc > 1 ? argv[1] : ".", argc > 2 ? argv[2] : "imgconv", argc > 3 ? argv[3] : "tests/bench"};
    char path[4096];
    bool right = true;
    snprintf(path, sizeof path, "%s/files.md", folders.bench);
    FILE *out = fopen(path, "w");
    if (!out || !prefer_system()) {
        perror(path);
        return 1;
    }
    print_head(out);
    for (int j = 0; j < job_count; j++) {
        struct outcome outcomes[PROGRAMS_MAX] = {0};
        if (!wanted(&jobs[j]))
            continue;
        if (job_draw(&folders, &jobs[j]) && run_job(&folders, &jobs[j], atof(setting("BENCH_SECONDS", "100")) / 4, outcomes)) {
            print_job(out, &jobs[j], outcomes);
            print_job(stderr, &jobs[j], outcomes);
        } else {
            right = false;
        }
    }
    fprintf(stderr, "%s\n", path);
    return fclose(out) == 0 && right ? 0 : 1;
}
