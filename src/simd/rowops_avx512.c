/* rowops_avx512.c: the level above AVX2, which it includes: its ops compiled once more for 32 registers of 64 bytes (the Makefile
 * gives this file the flags), and those by hand that gain from them.
 */
#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512VL__)

#define ROWOPS_TABLE rowops_avx512

#include "simd/rowops_avx2.c"

#else
typedef int rowops_avx512_is_for_x86; /* a file may not be empty */
#endif
