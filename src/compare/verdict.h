/* verdict.h: what the figures of a comparison say, in words. */
#ifndef VERDICT_H
#define VERDICT_H

#include <imgconv/compare.h>

/* Fills comparison->verdict from its figures. */
void verdict_write(struct imc_comparison *comparison);

#endif
