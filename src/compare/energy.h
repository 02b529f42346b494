/* energy.h: what kind of filter the taps are, as shares of their energy (the sum of their squares).
 *
 * Frei and Chen ("Fast boundary detection: a generalization and a new algorithm", IEEE Trans. Computers C-26, 1977) span the 3x3
 * taps with nine orthogonal masks: four for edges, four for lines, one for the average. Their edge masks are the ones that change
 * sign when they are turned by 180 degrees, their line masks the ones that do not and sum to zero. So the shares do not hang on
 * the masks that span them, and any size has them:
 *
 *     edge      taps that change sign under a half turn: derivatives of odd order
 *     line      taps that keep it, less their mean: derivatives of even order
 *     average   the mean
 *
 * The orders 1 and 2 are told apart by the first orthogonal polynomials on the taps: 1, x and x^2 - mean(x^2), normalised. */
#ifndef ENERGY_H
#define ENERGY_H

#include <imgconv/kernel.h>

struct energy {
    double total;
    double edge, line, average; /* shares, which add up to 1; all 0 for a filter of zeros */
    double order[4];            /* shares of the derivatives of order 0, 1, 2 and of all higher ones */
    double angle; /* of the first derivative: 0 <= degrees < 180, 0 is d/dx, 90 is d/dy (down); NAN where there is none */
};

/* taps [channels][kh][kw]: energies of the channels are added; the angle is that of the strongest direction over all of them (the
 * larger eigenvector of the sum of g g^T, g the channel's derivative). */
void energy_of(const float *taps, int channels, int kh, int kw, struct energy *energy);

#endif
