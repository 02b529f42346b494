/* rank.h: kernels as sums of separable ones. */
#ifndef RANK_H
#define RANK_H

#include <imgconv/status.h>

/* Ranks above this are reported as this. */
enum { RANK_MAX = 64 };

/* Factors taps[kh][kw] into columns[r][kh] and rows[r][kw], taps[i][j] = sum over r of columns[r][i] * rows[r][j], with the fewest
 * passes r <= max_rank such that the dropped taps' absolute values sum to at most 2^-22 of the whole. Stores that r in *rank (0 for
 * a zero kernel), or max_rank + 1 if more are needed. Rank 1 with integer taps is factored into integers, so that integer sums stay
 * exact. columns and rows (max_rank * kh and max_rank * kw floats) may be NULL where only the rank is wanted. Deterministic.
 * IMC_ERR_MEMORY is the only error. */
enum imc_status rank_factor(const float *taps, int kh, int kw, int max_rank, int *rank, float *columns, float *rows);

#endif
