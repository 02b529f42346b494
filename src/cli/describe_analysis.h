/* describe_analysis.h: what a filter does, in lines and in JSON. */
#ifndef DESCRIBE_ANALYSIS_H
#define DESCRIBE_ANALYSIS_H

#include "cli/json.h"
#include <imgconv/analysis.h>

/* The hand-made kernels of a bank's size, to be freed with imc_bank_free; NULL where filters of that size are not compared. */
struct imc_bank *analysis_kernels(const struct imc_bank *bank);
/* The lines of a filter, or nothing where it is too large to be analysed. `kernels` may be NULL. */
void describe_analysis(FILE *out, const struct imc_bank *bank, int filter, const struct imc_bank *kernels);
/* As a member "analysis" of the open object: null where it is too large. */
void describe_analysis_json(struct json *json, const struct imc_bank *bank, int filter, const struct imc_bank *kernels);

#endif
