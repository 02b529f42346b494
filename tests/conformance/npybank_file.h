/* npybank_file.h: filter banks in .npy files, made for tests. */
#ifndef NPYBANK_FILE_H
#define NPYBANK_FILE_H

#include "support/testing.h"

/* Writes random taps of shape (filters, channels, side, side) to a file of that name in the test folder; its path is the kernel's
 * text (a static buffer). */
const char *npybank_random(struct test_rng *rng, const char *name, int filters, int channels, int side);

#endif
