/* train_report.c: each line is flushed at once: a run of minutes is watched through a pipe too. */
#include "cli/train_report.h"
#include "cli/json.h"
#include "cli/message.h"
#include "cli/numbers.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <strings.h>

bool train_report_open(struct train_report *report, bool json, bool quiet, const char *log, bool append)
{
    *report = (struct train_report){.json = json};
    progress_start(&report->bar, quiet, 1);
    if (!log)
        return true;
    const char *suffix = strrchr(log, '.');
    report->log_json = suffix && strcasecmp(suffix, ".jsonl") == 0;
    if (!report->log_json && (!suffix || strcasecmp(suffix, ".csv") != 0))
        return refuse("--log %s: a log is FILE.csv or FILE.jsonl", log);
    report->log = fopen(log, append ? "a" : "w");
    if (!report->log)
        return refuse("%s: cannot open: %s", log, strerror(errno));
    if (!report->log_json && ftell(report->log) == 0)
        fputs("epoch,loss,accuracy,validation_loss,validation_accuracy,learning_rate,seconds\n", report->log);
    return true;
}

static void say_builtin(void)
{
    puts("data  built-in drawn digits (NOT MNIST)\n"
         "      For the real ones get the four files train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz,\n"
         "      t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz (any mirror of MNIST has them) into ./mnist,\n"
         "      or name their folder with --data DIR.");
}

void train_report_start(struct train_report *report, const struct imc_dataset_info *data, const char *recipe,
                        const struct imc_net_info *net)
{
    char parameters[NUMBER_TEXT_MAX];
    if (report->json) {
        struct json json;
        json_line_begin(&json, stdout, "start");
        json_string(&json, "data", data->source);
        json_bool(&json, "builtin", data->builtin);
        json_int(&json, "training_pictures", data->train);
        json_int(&json, "test_pictures", data->test);
        json_string(&json, "recipe", recipe);
        json_string(&json, "arch", net->arch);
        json_unsigned(&json, "parameters", net->parameters);
        json_unsigned(&json, "seed", net->seed);
        json_line_end(&json);
        return;
    }
    if (data->builtin)
        say_builtin();
    else
        printf("data  %s  ", data->source);
    printf("recipe %s  network %s  parameters %s  seed %llu\n", recipe, net->arch, number_grouped_text(parameters, net->parameters),
           (unsigned long long)net->seed);
    fflush(stdout);
}

static void write_epoch_json(FILE *out, const struct imc_train_progress *p)
{
    struct json json;
    json_line_begin(&json, out, "epoch");
    json_int(&json, "epoch", p->epoch);
    json_double(&json, "loss", p->result.loss);
    json_double(&json, "accuracy", p->result.accuracy);
    json_double(&json, "validation_loss", p->result.validation_loss);
    json_double(&json, "validation_accuracy", p->result.validation_accuracy);
    json_double(&json, "learning_rate", p->result.rate);
    json_double(&json, "seconds", p->seconds);
    json_line_end(&json);
}

static void write_log(struct train_report *report, const struct imc_train_progress *p)
{
    if (report->log_json) {
        write_epoch_json(report->log, p);
        return;
    }
    fprintf(report->log, "%d,%.6f,%.6f,", p->epoch, p->result.loss, p->result.accuracy);
    if (isnan(p->result.validation_loss))
        fputs(",,", report->log);
    else
        fprintf(report->log, "%.6f,%.6f,", p->result.validation_loss, p->result.validation_accuracy);
    fprintf(report->log, "%.6g,%.3f\n", p->result.rate, p->seconds);
    fflush(report->log);
}

static void say_epoch(const struct imc_train_progress *p)
{
    printf("epoch %d/%d  loss %.4f  accuracy %.2f %%", p->epoch, p->epochs, p->result.loss, 100 * p->result.accuracy);
    if (!isnan(p->result.validation_loss))
        printf("  validation loss %.4f  accuracy %.2f %%", p->result.validation_loss, 100 * p->result.validation_accuracy);
    printf("  %.2f s  %.0f samples/s\n", p->seconds, p->seconds > 0 ? p->pictures / p->seconds : 0);
    fflush(stdout);
}

bool train_report_watch(void *context, const struct imc_train_progress *p)
{
    struct train_report *report = context;
    int64_t done = (int64_t)(p->epoch - 1) * p->pictures + p->seen;
    if (!p->epoch_ended)
        return progress_step(&report->bar, done, (int64_t)p->epochs * p->pictures) == 0;
    progress_clear(&report->bar);
    if (report->log)
        write_log(report, p);
    if (report->json)
        write_epoch_json(stdout, p);
    else
        say_epoch(p);
    return progress_step(&report->bar, done, (int64_t)p->epochs * p->pictures) == 0;
}

void train_report_end(struct train_report *report, const struct imc_evaluation *test, const char *path, const char *hash)
{
    double accuracy = test->count ? (double)test->right / test->count : NAN;
    progress_clear(&report->bar);
    if (report->json) {
        struct json json;
        json_line_begin(&json, stdout, "end");
        json_double(&json, "test_loss", test->count ? test->loss : NAN);
        json_double(&json, "test_accuracy", accuracy);
        json_string(&json, "model", path);
        json_string(&json, "sha256", hash);
        json_line_end(&json);
        return;
    }
    if (test->count)
        printf("test  loss %.4f  accuracy %.2f %%  (%d of %d)\n", test->loss, 100 * accuracy, test->right, test->count);
    printf("saved %s  sha256 of the weights %s\n", path, hash);
}

bool train_report_close(struct train_report *report)
{
    progress_clear(&report->bar);
    return !report->log || fclose(report->log) == 0;
}
