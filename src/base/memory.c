/* memory.c: aligned memory. */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void *mem_alloc(size_t count, size_t size)
{
    size_t bytes;
    if (!size_mul(count, size, &bytes) || bytes > PTRDIFF_MAX - MEM_ALIGN)
        return NULL;
    return aligned_alloc(MEM_ALIGN, size_align(bytes ? bytes : 1));
}

void *mem_zalloc(size_t count, size_t size)
{
    void *memory = mem_alloc(count, size);
    if (memory)
        memset(memory, 0, count * size);
    return memory;
}

void mem_free(void *memory)
{
    free(memory);
}
