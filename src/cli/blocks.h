/* blocks.h: a small picture as lines of characters. */
#ifndef BLOCKS_H
#define BLOCKS_H

#include "cli/terminal.h"

struct blocks {
    int width, height;
    const uint8_t *rgb; /* [height][width][3] */
};

/* Two rows of pixels are one line. */
int blocks_lines(const struct blocks *picture);
/* Writes line `line`, without a newline: as many columns as the picture is wide, blanks where the picture has ended. */
void blocks_print(FILE *out, const struct terminal *terminal, const struct blocks *picture, int line);

#endif
