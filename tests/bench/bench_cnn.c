/* bench_cnn.c: the reference network beside PyTorch: training and inference, runs that take turns, medians.
 *
 *     make bench-cnn BENCH_DATA=mnist        build/bench/cnn.md; the folder of MNIST, else ../shared/mnist
 *     make bench-cnn BENCH_ROUNDS=3          turns of each program (5)
 *
 * Each run is a process of its own, ours too (this program with other words), so that memory and start-up are those of a whole run.
 * Timed is the first epoch, 730 batches of 64 on the first 48,000 pictures after 20 that warm up, without augmentation or
 * validation; inference on one thread. PyTorch runs with OPENBLAS_NUM_THREADS 1 and 2, and the faster of the two medians counts. */
#include "bench/limits.h"
#include "bench/report.h"
#include <imgconv/imgconv.h>
#include <imgconv/net.h>

#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { WARM = 20, TIMED = 730, BATCH = 64, ROUNDS_MAX = 15, WORDS = 6, CONTENDERS = 3, BLAS_THREADS = 2 };

/* ---- our side, in a process of its own ---- */

struct stopwatch {
    double begin, warm, end, first;
    int batches;
};

static bool watch(void *context, const struct imc_train_progress *progress)
{
    struct stopwatch *w = context;
    (void)progress;
    w->batches++;
    if (w->batches == 1)
        w->first = limits_clock() - w->begin;
    if (w->batches == WARM)
        w->warm = limits_clock();
    if (w->batches == WARM + TIMED)
        w->end = limits_clock();
    return w->batches < WARM + TIMED;
}

static int fail_with(const struct imc_error *error)
{
    fprintf(stderr, "bench: %s\n", error->message);
    return 1;
}

static int train_ours(int threads, const char *data)
{
    struct stopwatch w = {.begin = limits_clock()};
    struct imc_error error = {0};
    struct imc_dataset *set;
    struct imc_train_options options;
    struct imc_net *net;
    if (imc_dataset_open(data, IMC_DATASET_TRAIN, &set, &error) || imc_train_options_recipe("notes", &options, &error))
        return fail_with(&error);
    options.threads = threads;
    if (imc_train(&options, set, watch, &w, &net, &error) != IMC_ERR_CANCELLED)
        return fail_with(&error);
    printf("%.3f %.3f\n", 1e6 * (w.end - w.warm) / (TIMED * BATCH), w.first);
    imc_dataset_free(set);
    return 0;
}

static int use_ours(int batch, const char *data)
{
    struct imc_error error = {0};
    struct imc_dataset *set;
    struct imc_net *net;
    float confidences[BATCH * 10];
    int label, count = batch == 1 ? 4000 : 9600;
    double start = 0;
    if (imc_dataset_open(data, IMC_DATASET_TEST, &set, &error) || imc_net_create(NULL, 28, 28, 10, 1, &net, &error))
        return fail_with(&error);
    struct imc_predictor *predictor;
    if (imc_predictor_create(net, batch, 1, &predictor, &error))
        return fail_with(&error);
    for (int i = -20 * batch; i < count; i += batch) {
        if (i == 0)
            start = limits_clock();
        imc_predictor_run(predictor, imc_dataset_picture(set, IMC_DATASET_TEST, i < 0 ? 0 : i, &label), batch, confidences);
    }
    printf("%.3f 0\n", 1e6 * (limits_clock() - start) / count);
    imc_predictor_free(predictor);
    imc_net_free(net);
    imc_dataset_free(set);
    return 0;
}

/* ---- the table ---- */

/* A line of it: what to run, and our goals: the peer's time / ours. */
static const struct row {
    const char *name, *task;
    int number; /* threads, or batch */
    double best, eager;
} rows[] = {
    {"training, 2 threads", "train", 2, 4, 6},
    {"training, 1 thread", "train", 1, 2.5, 0},
    {"inference, batch 1", "use", 1, 6, 0},
    {"inference, batch 64", "use", BATCH, 1.5, 0},
};

struct outcome {
    double microseconds[ROUNDS_MAX], first, peak;
    int runs;
};

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(struct outcome *outcome)
{
    qsort(outcome->microseconds, (size_t)outcome->runs, sizeof(double), compare);
    return outcome->microseconds[outcome->runs / 2];
}

