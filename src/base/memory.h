/* memory.h: checked sizes and aligned memory. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Alignment of mem_alloc: a cache line, and the widest vector. */
enum { MEM_ALIGN = 64 };

/* *product = a*b; false on overflow. Every size that depends on input goes through these. */
static inline bool size_mul(size_t a, size_t b, size_t *product)
{
    return !__builtin_mul_overflow(a, b, product);
}

static inline bool size_add(size_t a, size_t b, size_t *sum)
{
    return !__builtin_add_overflow(a, b, sum);
}

/* Rounds up to a multiple of MEM_ALIGN; SIZE_MAX on overflow, which no allocation grants. */
static inline size_t size_align(size_t bytes)
{
    return bytes > SIZE_MAX - MEM_ALIGN ? SIZE_MAX : (bytes + MEM_ALIGN - 1) / MEM_ALIGN * MEM_ALIGN;
}

/* count*size bytes, aligned, uninitialised; NULL on overflow or want of memory. A zero size gives a valid pointer. */
void *mem_alloc(size_t count, size_t size) __attribute__((malloc));
/* The same, zeroed. */
void *mem_zalloc(size_t count, size_t size) __attribute__((malloc));
/* NULL is allowed. */
void mem_free(void *memory);

#endif
