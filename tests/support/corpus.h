/* corpus.h: the files of a fuzzer's corpus, as they are and damaged. */
#ifndef CORPUS_H
#define CORPUS_H

#include <stddef.h>
#include <stdint.h>

/* Calls check(path, name) for each file in `folder`; how many there were. */
int corpus_each(const char *folder, void (*check)(const char *path, const char *name));

/* For each file in `folder`: passes it to the target, and then `cases` copies with up to six changes each: a byte becomes one of
 * `likely` or a random one, or the end is cut off. Every copy stands in a block of its exact size, which shows a read past the end.
 * How many files there were. */
int corpus_damage(const char *folder, const char *likely, long cases, int (*target)(const uint8_t *data, size_t size));

#endif
