/* law2.h: when a result is right. Against the float64 reference, with S the scale of a result (ref_conv.h):
 *   f32: at most 2e-6*S off;
 *   integers: equal to the rounded reference wherever that lies further than max(1e-3, 2e-6*S) from a tie, and never more than
 *   1 + 2e-6*S off; with the fixed-point executor, wherever it lies further than 1/128 from a tie.
 * Bias and offset are not part of S; the float that holds their sum is allowed four roundings of its own.
 */
#ifndef LAW2_H
#define LAW2_H

#include "conformance/ref_conv.h"

/* NULL where `got` is right in every sample; else a sentence about the first wrong one, valid until the next call. */
const char *law2_fault(const struct imc_conv_desc *desc, const struct reference *want, const struct samples *got);
/* The same for what a run reported of its values. */
const char *law2_stats_fault(const struct imc_conv_desc *desc, const struct reference *want, const struct imc_stats *stats);
/* Runs engine and reference on `in` and compares; NULL where all is right. A refusal is a fault, too. */
const char *law2_run_fault(const struct imc_conv_desc *desc, const struct samples *in, const struct run_way *way);

/* Fails the test with the description where `desc` on `in` is not right. */
void law2_assert(const struct imc_conv_desc *desc, const struct samples *in, const char *what);

/* One line that names everything in a description but its numbers. */
const char *law2_describe(const struct imc_conv_desc *desc);

#endif
