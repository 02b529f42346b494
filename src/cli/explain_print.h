/* explain_print.h: printing what imc_filter_explain found. */
#ifndef EXPLAIN_PRINT_H
#define EXPLAIN_PRINT_H

#include "cli/json.h"
#include "cli/request.h"

/* As aligned lines on standard output. */
void explain_print(const struct filter_request *request, const char *input, const char *output,
                   const struct imc_filter_explanation *explanation);
/* As members of the open object. */
void explain_print_json(struct json *json, const struct filter_request *request, const char *input, const char *output,
                        const struct imc_filter_explanation *explanation);

#endif