/* Runs a program and reads its two numbers; false where it fails. */
static bool run_program(char *const *words, struct outcome *outcome)
{
    int ends[2], state = -1;
    pid_t child;
    struct rusage usage;
    char said[128] = "";
    posix_spawn_file_actions_t actions;
    if (pipe(ends) != 0)
        return false;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    bool started = posix_spawnp(&child, words[0], &actions, NULL, words, environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    for (size_t got = 0, more; started && got < sizeof said - 1; got += more)
        if ((more = (size_t)read(ends[0], said + got, sizeof said - 1 - got)) == 0 || more == (size_t)-1)
            break;
    close(ends[0]);
    double microseconds, first;
    if (!started || wait4(child, &state, 0, &usage) != child || state != 0 || sscanf(said, "%lf %lf", &microseconds, &first) != 2)
        return false;
    outcome->microseconds[outcome->runs++] = microseconds;
    outcome->first = first;
    outcome->peak = (double)usage.ru_maxrss / 1024;
    return true;
}

/* One turn of a contender: 0 ours, 1 eager PyTorch, 2 the best; theirs for each number of OpenBLAS's threads. */
static bool take_turn(const char *self, const char *sources, const char *data, const struct row *row, int who,
                      struct outcome outcome[BLAS_THREADS])
{
    char number[16], script[4096];
    snprintf(number, sizeof number, "%d", row->number);
    snprintf(script, sizeof script, "%s/torch_cnn.py", sources);
    if (who == 0)
        return run_program((char *[WORDS]){(char *)self, "ours", (char *)row->task, number, (char *)data, NULL}, outcome);
    char *words[] = {"python3", script, (char *)row->task, who == 1 ? "eager" : "best", number, (char *)data, NULL};
    for (int blas = 1; blas <= BLAS_THREADS; blas++) {
        setenv("OPENBLAS_NUM_THREADS", blas == 1 ? "1" : "2", 1);
        if (!run_program(words, &outcome[blas - 1]))
            return false;
    }
    return true;
}

/* The outcome with the lower median, of those that ran. */
static struct outcome *faster_of(struct outcome outcome[BLAS_THREADS])
{
    return outcome[1].runs > 0 && median(&outcome[1]) < median(&outcome[0]) ? &outcome[1] : &outcome[0];
}

static void print_row(FILE *out, const struct row *row, struct outcome all[CONTENDERS][BLAS_THREADS])
{
    struct outcome outcomes[CONTENDERS];
    for (int who = 0; who < CONTENDERS; who++)
        outcomes[who] = *faster_of(all[who]);
    double ours = median(&outcomes[0]), eager = median(&outcomes[1]) / ours, best = median(&outcomes[2]) / ours;
    fprintf(out, "| %s | %.1f | %.0f | **%.2f** | %.1f%s | %.2f | %s |", row->name, ours, 1e6 / ours, best, row->best,
            best < row->best ? " missed" : "", eager,
            row->eager == 0      ? ""
            : eager < row->eager ? "6.0 missed"
                                 : "6.0");
    if (strcmp(row->task, "train") == 0)
        fprintf(out, " %.2f / %.2f | %.0f / %.0f |\n", outcomes[0].first, outcomes[2].first, outcomes[0].peak, outcomes[2].peak);
    else
        fprintf(out, " | |\n");
}

static void print_head(FILE *out)
{
    fputs("# The reference network beside PyTorch on the CPU\n\n", out);
    report_machine(out);
    fputs(
        "\nconv16x3, relu, pool2, conv32x3, relu, pool2, dense128, relu, dense10 on MNIST, batch 64, Adam. Medians of runs that "
        "take "
        "turns;\nratio: PyTorch's time / ours. Best: channels last, ReLU after the pool, flat Adam, traced; eager: as most write "
        "it.\n\n"
        "| | us a sample | samples/s | best / ours | to reach | eager / ours | to reach | s to first batch, ours / best | peak MB, "
        "ours / best |\n|---|---|---|---|---|---|---|---|---|\n",
        out);
}

static int run_table(const char *self, const char *folder, const char *sources, const char *data)
{
    char path[4096];
    const char *asked = getenv("BENCH_ROUNDS");
    int rounds = asked && *asked ? atoi(asked) : 5;
    rounds = rounds < 1 ? 1 : rounds > ROUNDS_MAX ? ROUNDS_MAX : rounds;
    snprintf(path, sizeof path, "%s/cnn.md", folder);
    FILE *out = fopen(path, "w");
    if (!out) {
        perror(path);
        return 1;
    }
    print_head(out);
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        struct outcome outcomes[CONTENDERS][BLAS_THREADS] = {0};
        for (int round = 0; round < rounds; round++)
            for (int who = 0; who < CONTENDERS; who++)
                if (!take_turn(self, sources, data, &rows[r], who, outcomes[who])) {
                    fprintf(stderr, "bench: %s does not run\n", who ? "torch_cnn.py" : self);
                    return 1;
                }
        print_row(out, &rows[r], outcomes);
        print_row(stderr, &rows[r], outcomes);
    }
    fprintf(stderr, "%s\n", path);
    return fclose(out) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "ours") == 0)
        return strcmp(argv[2], "train") == 0 ? train_ours(atoi(argv[3]), argv[4]) : use_ours(atoi(argv[3]), argv[4]);
    if (argc != 4) {
        fprintf(stderr, "usage: bench_cnn FOLDER SOURCES DATA\n");
        return 2;
    }
    char system_first[16384]; /* the system's Python has the peer, not one beside it */
    snprintf(system_first, sizeof system_first, "/usr/bin:%s", getenv("PATH") ? getenv("PATH") : "/bin");
    setenv("PATH", system_first, 1);
    return run_table(argv[0], argv[1], argv[2], argv[3]);
}
