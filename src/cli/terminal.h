/* terminal.h: what the terminal can show, and the few escape sequences the program knows. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum terminal_colours { TERMINAL_PLAIN, TERMINAL_256, TERMINAL_24BIT };

struct terminal {
    enum terminal_colours colours; /* PLAIN: no escape sequence may be written */
    bool utf8;                     /* the locale's encoding */
    int columns, lines;
};

/* Of the descriptor's terminal; what is no terminal is PLAIN. Columns and lines: the window's, else COLUMNS and LINES, else 80, and
 * as many lines as half the columns, 24 at least. */
struct terminal terminal_of(int descriptor);
/* Is it a terminal that can move its cursor? */
bool terminal_redraws(int descriptor);

/* The colours of what follows, 0xrrggbb: of the letters, of the ground below them. Only where there are colours. */
void terminal_ink(FILE *out, const struct terminal *terminal, uint32_t colour);
void terminal_ground(FILE *out, const struct terminal *terminal, uint32_t colour);
/* Back to the terminal's own colours. */
void terminal_end_colours(FILE *out);

#endif
