/* analysis.h: what a filter does, in figures and in words.
 *
 * Words. F is a filter [channels][kh][kw], F_c its taps on channel c, s_c their sum. A frequency is a pair (fy, fx) in cycles per
 * pixel, y downwards; a direction is that of the wave, in degrees: 0 is rightwards, 90 downwards. Waves in direction 0 are vertical
 * stripes, and a step in direction 0 is a vertical edge.
 *
 *     H_c(fy, fx)    the frequency response: sum over taps (i, j) of F_c[i][j] exp(2 pi i (fy i + fx j))
 *     gain           sqrt(sum over c of |H_c|^2): with one channel how much larger a wave leaves than it came, with several the
 *                    most that it can be, over all waves whose amplitudes on the channels have length 1
 *     edge(angle)    what F does to a step of height 1 beyond multiplying it by its sum:
 *
 *                        edge^2 = 2 * integral over f from 0 to 1/2 of sum over c of |H_c(f in that direction) - s_c|^2
 *                                                                                    / (4 sin(pi f)^2) df
 *
 *                    (the taps' middle is the origin). At 0 and 90 degrees it is the root of the sum of squares of that
 *                    difference over all pixels across the edge. It is 0 for a filter that leaves such edges as they are, and for a
 *                    derivative that does not see them
 *     odd            the share of F's energy, the sum of its squared taps, that changes sign under a half turn: 1 for first
 *                    derivatives, which answer to edges, 0 for second ones, which answer to lines
 *
 * The kernel's own scale and bias are not applied.
 */
#ifndef IMGCONV_ANALYSIS_H
#define IMGCONV_ANALYSIS_H

#include <imgconv/kernel.h>
#include <imgconv/match.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The largest side of a kernel that is analysed. */
#define IMC_ANALYSIS_SIDE_MAX 128

/* Are the taps equal to those of the other side (EVEN) or to their negatives (ODD), to 1e-6 of the largest? A filter of zeros is
 * EVEN. */
enum imc_symmetry { IMC_SYMMETRY_NONE, IMC_SYMMETRY_EVEN, IMC_SYMMETRY_ODD };

enum { IMC_ANALYSIS_DIRECTIONS = 4, IMC_ANALYSIS_MATCHES = 3, IMC_ANALYSIS_SENTENCES = 2 };

struct imc_analysis {
    /* Of the taps, all channels: the response to a flat picture of 1, and the largest to any picture of -1..1. */
    double sum, abs_sum;
    /* The gain at frequency 0: |sum| with one channel. */
    double zero_gain;
    /* The largest gain, found on a grid of frequencies up to Nyquist's in both directions and climbed; where it is, 0 to sqrt(1/2)
     * cycles per pixel, and in which direction, 0 <= degrees < 180, NAN at frequency 0. Of equal ones one of the lowest. */
    double peak_gain, peak_frequency, peak_direction;
    /* Where along `direction` the gain first falls to half of zero_gain, up to 1/2; NAN where it does not, and for a derivative. */
    double half_frequency;
    /* The deviation that white noise of deviation 1 leaves with: the root of the sum of squared taps. */
    double noise_gain;
    /* As imc_bank_rank: 1 is separable. */
    int rank;
    /* Left against right, above against below, and both at once. */
    enum imc_symmetry left_right, up_down, half_turn;
    double odd; /* 0..1 */
    /* The largest and the least edge() over multiples of 2.5 degrees, and there the first direction; 0 and NAN where it is 0 in
     * every direction. */
    double edge, direction, weakest_edge, weakest;
    /* edge() at 0, 45, 90 and 135 degrees: of edges that are vertical, like /, horizontal, and like \. */
    double edges[IMC_ANALYSIS_DIRECTIONS];
    /* The nearest hand-made kernels, best first, and their cosines: scores with their sign where there is one channel. */
    int matches;
    struct imc_match match[IMC_ANALYSIS_MATCHES];
    double cosine[IMC_ANALYSIS_MATCHES];
    /* What follows from the figures: what the filter answers to and what it is blind to, and what it costs. */
    int sentences;
    char sentence[IMC_ANALYSIS_SENTENCES][240];
};

/* Analyses filter number `filter` of a bank. `kernels` are those of imc_handmade_create(bank->kh, bank->kw), or others of that size
 * on one channel; NULL: no matches. Errors: ARGUMENT (no such filter, kernels of another size), LIMIT (a side above
 * IMC_ANALYSIS_SIDE_MAX), MEMORY. */
IMC_API enum imc_status imc_bank_analyse(const struct imc_bank *bank, int filter, const struct imc_bank *kernels,
                                         struct imc_analysis *analysis, struct imc_error *error);

/* The gain at a frequency, in cycles per pixel; NAN where a side is above IMC_ANALYSIS_SIDE_MAX. */
IMC_API double imc_bank_gain(const struct imc_bank *bank, int filter, double fy, double fx);

/* The gain at the frequency f over all directions, in steps of 2.5 degrees. */
struct imc_gain_range {
    double mean, least, most;
};
IMC_API struct imc_gain_range imc_bank_gain_range(const struct imc_bank *bank, int filter, double f);

/* Responses of all channels together, on a picture that is gray. That to a single pixel of 1, [kh][kw], without a border: it is
 * the taps turned by 180 degrees, and the pixel lies at row kh - 1 - anchor_y, column kw - 1 - anchor_x. */
IMC_API void imc_bank_impulse_response(const struct imc_bank *bank, int filter, double *response);
/* That to a step from 0 to 1 along a row (down: along a column): response [k + 1], k = kw or kh. Entry i is the pixel
 * i - (k - anchor) behind the first one that is 1 (negative: before it). The first entry and all before are 0, the last and all
 * behind are the sum of the taps. */
IMC_API void imc_bank_step_response(const struct imc_bank *bank, int filter, bool down, double *response);

#ifdef __cplusplus
}
#endif
#endif
