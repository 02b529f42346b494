/* figures.h: pictures within a page, as data: URIs. What draws pictures draws files, so each is drawn into a folder of the page's
 * own, taken from there, and removed. */
#ifndef FIGURES_H
#define FIGURES_H

#include "report/page.h"

#include <stddef.h>

enum { FIGURE_PATH_MAX = 4096 };

struct figures {
    char folder[FIGURE_PATH_MAX - 64];
};

/* A folder in $TMPDIR, or /tmp. Errors: IO. */
enum imc_status figures_open(struct figures *figures, struct imc_error *error);
void figures_close(const struct figures *figures);

/* Where the next figure is to be drawn; `suffix` is "png" or "svg". */
const char *figure_path(const struct figures *figures, const char *suffix, char path[FIGURE_PATH_MAX]);
/* Writes the file that was drawn there into the page and removes it; a `status` of failure is recorded instead. */
void figure_write(struct page *page, const char *path, enum imc_status status, const struct imc_error *error);

/* Gray or RGB bytes [height][width][channels] as a figure. */
void figure_bytes(struct page *page, const struct figures *figures, const unsigned char *bytes, int width, int height,
                  int channels);

#endif
