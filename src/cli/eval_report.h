/* eval_report.h: what `eval` found, and its words. */
#ifndef EVAL_REPORT_H
#define EVAL_REPORT_H

#include <imgconv/net.h>

enum { EVAL_WORST_MAX = 40 };

struct eval_result {
    const char *model;
    const struct imc_net *net;
    struct imc_net_info info;
    struct imc_dataset_info data;
    bool test; /* the part that was classified; else that of training */
    int count, right, classes;
    double loss, accuracy;
    int *counts; /* [label][predicted] */
    struct imc_judged *worst;
    int worst_count; /* at most EVAL_WORST_MAX, least confidence first */
};

/* The name of a class without what could drive a terminal, valid as long as `out`. */
enum { EVAL_NAME_MAX = 64 };
const char *eval_class_name(char out[EVAL_NAME_MAX], const struct eval_result *result, int label);

void eval_report(const struct eval_result *result);
void eval_report_json(const struct eval_result *result);

#endif
