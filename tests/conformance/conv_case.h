/* conv_case.h: test cases of the engine as points in a grid of factors.
 *
 * A case is a level for each factor (mode, height, kernel height, border ...) and a seed for the numbers. The pairwise test chooses
 * levels so that each pair of levels of any two factors occurs; the random test draws them; a failing case is made smaller by
 * lowering its levels one by one as long as it still fails.
 */
#ifndef CONV_CASE_H
#define CONV_CASE_H

#include "conformance/dense.h"
#include "support/testing.h"

enum factor {
    BY_MODE,
    BY_HEIGHT,
    BY_WIDTH,
    BY_KERNEL_H,
    BY_KERNEL_W,
    BY_BORDER,
    BY_PADDING,
    BY_STRIDE_Y,
    BY_STRIDE_X,
    BY_DILATION_Y,
    BY_DILATION_X,
    BY_ANCHOR,
    BY_CHANNELS, /* of a group */
    BY_FILTERS,  /* of a group */
    BY_GROUPS,
    BY_LANES,
    BY_IMAGES,
    BY_IN_TYPE,
    BY_OUT_TYPE,
    BY_TAPS,
    BY_RANK,
    BY_SAMPLES,
    BY_BIAS,
    BY_GAIN,
    BY_RELU,
    BY_COMBINE,
    BY_SCALE,
    BY_ABS,
    BY_OUT_MAX,
    BY_LAYOUT,
    BY_RUN,
    FACTORS
};

enum { LEVELS_MAX = 16 };

/* The number of levels of a factor. */
int factor_levels(enum factor factor);
/* Levels below this are small enough for thousands of cases. */
int factor_small_levels(enum factor factor);
/* Products of taps and outputs, about, which the reference must compute; a level of -1 counts as the cheapest. */
double case_work(const signed char levels[FACTORS]);

struct conv_case {
    struct imc_conv_desc desc; /* what it points to belongs to the case */
    struct samples in;
    struct run_way way;
    float *weights, *bias, *border_values;
};

/* The case of these levels; every number in it follows from `seed`. fft becomes auto where the build has none. */
void case_make(struct conv_case *made, const signed char levels[FACTORS], uint64_t seed);
void case_free(struct conv_case *made);

/* Runs one case against the reference. On failure it prints the smallest failing case it can find from there, `repeat` (how to run
 * it again) and the fault, and returns false. */
bool case_check(const signed char levels[FACTORS], uint64_t seed, const char *repeat);

/* The number in the environment variable IMGCONV_TEST_CASE, which asks for one case alone; -1 where it is not set. */
long case_asked(void);

#endif
