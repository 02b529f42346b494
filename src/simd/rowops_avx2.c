/* rowops_avx2.c: the definitions compiled once more with -mavx2 -mfma (the Makefile gives this file those flags). With contraction off
 * the compiler may not change a single rounding, so the results are the same bits. */
#if defined(__AVX2__) && defined(__FMA__)
#define ROWOPS_TABLE rowops_avx2
#include "simd/rowops_c.c"
#else
typedef int rowops_avx2_is_for_x86; /* a file may not be empty */
#endif
