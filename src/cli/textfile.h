/* textfile.h: writing a small text file without harm to an older one. */
#ifndef TEXTFILE_H
#define TEXTFILE_H

#include <stdbool.h>

/* Writes `text` to `path` ("-": standard output). The file takes its name only when whole; a device or pipe is written directly.
 * False after saying why. */
bool textfile_write(const char *path, const char *text);

#endif
