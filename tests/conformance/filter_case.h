/* filter_case.h: pictures in files, runs of imc_filter_file on them, and their comparison with the reference pipeline. */
#ifndef FILTER_CASE_H
#define FILTER_CASE_H

#include "conformance/ref_filter.h"
#include "support/testing.h"

/* A file in the test folder and what is in it. */
struct filter_input {
    struct ref_picture picture;
    enum imc_type type;
    char path[320];
};

/* Writes `pixels` (values of `type`) as NAME.SUFFIX; 2 and 4 channels of integers end in alpha. `white` is the full scale of
 * integers. The samples are taken over. */
struct filter_input filter_input_write(const char *name, const char *suffix, struct samples pixels, enum imc_type type,
                                       double white);
/* Random samples: noise, a bright block, and (of 2 or 4 channels) a last one with empty, half and full regions. */
struct filter_input filter_input_random(struct test_rng *rng, const char *suffix, int width, int height, int channels,
                                        enum imc_type type, double white);
/* All samples of a channel alike, as NAME.png. */
struct filter_input filter_input_flat(const char *name, int width, int height, int channels, enum imc_type type,
                                      const double *pixel);
void filter_input_free(struct filter_input *input);

/* The path of a file in the test folder; of the last four calls each has a buffer of its own. */
const char *filter_path(const char *name);

/* Samples of a result, read back: by the library's reader, and .npy files by the test's own, as floats without alpha. */
struct samples filter_read(const char *path, enum imc_type *type, double *white, bool *alpha);

/* Default options with up to three kernels of the grammar; freed by filter_options_free. */
struct imc_filter_options filter_options(const char *first, const char *second, const char *third);
void filter_options_free(struct imc_filter_options *options);

/* Runs `options` and fails the test unless the result is right by law 2 in every sample, and report and explanation say the same; a
 * padding that leaves nothing must be refused. False where it was. */
bool filter_check(const struct imc_filter_options *options, const struct filter_input *input, const char *output);
/* Runs `options`, which must succeed; the result's samples, freed by the caller. `report` may be NULL. */
struct samples filter_must(const struct imc_filter_options *options, const char *input, const char *output,
                           struct imc_filter_report *report);
/* Runs `options`, which must be refused with `status` and a message that holds both words (NULL: any), and leave no file behind
 * that was not there. */
void filter_refused(const struct imc_filter_options *options, const char *input, const char *output, enum imc_status status,
                    const char *word, const char *other);

#endif
