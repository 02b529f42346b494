/* case_check.c: running a case against the reference, and making a failing one small; see conv_case.h. */
#include "conformance/conv_case.h"
#include "conformance/law2.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *fault_of(const signed char levels[FACTORS], uint64_t seed)
{
    struct conv_case made;
    case_make(&made, levels, seed);
    const char *found = law2_run_fault(&made.desc, &made.in, &made.way);
    case_free(&made);
    return found;
}

/* Lowers one factor after the other to the lowest level that still fails, until nothing more can be lowered. */
static void shrink(signed char levels[FACTORS], uint64_t seed)
{
    bool lowered = true;
    while (lowered) {
        lowered = false;
        for (int f = 0; f < FACTORS; f++) {
            signed char old = levels[f];
            for (levels[f] = 0; levels[f] < old && !fault_of(levels, seed); levels[f]++)
                ;
            lowered |= levels[f] < old;
        }
    }
}

/* The numbers of a case, as far as they fit a screen. */
static void print_numbers(const char *name, const double *doubles, const float *floats, size_t count)
{
    printf("  %s:", name);
    for (size_t i = 0; i < count && i < 24; i++)
        printf(" %.9g", doubles ? doubles[i] : (double)floats[i]);
    printf(count > 24 ? " ... (%zu)\n" : "\n", count);
}

static void print_case(const signed char levels[FACTORS], uint64_t seed)
{
    struct conv_case made;
    case_make(&made, levels, seed);
    const struct imc_conv_desc *desc = &made.desc;
    size_t taps = (size_t)desc->filters * (size_t)(desc->in_c / desc->groups) * (size_t)desc->y.kernel * (size_t)desc->x.kernel;
    printf("  %s\n  images %d, layouts %d to %d, threads %d, rows of a job %d, reverse %d\n", law2_describe(desc), made.in.n,
           made.way.in_layout, made.way.out_layout, made.way.threads, made.way.job_rows, made.way.reverse);
    print_numbers("taps", NULL, made.weights, taps);
    if (desc->bias)
        print_numbers("bias", NULL, made.bias, (size_t)desc->filters);
    print_numbers("samples", made.in.value, NULL, samples_count(&made.in));
    case_free(&made);
}

bool case_check(const signed char levels[FACTORS], uint64_t seed, const char *repeat)
{
    if (!fault_of(levels, seed))
        return true;
    signed char small[FACTORS];
    memcpy(small, levels, sizeof small);
    shrink(small, seed);
    const char *fault = fault_of(small, seed);
    printf("wrong: %s\n  (made smaller from %s)\n", fault ? fault : "now right: the fault is not repeatable", repeat);
    print_case(small, seed);
    return false;
}

long case_asked(void)
{
    const char *text = getenv("IMGCONV_TEST_CASE");
    return text ? atol(text) : -1;
}
