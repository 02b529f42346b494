/* rivals.h: the hand-made kernels that filters are compared with. */
#ifndef RIVALS_H
#define RIVALS_H

#include <imgconv/kernel.h>

/* imc_handmade_create's, and behind them those of `with`, each filter by itself, in zeros where they are smaller. Errors: ARGUMENT
 * (one of `with` does not fit in, or is on several channels, or zero), MEMORY. */
enum imc_status rivals_make(int kh, int kw, const struct imc_bank *const *with, int with_count, struct imc_bank **rivals,
                            struct imc_error *error);

#endif
