/* compare_print.h: a comparison as tables and as JSON. */
#ifndef COMPARE_PRINT_H
#define COMPARE_PRINT_H

#include <imgconv/compare.h>

/* `title` names what was compared: "model:digits", or "hand-made kernels". */
void compare_print(const struct imc_comparison *comparison, const char *title);
void compare_print_json(const struct imc_comparison *comparison, const char *title);

#endif
