/* plan.h: the inside of a plan, and what an executor is.
 *
 * Words: a *virtual row* v is a row of the padded picture, counted from the first picture row: v < 0 and v >= in_h lie outside.
 * Output row y reads the virtual rows y*stride - top + i*dilation. A *padded row* holds the span_w pixels that some output of a row
 * reads, the first of them at column -left, borders filled in. So an executor sees no border, no layout and no sample type, only
 * row pointers.
 */
#ifndef PLAN_H
#define PLAN_H

#include "simd/rowops.h"
#include <imgconv/conv.h>

struct executor;

struct imc_plan {
    struct imc_conv_desc desc; /* weights, bias and border_values point to the plan's own copies, none is NULL */
    int out_h, out_w, out_c;
    int planes;     /* padded rows that show one virtual row: in_c, or 1 with channels_last */
    int pixel_step; /* samples of a pixel in a padded row: lanes, or imc_channel_step(in_c) with channels_last */
    int top, bottom, left, right;
    int filter_c; /* input channels of one filter: in_c / groups */
    int extent_y; /* rows from a filter's first tap to its last: dilation*(kh-1) + 1 */
    int extent_x;
    int span_w;             /* pixels of a padded row: (out_w-1)*stride + extent_x */
    enum imc_type row_type; /* of the samples in a padded row: F32 unless the executor works on others */
    /* A padded row is stored as this many rows, of pixels 0, phases, 2*phases ... then 1, 1+phases ...: with the stride as
     * phases, the pixels under one tap lie side by side for all outputs. */
    int phases;
    int phase_w; /* pixels of one phase: span_w / phases, rounded up */
    int rank;    /* the largest over filters and their channels, RANK_MAX for more */
    bool wide;   /* integer taps on integer samples whose sums need more than 24 bits: they are summed in double to stay exact */
    const struct executor *executor;
    void *state;       /* the executor's own, made by prepare */
    int grain;         /* output rows that the executor makes together; 1 for most. Jobs of multiples of it waste nothing */
    int job_rows;      /* output rows of a job, where the executor wants more than the usual; a job rounds it up to whole grains */
    size_t work_bytes; /* scratch of the executor for one thread */
    struct imc_scratch **idle; /* head of the list of scratches that no run has at the moment (jobs.c) */
    int refusals;
    struct {
        const struct executor *executor;
        char reason[120];
    } refused[IMC_REFUSALS_MAX];
};

/* Padded rows for some virtual rows: row[(v - first)*planes + c] points to the first pixel of virtual row v, channel c, of type
 * plan->row_type. */
struct rows {
    const void *const *row;
    int first;
    int x0, x1;                /* output pixels that are made from them: all of a row */
    struct rowop_ahead coming; /* rows of the picture that this thread will probably take next; bytes: of a pixel; none: unknown */
};

/* Where results go: row y is written at view (whose data pointer stands at row `origin` of the image). */
struct target {
    struct imc_view view;
    int origin;
    struct imc_stats *stats; /* NULL where nobody asks */
    bool stream;             /* the output is so large that nobody will find it in a cache: samples may go past it */
};

/* One algorithm. The table in plan.c lists them in order of preference; the first that accepts is taken. */
struct executor {
    const char *name;
    enum imc_mode mode; /* the explicit mode that admits it; AUTO: none does */
    bool channels_last; /* the layout it is for */
    /* Can it, and in mode AUTO should it, run this plan? If not it says why, in a few words. */
    bool (*accepts)(const struct imc_plan *plan, char *reason, size_t size);
    /* Sets work_bytes, and state and grain where it needs them. NULL: nothing to prepare. */
    enum imc_status (*prepare)(struct imc_plan *plan, struct imc_error *error);
    void (*release)(struct imc_plan *plan); /* NULL: nothing to free */
    void (*repack)(struct imc_plan *plan);  /* brings the state up to new weights and bias; NULL where those are for ever */
    /* Output rows y0..y1-1. `in` holds the rows of plan_input_rows(y0, y1). */
    void (*run)(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target, void *work);
};

extern const struct executor executor_box, executor_integer, executor_fixed, executor_separable, executor_fft, executor_direct;
extern const struct executor executor_winograd, executor_channels;

/* Gives a channels_last plan new weights ([filters][in_c][kh][kw], finite) and bias (NULL: zeros), between runs. */
void plan_set_weights(struct imc_plan *plan, const float *weights, const float *bias);

/* The virtual rows *v0..*v1-1 that an executor reads for output rows y0..y1-1 (whole grains where the plan has one). */
void plan_input_rows(const struct imc_plan *plan, int y0, int y1, int *v0, int *v1);
/* The most virtual rows that plan_input_rows gives for any job of at most `job_rows` output rows; jobs of whole grains begin with a
 * grain. */
int plan_input_rows_max(const struct imc_plan *plan, int job_rows);

/* desc.c: checks the description and fills the geometry of the plan. */
enum imc_status desc_resolve(struct imc_plan *plan, const struct imc_conv_desc *desc, struct imc_error *error);

/* The taps of filter o, channel c of its group: [kh][kw]. */
static inline const float *plan_taps(const struct imc_plan *plan, int o, int c)
{
    size_t taps = (size_t)plan->desc.y.kernel * (size_t)plan->desc.x.kernel;
    return plan->desc.weights + ((size_t)o * (size_t)plan->filter_c + (size_t)c) * taps;
}

/* The first input channel that filter o reads. */
static inline int plan_first_channel(const struct imc_plan *plan, int o)
{
    return o / (plan->desc.filters / plan->desc.groups) * plan->filter_c;
}

/* The padded row of virtual row v, channel c. */
static inline const void *rows_at(const struct imc_plan *plan, const struct rows *in, int v, int c)
{
    return in->row[(size_t)(v - in->first) * (size_t)plan->planes + (size_t)c];
}

/* Asks memory for the row that the thread of this job will want k rows after the job's last one, a part of it where outputs
 * x0..x1-1 stand. A little with each row of outputs, it arrives in time. */
static inline void rows_fetch(const struct imc_plan *plan, const struct rows *in, int k, int x0, int x1)
{
    const struct rowop_ahead *coming = &in->coming;
    x1 = x1 < plan->desc.in_w ? x1 : plan->desc.in_w;
    if (k < coming->rows && x0 < x1)
        rowops()->fetch(coming->row + k * coming->step + (ptrdiff_t)x0 * coming->bytes, (size_t)(x1 - x0) * (size_t)coming->bytes);
}

/* Can padded rows be of bytes? */
bool plan_takes_bytes(const struct imc_plan *plan);

/* Where in a padded row, in samples, the pixel at padded position p stands. */
static inline ptrdiff_t plan_sample(const struct imc_plan *plan, int p)
{
    if (plan->phases == 1) /* a division costs more than all that is done to a pixel */
        return (ptrdiff_t)p * plan->pixel_step;
    return ((ptrdiff_t)(p % plan->phases) * plan->phase_w + p / plan->phases) * plan->pixel_step;
}

/* Executors that read every stride-th pixel have their rows split into phases; called from prepare. */
static inline void plan_split_phases(struct imc_plan *plan)
{
    plan->phases = plan->out_w > 1 ? plan->desc.x.stride : 1;
    plan->phase_w = (plan->span_w + plan->phases - 1) / plan->phases;
}

#endif
