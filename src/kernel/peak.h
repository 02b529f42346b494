/* peak.h: the frequency that a filter lets through best. */
#ifndef PEAK_H
#define PEAK_H

#include "kernel/frequency.h"

struct peak {
    double fy, fx; /* cycles per pixel, -1/2..1/2 */
    double power;  /* the square of the gain */
};

/* Of frequencies with equal gains one of the lowest. Errors: MEMORY. */
enum imc_status peak_find(const struct planes *planes, struct peak *best, struct imc_error *error);

#endif
