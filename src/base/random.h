/* random.h: random numbers by counter: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * 2011). A number is a function of (seed; purpose, epoch, image, draw) and of nothing else: no state travels from one image to the
 * next, so threads and the order of work change nothing, and a resumed run draws what the uninterrupted one would have drawn. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdbool.h>
#include <stdint.h>

/* Streams of different purpose share no number. The values are part of what a seed means: they never change. */
enum random_purpose {
    RANDOM_SHUFFLE = 1, /* the order of an epoch; image 0 */
    RANDOM_INIT = 2,    /* first weights; image is the number of the layer */
    RANDOM_DROPOUT = 3, /* epoch is the step of the optimiser or the epoch, image the place in it */
    RANDOM_AUGMENT = 4,
    RANDOM_DIGIT = 5, /* drawn digits; epoch is the set: 0 training, 1 test */
    RANDOM_PHOTO = 6, /* drawn photographs of digits */
    RANDOM_PICK = 7,  /* samples to show */
    RANDOM_CHANCE = 8 /* filters that mean nothing; image is the number of the filter */
};

/* One stream of draws. */
struct random {
    uint32_t key[2], counter[4]; /* counter: purpose, epoch, image, draw; a draw is a block of four words */
    uint32_t block[4];
    int left; /* words of the block that were not handed out */
    float spare;
    bool has_spare; /* the second normal number of a pair */
};

/* One block: ten rounds on the counter. */
void random_block(const uint32_t key[2], const uint32_t counter[4], uint32_t block[4]);

void random_start(struct random *random, uint64_t seed, enum random_purpose purpose, uint32_t epoch, uint32_t image);
/* 32 random bits. */
uint32_t random_word(struct random *random);
/* 0 <= x < 1, a multiple of 2^-24. */
float random_unit(struct random *random);
/* low <= x < high, but for rounding. */
float random_between(struct random *random, float low, float high);
/* Of mean 0 and variance 1. */
float random_normal(struct random *random);
/* 0..n-1, each as likely as any other; n >= 1. */
uint32_t random_below(struct random *random, uint32_t n);
/* order[0..n-1] becomes a permutation of 0..n-1. */
void random_permutation(struct random *random, uint32_t *order, uint32_t n);

#endif
