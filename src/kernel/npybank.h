/* npybank.h: filters from NumPy's .npy files. */
#ifndef NPYBANK_H
#define NPYBANK_H

#include <imgconv/kernel.h>
#include <stddef.h>

/* Reads an array of shape (kh,kw), (n,kh,kw) or (n,c,kh,kw) as a learned bank, whose filters are named "stem:0" and so on;
 * without a label. Errors: IO, FORMAT (also: a number that is not finite), UNSUPPORTED, LIMIT, MEMORY. */
enum imc_status npy_bank_read(const char *path, struct imc_bank **bank, struct imc_error *error);
/* The same from the bytes of a file; `name` is its path. */
enum imc_status npy_bank_parse(const unsigned char *bytes, size_t size, const char *name, struct imc_bank **bank,
                               struct imc_error *error);

/* Writes the weights as an array (n,c,kh,kw) of 32-bit floats. Errors: those of outfile_write. */
struct outfile;
enum imc_status npy_bank_write(struct outfile *file, const struct imc_bank *bank, struct imc_error *error);

#endif
