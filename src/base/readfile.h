/* readfile.h: a whole file in memory, with a limit. */
#ifndef READFILE_H
#define READFILE_H

#include <imgconv/status.h>
#include <stddef.h>

/* Reads the file at `path`, a pipe or device too. *bytes is the caller's, freed by mem_free; a zero byte follows the last one.
 * Memory grows with what was read, not with what the file claims. Errors: IO (named, with the system's reason; a folder), LIMIT
 * (more than `limit` bytes), MEMORY. */
enum imc_status read_file(const char *path, size_t limit, unsigned char **bytes, size_t *size, struct imc_error *error);

#endif
