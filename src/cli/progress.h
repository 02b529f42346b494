/* progress.h: a bar on standard error for runs that last. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool allowed;       /* standard error is a terminal that can redraw a line */
    bool drawn;         /* a bar stands there now */
    double start, last; /* seconds */
    int file, files;
};

/* Starts the clock. */
void progress_start(struct progress *progress, bool quiet, int files);
/* The library's progress function; `context` is the struct progress. Non-zero once a signal came. */
int progress_step(void *context, int64_t done, int64_t total);
/* Takes the bar away, before anything else is printed. */
void progress_clear(struct progress *progress);
/* Seconds on a clock that only goes forward. */
double progress_seconds(void);

#endif
