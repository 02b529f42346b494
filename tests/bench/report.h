/* report.h: results as a Markdown table and as a chart. */
#ifndef REPORT_H
#define REPORT_H

#include "bench/cell.h"
#include <stdio.h>

/* One cell at one number of threads; seconds are medians. */
struct result {
    const struct cell *cell;
    int threads;
    double ours, opencv, vips; /* vips: 0 where there is none */
    double copy, arithmetic;   /* the two floors */
    const char *executor;
    int runs;
    double best_ratio; /* of the shortest times */
};

struct report {
    const struct result *results;
    int count;
    int width, height;
    double fma[2];  /* multiply-adds a second with 1 and 2 threads */
    double copy[2]; /* bytes a second */
};

/* OpenCV's time / ours. */
double result_ratio(const struct result *result);
/* What the cell has to reach. */
double result_target(const struct result *result);
bool result_missed(const struct result *result);
/* Geometric mean of the ratios at a number of threads; 0 where there are none. */
double report_mean(const struct report *report, int threads);

/* The machine and the versions, a list in Markdown. */
void report_machine(FILE *out);
void report_markdown(FILE *out, const struct report *report);
void chart_svg(FILE *out, const struct report *report);

#endif
