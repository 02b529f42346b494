/* cell.h: the bench's table: what is timed, and how much faster than OpenCV it has to be. */
#ifndef CELL_H
#define CELL_H

#include "bench/peer.h"
#include <imgconv/imgconv.h>

struct cell {
    const char *name;
    const char *kernel; /* KERNEL text, or NULL: random taps, size x size */
    int size;
    enum imc_type in, out;
    int channels, stride;
    enum peer_op op;
    double sigma;
    double target[2];    /* OpenCV's time / ours that has to be reached with 1 and 2 threads; 0: none but 1 */
    double near_copy;    /* or, with 2 threads, this many times the time of a memcpy of the same bytes; 0: no such way out */
    enum peer_vips vips; /* the same in libvips, or VIPS_NONE */
};

extern const struct cell cells[];
extern const int cell_count;

/* A cell made ready for pictures of one size: bank, plan, buffers. */
struct setup {
    const struct cell *cell;
    int width, height, out_w, out_h; /* pixels */
    struct imc_bank *bank;
    struct imc_plan *plan;
    void *in, *out, *peer_out;
    size_t in_bytes, out_bytes;
};

/* False after saying why on standard error. */
bool setup_make(struct setup *setup, const struct cell *cell, int width, int height);
void setup_free(struct setup *setup);
/* One run of ours, from samples in memory to samples in memory; what imc_plan_run_all allocates counts as ours. */
void setup_run(const struct setup *setup, int threads);
/* What the peers get to know. */
struct peer_job setup_job(const struct setup *setup);
/* Fused multiply-adds (or as much) an output sample costs by the cheapest way that is known: see cell.c. */
double setup_work(const struct setup *setup);

/* Ours against a float64 reference at sampled pixels (law 2 of the design: src/README.md). False with the reason in `why`. */
bool check_ours(const struct setup *setup, char why[160]);
/* The peer's picture against ours, all of it; *worst is the largest difference in steps. True within one step. */
bool check_peer(const struct setup *setup, double *worst);

#endif
