/* window.h: the ring of padded rows between a source of samples and an executor. Sample type, layout and the horizontal border end
 * here; the vertical border is a choice of pointer. */
#ifndef WINDOW_H
#define WINDOW_H

#include "conv/plan.h"

struct window {
    const struct imc_plan *plan;
    int capacity;       /* picture rows that the ring holds */
    int table_rows;     /* virtual rows that the table holds */
    size_t row_bytes;   /* of one padded row of one channel */
    char *ring;         /* [capacity][planes][row_bytes] */
    char *outside;      /* a padded row of the border constant */
    int *held;          /* [capacity]: the picture row in each slot, or -1 */
    const void **table; /* [table_rows][planes] */
    int *show;          /* the columns that positions outside the picture show, left ones, then right ones; -1: the constant */
    bool repeats;       /* each of them is one sample that the row has */
};

/* Bytes for a window that serves jobs of up to `job_rows` output rows; SIZE_MAX if that is more than a size_t. */
size_t window_bytes(const struct imc_plan *plan, int job_rows);
/* Builds it in `memory` (aligned as mem_alloc does). A source that can only be read forwards is served as well as one with random
 * access: no row is dropped that a later job of the same picture could need. */
void window_init(struct window *window, const struct imc_plan *plan, int job_rows, void *memory);
/* Forgets all rows: another picture begins. */
void window_reset(struct window *window);

/* Is picture row r held? */
bool window_has(const struct window *window, int r);
/* Converts picture row r. `row` stands at the row's first sample; pixel_step and plane_step as in imc_view. */
void window_put(struct window *window, int r, const void *row, ptrdiff_t pixel_step, ptrdiff_t plane_step);
/* The last picture row that virtual rows v0..v1-1 show, or -1 if all of them lie outside (constant). */
int window_last_row(const struct imc_plan *plan, int v0, int v1);
/* Pointers for virtual rows v0..v1-1, all of whose picture rows must be held. Valid until the next put. */
struct rows window_rows(struct window *window, int v0, int v1);

#endif
