/* jobs.c: jobs on threads. A job is a range of output rows; whoever runs it, the samples are the same, so threads need no order. */
#include "conv/jobs.h"

#include "base/fail.h"
#include "base/memory.h"
#include "conv/window.h"
#include "simd/rowops.h"

#include <math.h>
#include <pthread.h>

enum { JOB_ROWS = 16 };

/* Working memory of one thread for samples in memory: a window of its own and the executor's scratch. */
struct imc_scratch {
    struct window window;
    int n; /* the image whose rows the window holds, or -1 */
    void *work;
    struct imc_scratch *next; /* in the list of a plan's idle ones */
};

/* Fresh pages cost more than a small picture does (a fault is a microsecond or more): a plan keeps what its runs allocated. */
static pthread_mutex_t idle_lock = PTHREAD_MUTEX_INITIALIZER;

static int whole_grains(const struct imc_plan *plan, int rows)
{
    return (rows + plan->grain - 1) / plan->grain * plan->grain;
}

int jobs_rows(const struct imc_plan *plan)
{
    return whole_grains(plan, plan->job_rows > JOB_ROWS ? plan->job_rows : JOB_ROWS);
}

void imc_stats_reset(struct imc_stats *stats)
{
    *stats = (struct imc_stats){INFINITY, -INFINITY, 0};
}

static void stats_merge(struct imc_stats *into, const struct imc_stats *from)
{
    into->lowest = from->lowest < into->lowest ? from->lowest : into->lowest;
    into->highest = from->highest > into->highest ? from->highest : into->highest;
    into->clipped += from->clipped;
}

enum imc_status imc_scratch_create(const struct imc_plan *plan, struct imc_scratch **out, struct imc_error *error)
{
    size_t window = window_bytes(plan, jobs_rows(plan)), bytes, head = size_align(sizeof **out);
    *out = NULL;
    if (!size_add(window, head, &bytes) || !size_add(bytes, plan->work_bytes, &bytes) || !(*out = mem_alloc(1, bytes)))
        return fail_memory(error, "the scratch of a plan");
    char *memory = (char *)*out + head;
    window_init(&(*out)->window, plan, jobs_rows(plan), memory);
    (*out)->n = -1;
    (*out)->work = memory + window;
    return IMC_OK;
}

void imc_scratch_destroy(struct imc_scratch *scratch)
{
    mem_free(scratch);
}

static enum imc_status take_scratch(const struct imc_plan *plan, struct imc_scratch **out, struct imc_error *error)
{
    pthread_mutex_lock(&idle_lock);
    *out = *plan->idle;
    if (*out)
        *plan->idle = (*out)->next;
    pthread_mutex_unlock(&idle_lock);
    return *out ? IMC_OK : imc_scratch_create(plan, out, error);
}

static void leave_scratch(const struct imc_plan *plan, struct imc_scratch *scratch)
{
    if (!scratch)
        return;
    pthread_mutex_lock(&idle_lock);
    scratch->next = *plan->idle;
    *plan->idle = scratch;
    pthread_mutex_unlock(&idle_lock);
}

void jobs_free_idle(struct imc_plan *plan)
{
    for (struct imc_scratch *scratch = *plan->idle, *next; scratch; scratch = next) {
        next = scratch->next;
        imc_scratch_destroy(scratch);
    }
    mem_free(plan->idle);
}

static const char *row_address(const struct imc_view *view, int n, int y)
{
    ptrdiff_t index = n * view->image_step + y * view->row_step;
    return (const char *)view->data + index * (ptrdiff_t)imc_type_size(view->type);
}

/* Brings the rows that virtual rows v0..v1-1 show into the window. */
static void fill_window(struct window *window, const struct imc_view *in, int n, int v0, int v1)
{
    const struct imc_conv_desc *desc = &window->plan->desc;
    for (int v = v0; v < v1; v++) {
        int r = imc_border_index(desc->border, v, desc->in_h);
        if (r >= 0 && !window_has(window, r))
            window_put(window, r, row_address(in, n, r), in->pixel_step, in->plane_step);
    }
}

