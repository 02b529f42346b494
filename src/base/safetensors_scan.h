/* safetensors_scan.h: a first look at a header. */
#ifndef SAFETENSORS_SCAN_H
#define SAFETENSORS_SCAN_H

#include <imgconv/status.h>
#include <stddef.h>

/* What must hold before a JSON parser may take memory for text[size]: it is UTF-8 without zero bytes or escaped ones, nested at
 * most as deep as a header is, with a bounded number of values. It may still be no JSON. Errors: FORMAT, LIMIT. */
enum imc_status safetensors_scan(const char *text, size_t size, const char *name, struct imc_error *error);

#endif
