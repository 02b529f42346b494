/* epilogue.h: from responses to samples: bias, ReLU, combine, scale, offset, conversion. */
#ifndef EPILOGUE_H
#define EPILOGUE_H

#include "conv/plan.h"

/* Finishes `pixels` pixels of output row y from pixel x on and stores them. responses[o] holds pixels*lanes values of filter o, and
 * is overwritten. */
void epilogue_span(const struct imc_plan *plan, const struct target *target, int y, int x, int pixels, float *const *responses);

/* Do responses go to the output past the caches, as they are, and do its rows lie on cache lines alike? Then an executor that can
 * stores them there itself (epilogue_address). */
bool epilogue_streams(const struct imc_plan *plan, const struct target *target);

/* Are results the responses, rounded to bytes that lie side by side, and nobody asks for statistics? Then an executor that can
 * rounds them itself. */
bool epilogue_rounds(const struct imc_plan *plan, const struct target *target);

/* Where an executor should put the responses of a filter for a span from (y, x) on: in the output itself if values can be finished
 * there, else in its own memory. */
float *epilogue_room(const struct imc_plan *plan, const struct target *target, int y, int x, int filter, float *own);

/* Widens the statistics, where asked for, to output row y of a channels_last plan. */
void epilogue_channels_stats(const struct imc_plan *plan, const struct target *target, int y);

/* For executors that work in integers and finish values themselves: where a sample of the output lies, and does the output lie
 * sample beside sample? Only then the two below serve. */
void *epilogue_address(const struct imc_plan *plan, const struct target *target, int y, int x, int channel);
bool epilogue_is_packed(const struct imc_plan *plan, const struct target *target);
/* Stores finished 16-bit values of a channel as u8 (clipped to 0..out_max) or s16. */
void epilogue_store_s16(const struct imc_plan *plan, const struct target *target, int y, int x, int pixels, int channel,
                        const int16_t *values);
/* Stores the rounded roots of a^2 + b^2 as u8. */
void epilogue_magnitude(const struct imc_plan *plan, const struct target *target, int y, int x, int pixels, const int16_t *a,
                        const int16_t *b);

#endif
