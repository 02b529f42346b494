/* tensorbank.h: filters from model files. */
#ifndef TENSORBANK_H
#define TENSORBANK_H

#include <imgconv/kernel.h>
#include <imgconv/tensor.h>

/* Reads a tensor [filters][channels][kh][kw] of a safetensors file ("model:NAME" too) as a learned bank with the layer's bias,
 * if it has one. `tensor` is matched exactly, then as tensor.weight; NULL stands for the first of four dimensions with 1 or 3
 * input channels. Filters are named "conv1.0" and so on; the bank has no label. Errors: those of imc_tensors_open; ARGUMENT (no
 * such tensor, with the nearest; one that is no layer of filters), UNSUPPORTED (its type of numbers), FORMAT, LIMIT, MEMORY. */
enum imc_status tensor_bank_read(const char *path, const char *tensor, struct imc_bank **bank, struct imc_error *error);
/* The same from an open file; `path` stands in messages. */
enum imc_status tensor_bank_make(const struct imc_tensors *tensors, const char *path, const char *tensor, struct imc_bank **bank,
                                 struct imc_error *error);

#endif
