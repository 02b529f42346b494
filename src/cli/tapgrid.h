/* tapgrid.h: taps as coloured cells on a terminal. */
#ifndef TAPGRID_H
#define TAPGRID_H

#include <imgconv/imgconv.h>
#include <stdio.h>

/* Draws the taps of one channel of a filter: zero is white, negative taps are blue and positive ones red, the more so the nearer
 * they are to the filter's largest; with their numbers where the terminal is wide enough. False where nothing was drawn: `out` is
 * no terminal with colours, or too narrow even for a column a tap. */
bool tap_grid_print(FILE *out, const struct imc_bank *bank, int filter, int channel);

#endif
