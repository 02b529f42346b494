/* outfile.h: a file that takes its name only when whole (design law 6). */
#ifndef OUTFILE_H
#define OUTFILE_H

#include <imgconv/status.h>
#include <stdbool.h>
#include <stddef.h>

struct outfile;

/* `path` "-" is standard output (refused if it is a terminal). Regular files: a nameless (O_TMPFILE) or hidden temporary file in
 * the same directory. Devices, FIFOs and sockets are opened directly. With no_clobber an existing file is IMC_ERR_IO. */
enum imc_status outfile_open(const char *path, bool no_clobber, struct outfile **file, struct imc_error *error);
const char *outfile_name(const struct outfile *file);
/* Buffered. The first failure (full disk, closed pipe) is remembered and reported again by outfile_commit. */
enum imc_status outfile_write(struct outfile *file, const void *data, size_t size, struct imc_error *error);
/* Flushes and gives the name. A file that replaces another, or that no_clobber guards, is on the disk by then. */
enum imc_status outfile_commit(struct outfile *file, struct imc_error *error);
/* Frees; uncommitted content disappears. NULL is allowed. */
void outfile_close(struct outfile *file);

#endif
