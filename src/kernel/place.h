/* place.h: where in a kernel file or kernel text something is wrong. */
#ifndef PLACE_H
#define PLACE_H

#include <imgconv/status.h>

struct place {
    const char *name;  /* the file's path, or the whole kernel text */
    int line;          /* in a file, counted from 1; 0 for a kernel text */
    const char *start; /* of the line, or of the text: columns are counted from here */
};

/* fail() with the place before the sentence: "edge.kern:3:7: ..." or "kernel 'sobl', column 1: ..."; without a column if `at` is
 * NULL. */
enum imc_status fail_at(struct imc_error *error, enum imc_status status, const struct place *place, const char *at,
                        const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
