/* whole.h: small sums with whole numbers that many places want. */
#ifndef WHOLE_H
#define WHOLE_H

static inline int int_min(int a, int b)
{
    return a < b ? a : b;
}

/* a / b, rounded up; a >= 0, b > 0, and their sum an int. */
static inline int int_quotient_up(int a, int b)
{
    return (a + b - 1) / b;
}

#endif
