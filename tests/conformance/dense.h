/* dense.h: pictures and tensors of the conformance tests, as plain arrays of double, and their passage through the engine.
 *
 * The tests think in a dense array [n][c][h][w][lane]. The engine is handed the same numbers as u8, u16 or f32 in one of several
 * memory layouts. Gaps between samples hold NaN (all bits set) in the input, so that a result which depends on them shows, and a
 * pattern in the output, which must survive the run.
 */
#ifndef DENSE_H
#define DENSE_H

#include <imgconv/conv.h>

struct samples {
    int n, c, h, w, lanes;
    double *value; /* [n][c][h][w][lanes] */
};

/* Zeroed; the test program ends where memory runs out. */
struct samples samples_make(int n, int c, int h, int w, int lanes);
void samples_free(struct samples *samples);
size_t samples_count(const struct samples *samples);
double *samples_at(const struct samples *samples, int n, int c, int y, int x, int lane);

enum layout { LAYOUT_PLANES, LAYOUT_INTERLEAVED, LAYOUT_PLANES_GAPS, LAYOUT_INTERLEAVED_GAPS, LAYOUTS };

/* How a plan is run: by imc_plan_run_all with so many threads, or, with 0 threads, job by job. */
struct run_way {
    enum layout in_layout, out_layout;
    int threads;
    int job_rows; /* rows of a job; 0: whole images */
    bool reverse; /* the last job first, and two scratches in turn */
};

/* Runs the engine; *out is made here and freed by the caller where the status is IMC_OK. `way` NULL: planes, one thread. `stats`
 * may be NULL. Asserts (Check) that nothing outside the output samples was written and that the input was not. */
enum imc_status engine_run(const struct imc_conv_desc *desc, const struct samples *in, const struct run_way *way,
                           struct samples *out, struct imc_stats *stats, struct imc_error *error);
/* The same for descriptions that must be accepted: a refusal fails the test. */
struct samples engine_must_run(const struct imc_conv_desc *desc, const struct samples *in, const struct run_way *way);

#endif
