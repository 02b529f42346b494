/* rivals.h: the hand-made kernels that filters are compared with. */
#ifndef RIVALS_H
#define RIVALS_H

#include <imgconv/compare.h>

struct rivals {
    int count, kh, kw;
    struct imc_compare_kernel *kernels; /* [count]; none is all zero */
    char *names;                        /* they point into these two */
    float *taps;
};

/* All kernels that the program makes at this size, and those of `with`, each filter by itself, centred in zeros where they are
 * smaller. Errors: ARGUMENT (one of `with` is larger, or on several channels, or zero), MEMORY. */
enum imc_status rivals_make(int kh, int kw, const struct imc_bank *const *with, int with_count, struct rivals *rivals,
                            struct imc_error *error);
void rivals_free(struct rivals *rivals);

#endif
