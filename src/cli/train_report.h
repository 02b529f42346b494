/* train_report.h: what `train` says while it runs: lines for people or JSON Lines on standard output, a bar, a log file. */
#ifndef TRAIN_REPORT_H
#define TRAIN_REPORT_H

#include "cli/progress.h"
#include <imgconv/net.h>

#include <stdio.h>

struct train_report {
    bool json;
    FILE *log;
    bool log_json;
    struct progress bar;
};

/* Opens the log, FILE.csv or FILE.jsonl (NULL: none), to be written anew or, `append`, gone on with. False after saying why. */
bool train_report_open(struct train_report *report, bool json, bool quiet, const char *log, bool append);
/* The first words: data, recipe, network, parameters, seed. */
void train_report_start(struct train_report *report, const struct imc_dataset_info *data, const char *recipe,
                        const struct imc_net_info *net);
/* An imc_train_watch whose context is the report. */
bool train_report_watch(void *report, const struct imc_train_progress *progress);
/* The last lines: the test set's loss and accuracy (test->count 0: there is none), the file, its hash. */
void train_report_end(struct train_report *report, const struct imc_evaluation *test, const char *path, const char *hash);
/* False if the log could not be written. */
bool train_report_close(struct train_report *report);

#endif
