/* cpu.h: which level of row ops this machine runs. */
#ifndef CPU_H
#define CPU_H

enum cpu_level { CPU_C, CPU_AVX2, CPU_AVX512, CPU_NEON, CPU_LEVELS };

/* The best level of this CPU, lowered by the environment variable IMGCONV_CPU (a level's name; unknown names are ignored). Found
 * once. */
enum cpu_level cpu_level(void);
/* "c", "avx2", "avx512" (F, BW, DQ and VL), "neon". */
const char *cpu_level_name(enum cpu_level level);

#endif
