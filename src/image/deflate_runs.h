/* deflate_runs.h: deflate without a search for matches: Huffman codes, and runs of one byte. */
#ifndef DEFLATE_RUNS_H
#define DEFLATE_RUNS_H

#include <stdbool.h>
#include <stddef.h>

/* Working memory: 132 KB. NULL where there is none. */
struct runs *runs_create(void);
/* NULL is allowed. */
void runs_destroy(struct runs *runs);

/* The size of what runs_deflate makes, to a few bytes. */
size_t runs_size(struct runs *runs, const unsigned char *in, size_t size);
/* As deflater_run. */
size_t runs_deflate(struct runs *runs, const unsigned char *in, size_t size, bool last, unsigned char *out);

#endif