/* The picture rows from v on that `rows` rows of outputs add; none where samples lie far apart. */
static struct rowop_ahead coming_rows(const struct imc_plan *plan, const struct imc_view *in, int n, int64_t v, int rows)
{
    enum { APART = 16 };
    int64_t more = (int64_t)rows * plan->desc.y.stride;
    int size = (int)imc_type_size(in->type);
    if (v < 0 || v + more > plan->desc.in_h || plan->planes > 1 || in->pixel_step < 1 || in->pixel_step > APART)
        return (struct rowop_ahead){0};
    return (struct rowop_ahead){row_address(in, n, (int)v), in->row_step * size, (int)more, (int)in->pixel_step * size};
}

/* `skip`: output rows that others do before this thread goes on. */
static void run_rows(const struct imc_plan *plan, struct imc_scratch *scratch, const struct imc_view *in, int n, int y0, int y1,
                     int64_t skip, const struct target *target)
{
    int v0, v1;
    plan_input_rows(plan, y0, y1, &v0, &v1);
    fill_window(&scratch->window, in, n, v0, v1);
    struct rows rows = window_rows(&scratch->window, v0, v1);
    rows.coming = coming_rows(plan, in, n, v1 + skip * plan->desc.y.stride, y1 - y0);
    plan->executor->run(plan, &rows, y0, y1, target, scratch->work);
}

static void run_job(const struct imc_plan *plan, struct imc_scratch *scratch, const struct imc_view *in, const struct imc_view *out,
                    struct imc_job job, struct imc_stats *stats, bool stream, int threads)
{
    window_reset(&scratch->window); /* the caller may have changed the samples since the last job */
    struct target target = {*out, 0, stats, stream};
    target.view.data = (char *)row_address(out, job.n, 0);
    int most = jobs_rows(plan), height = job.y1 - job.y0, parts = (height + most - 1) / most;
    int rows = parts ? whole_grains(plan, (height + parts - 1) / parts) : 0;
    for (int y0 = job.y0, y1; y0 < job.y1; y0 = y1) {
        y1 = y0 / plan->grain * plan->grain + rows; /* where grains end */
        if (y1 > job.y1)
            y1 = job.y1;
        run_rows(plan, scratch, in, job.n, y0, y1, y1 < job.y1 ? 0 : (int64_t)(threads - 1) * height, &target);
    }
    if (stream)
        rowops()->stream_end();
}

void imc_plan_run(const struct imc_plan *plan, struct imc_scratch *scratch, const struct imc_view *in, const struct imc_view *out,
                  struct imc_job job, struct imc_stats *stats)
{
    run_job(plan, scratch, in, out, job, stats, false, 1);
}

/* The jobs of imc_plan_run_all: job number j is image j / per_image, rows from (j % per_image) * job_rows. */
struct run_all {
    const struct imc_plan *plan;
    const struct imc_view *in, *out;
    int per_image, job_rows, threads;
    struct imc_scratch **scratch;
    struct imc_stats *stats; /* one for each thread */
    bool stream;
};

static void run_one(void *context, int number, int thread)
{
    const struct run_all *all = context;
    int y0 = number % all->per_image * all->job_rows, y1 = y0 + all->job_rows;
    struct imc_job job = {number / all->per_image, y0, y1 < all->plan->out_h ? y1 : all->plan->out_h};
    run_job(all->plan, all->scratch[thread], all->in, all->out, job, all->stats ? &all->stats[thread] : NULL, all->stream,
            all->threads);
}

static void free_run_all(struct run_all *all, int threads)
{
    for (int i = 0; all->scratch && i < threads; i++)
        leave_scratch(all->plan, all->scratch[i]);
    mem_free(all->scratch);
    mem_free(all->stats);
}

