/* job.h: whole programs, timed from start to exit, on files. */
#ifndef JOB_H
#define JOB_H

#include <stdbool.h>
#include <stddef.h>

enum { PROGRAMS_MAX = 9, WORDS_MAX = 12, JOB_RUNS_MAX = 15 };

/* One program on one picture. In its words %I is the input, %O the output, %B the folder of the bench, %P imgconv, %S the
 * sources. */
struct program {
    const char *name;
    double target; /* its time / ours that has to be reached; 0: none */
    const char *words[WORDS_MAX];
};

struct job {
    const char *name, *input, *suffix; /* of the output */
    int width, height, channels;
    bool huge;                             /* only on demand, and once */
    double peak_max;                       /* MB that ours may take at most; 0: any */
    struct program programs[PROGRAMS_MAX]; /* ours is the first, the one whose result must equal ours the second */
};

extern const struct job jobs[];
extern const int job_count;

/* What was measured of one program. */
struct outcome {
    double seconds[JOB_RUNS_MAX], median;
    int runs;
    double peak; /* MB */
    long size;   /* of the result in bytes; 0 where there is none */
    bool failed; /* it could not run: not installed */
};

struct folders {
    const char *bench, *imgconv, *sources;
};

/* Runs a program once and adds to its outcome. */
void job_run(const struct folders *folders, const struct job *job, int program, struct outcome *outcome);
/* The name of a program's result; `path` holds 4096 bytes. */
void job_output(const struct folders *folders, const struct job *job, int program, char *path);
void job_input(const struct folders *folders, const struct job *job, char *path);
/* Draws the input where it is not there yet. */
bool job_draw(const struct folders *folders, const struct job *job);
/* The mean and the largest difference of two 8-bit pictures; false if they cannot be compared. */
bool job_compare(const char *path_a, const char *path_b, double *mean, int *worst);

#endif
