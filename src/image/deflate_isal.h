/* deflate_isal.h: matches found by ISA-L. A build without it has these functions too, and fast_exists says so. */
#ifndef DEFLATE_ISAL_H
#define DEFLATE_ISAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fast_deflater;

bool fast_exists(void);
struct fast_deflater *fast_create(void);
void fast_destroy(struct fast_deflater *fast);
/* As deflater_run, without bytes before. */
size_t fast_run(struct fast_deflater *fast, const unsigned char *in, size_t size, bool last, unsigned char *out, size_t room);
uint32_t fast_checksum(uint32_t before, const unsigned char *bytes, size_t size);
uint32_t fast_crc(uint32_t before, const unsigned char *bytes, size_t size);

#endif