/* Rows of a job: whole images where there are many, else a few jobs a thread so that a late one costs little. */
static int rows_for(const struct imc_plan *plan, int images, int threads)
{
    int rows = jobs_rows(plan);
    int wanted = images >= 4 * threads ? plan->out_h : plan->out_h / (4 * threads) + 1;
    return wanted < rows ? rows : whole_grains(plan, wanted);
}

/* Is the output larger than what is left in a cache when the run ends? */
static bool too_large_to_stay(const struct imc_plan *plan, int images)
{
    enum { LARGE = 6 << 20 };
    double samples = (double)plan->out_h * plan->out_w * plan->out_c * plan->desc.lanes * images;
    return samples * (double)imc_type_size(plan->desc.out_type) >= LARGE;
}

enum imc_status imc_plan_run_all(const struct imc_plan *plan, const struct imc_view *in, const struct imc_view *out, int images,
                                 int threads, struct imc_stats *stats, struct imc_error *error)
{
    threads = pool_threads(threads);
    struct run_all all = {.plan = plan, .in = in, .out = out, .job_rows = rows_for(plan, images, threads)};
    all.stream = too_large_to_stay(plan, images);
    all.per_image = (plan->out_h + all.job_rows - 1) / all.job_rows;
    if ((int64_t)all.per_image * images < threads)
        threads = all.per_image * images > 0 ? all.per_image * images : 1;
    all.threads = threads;
    struct pool *pool = pool_borrow(threads);
    all.scratch = mem_zalloc((size_t)threads, sizeof(struct imc_scratch *));
    all.stats = stats ? mem_alloc((size_t)threads, sizeof *all.stats) : NULL;
    enum imc_status status = pool && all.scratch && (all.stats || !stats) ? IMC_OK : fail_memory(error, "threads");
    for (int i = 0; i < threads && !status; i++) {
        if (stats)
            imc_stats_reset(&all.stats[i]);
        status = take_scratch(plan, &all.scratch[i], error);
    }
    if (!status) {
        pool_run(pool, all.per_image * images, run_one, &all);
        for (int i = 0; stats && i < threads; i++)
            stats_merge(stats, &all.stats[i]);
    }
    free_run_all(&all, threads);
    pool_return(pool);
    return status;
}

/* The jobs of jobs_run. */
struct run_rows {
    const struct imc_plan *plan;
    const struct rows *in;
    const struct target *target;
    int y0, y1, job_rows;
    char *work;
    struct imc_stats *stats;
};

static void run_part(void *context, int number, int thread)
{
    const struct run_rows *all = context;
    int y0 = (all->y0 / all->job_rows + number) * all->job_rows, y1 = y0 + all->job_rows;
    y0 = y0 > all->y0 ? y0 : all->y0;
    y1 = y1 < all->y1 ? y1 : all->y1;
    struct target target = *all->target;
    target.stats = &all->stats[number];
    char *work = all->work + (size_t)thread * size_align(all->plan->work_bytes);
    all->plan->executor->run(all->plan, all->in, y0, y1, &target, work);
}

void jobs_run(const struct imc_plan *plan, const struct rows *in, int y0, int y1, const struct target *target, struct pool *pool,
              char *work)
{
    enum { PARTS = 64 };
    struct imc_stats stats[PARTS];
    struct run_rows all = {plan, in, target, y0, y1, jobs_rows(plan), work, stats};
    while ((y1 - 1) / all.job_rows - y0 / all.job_rows >= PARTS)
        all.job_rows *= 2;
    int parts = (y1 - 1) / all.job_rows - y0 / all.job_rows + 1;
    for (int i = 0; i < parts; i++)
        imc_stats_reset(&stats[i]);
    pool_run(pool, parts, run_part, &all);
    for (int i = 0; i < parts; i++)
        stats_merge(target->stats, &stats[i]);
}
