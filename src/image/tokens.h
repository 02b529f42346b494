/* tokens.h: what a block of deflate is made of where nothing is searched: bytes, and runs of one byte. */
#ifndef TOKENS_H
#define TOKENS_H

#include <stddef.h>
#include <stdint.h>

/* A token below TOKEN_RUN is a byte; TOKEN_RUN + n stands for n bytes that are the same as the one before them. RUN_MIN: shorter
 * runs are dearer than their bytes, which have short codes. RUN_MAX: the longest match of deflate. */
enum { TOKEN_RUN = 256, RUN_MIN = 8, RUN_MAX = 258, TOKENS = TOKEN_RUN + RUN_MAX + 1, TOKENS_BYTES = 64 << 10, TOKENS_ROOM = 16 };

/* Tokens for in[0] .. in[size - 1], size <= TOKENS_BYTES; in[-1] must be there too. `token` has room for size + TOKENS_ROOM of
 * them. Returns their number. Only runs of RUN_MAX have a run behind them. */
size_t tokens_make(uint16_t *token, const unsigned char *in, size_t size);

#endif
