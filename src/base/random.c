/* random.c: Philox multiplies two of four words by constants, and each high half meets a key and another word: ten rounds of that
 * pass every statistical test known (BigCrush). Numbers of other shape are made of the words here, by
 * arithmetic of our own (mathx.h), so that they are the same bits on every machine. */
#include "base/random.h"

#include "base/mathx.h"

#include <math.h>
#include <string.h>

void random_block(const uint32_t key[2], const uint32_t counter[4], uint32_t block[4])
{
    uint32_t k0 = key[0], k1 = key[1], c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xd2511f53u * c0, p1 = (uint64_t)0xcd9e8d57u * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += 0x9e3779b9u; /* the golden ratio, and the root of 3 less 1 */
        k1 += 0xbb67ae85u;
    }
    block[0] = c0;
    block[1] = c1;
    block[2] = c2;
    block[3] = c3;
}

void random_start(struct random *random, uint64_t seed, enum random_purpose purpose, uint32_t epoch, uint32_t image)
{
    memset(random, 0, sizeof *random);
    random->key[0] = (uint32_t)seed;
    random->key[1] = (uint32_t)(seed >> 32);
    random->counter[0] = purpose;
    random->counter[1] = epoch;
    random->counter[2] = image;
}

uint32_t random_word(struct random *random)
{
    if (random->left == 0) {
        random_block(random->key, random->counter, random->block);
        random->counter[3]++;
        random->left = 4;
    }
    return random->block[4 - random->left--];
}

float random_unit(struct random *random)
{
    return (float)(random_word(random) >> 8) * 0x1p-24f;
}

float random_between(struct random *random, float low, float high)
{
    return low + (high - low) * random_unit(random);
}

float random_normal(struct random *random)
{
    if (random->has_spare) {
        random->has_spare = false;
        return random->spare;
    }
    /* Box and Muller: a point at a random angle, its distance from the logarithm of a number in (0,1]. */
    double radius = sqrt(-2 * mathx_log(((double)random_word(random) + 1) * 0x1p-32));
    double angle = (double)random_word(random) * (0x1.921fb54442d18p+2 * 0x1p-32);
    random->spare = (float)(radius * mathx_sin(angle));
    random->has_spare = true;
    return (float)(radius * mathx_cos(angle));
}

uint32_t random_below(struct random *random, uint32_t n)
{
    /* Lemire (2019): the high half of word*n, unless the low half lies among the first 2^32 mod n, which would favour some. */
    uint64_t product = (uint64_t)random_word(random) * n;
    if ((uint32_t)product < n)
        for (uint32_t refused = -n % n; (uint32_t)product < refused;)
            product = (uint64_t)random_word(random) * n;
    return (uint32_t)(product >> 32);
}

void random_permutation(struct random *random, uint32_t *order, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) { /* Fisher and Yates, inside out */
        uint32_t at = random_below(random, i + 1);
        order[i] = order[at];
        order[at] = i;
    }
}
