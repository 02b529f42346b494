/* epilogue.h: from responses to samples: bias, ReLU, combine, scale, offset, conversion. */
#ifndef EPILOGUE_H
#define EPILOGUE_H

#include "conv/plan.h"

/* Finishes `pixels` pixels of output row y from pixel x on and stores them. responses[o] holds pixels*lanes values of filter o, and is
 * overwritten. */
void epilogue_span(const struct imc_plan *plan, const struct target *target, int y, int x, int pixels, float *const *responses);

#endif
