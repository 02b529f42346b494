/* sha256.h: SHA-256 (FIPS 180-4). */
#ifndef SHA256_H
#define SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_BYTES = 32, SHA256_TEXT = 65 };

struct sha256 {
    uint32_t state[8];
    uint64_t size; /* bytes so far */
    unsigned char block[64];
};

void sha256_begin(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const void *bytes, size_t size);
void sha256_end(struct sha256 *hash, unsigned char digest[SHA256_BYTES]);
/* sha256_end as 64 hexadecimal digits and a zero. */
void sha256_end_text(struct sha256 *hash, char text[SHA256_TEXT]);

#endif
