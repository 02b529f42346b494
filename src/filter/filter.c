/* filter.c: one picture through a filter: reader -> readahead -> prepare -> stages -> finish -> writer, a band of rows at a time.
 * With more than one thread the reader decodes ahead and the writer encodes behind, while the pool's threads filter what lies
 * between. */
#include <imgconv/filter.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/pool.h"
#include "base/textnum.h"
#include "filter/finish.h"
#include "filter/notes.h"
#include "filter/prepare.h"
#include "filter/profile.h"
#include "filter/readahead.h"
#include "filter/recipe.h"
#include "filter/stage.h"
#include "filter/watch.h"

#include <string.h>

void imc_filter_options_default(struct imc_filter_options *options)
{
    struct imc_reader_options reader;
    struct imc_writer_options writer;
    imc_reader_options_default(&reader);
    imc_writer_options_default(&writer);
    *options = (struct imc_filter_options){.border = IMC_BORDER_REPLICATE, .padding = IMC_PADDING_SAME, .scale = 1};
    options->stride_y = options->stride_x = options->dilation_y = options->dilation_x = 1;
    options->quality = writer.quality;
    options->compression = writer.compression;
    options->max_pixels = reader.max_pixels;
    options->max_memory = reader.max_memory;
    for (int c = 0; c < 3; c++)
        options->background[c] = options->std[c] = 1;
}

/* Everything that a run holds. All members are zero before they are made, so that run_free undoes any part of it. */
struct run {
    const struct imc_filter_options *options;
    struct recipe recipe;
    struct imc_reader *reader;
    struct imc_writer *writer;
    struct pool *pool;
    struct readahead ahead;
    struct watch watch;
    struct prepare prepare;
    struct stage stage[IMC_STAGES_MAX];
    struct finish finish;
    int band_rows;
    char *band;    /* rows of the last stage: one band, or the whole picture for map fit */
    char *samples; /* one band of output samples; NULL where the plan writes them itself */
    bool to_memory;
    char *memory; /* takes the rows where there is no writer */
    size_t memory_used;
    struct imc_error *error;
};

static void run_free(struct run *run)
{
    readahead_free(&run->ahead);
    for (int i = 0; i < run->recipe.stages; i++)
        stage_free(&run->stage[i]);
    finish_free(&run->finish);
    prepare_free(&run->prepare);
    mem_free(run->band);
    mem_free(run->samples);
    mem_free(run->memory);
    pool_destroy(run->pool);
    recipe_free(&run->recipe);
    imc_writer_close(run->writer);
    imc_reader_close(run->reader);
}

static struct stage *last_stage(struct run *run)
{
    return &run->stage[run->recipe.stages - 1];
}

static size_t band_row_bytes(struct run *run)
{
    const struct imc_plan *plan = last_stage(run)->plan;
    int samples = recipe_samples_out(&run->recipe, run->recipe.stages - 1);
    return (size_t)plan->out_w * (size_t)samples * imc_type_size(plan->desc.out_type);
}

static size_t sample_row_bytes(const struct run *run)
{
    const struct imc_image_info *out = &run->recipe.output;
    return (size_t)out->width * (size_t)out->channels * imc_type_size(out->type);
}

static enum imc_status open_reader(struct run *run, const char *input)
{
    struct imc_reader_options options;
    imc_reader_options_default(&options);
    options.max_pixels = run->options->max_pixels;
    options.max_memory = run->options->max_memory;
    options.luma = recipe_wants_luma(run->options);
    return imc_reader_open(input, &options, &run->reader, run->error);
}

static enum imc_status check_memory(struct run *run, const char *input)
{
    char holds[160], need[TEXT_BYTES_MAX], limit[TEXT_BYTES_MAX];
    uint64_t bytes = recipe_memory(&run->recipe, pool_size(run->pool), holds, sizeof holds);
    bytes += run->to_memory ? (uint64_t)run->recipe.output.height * sample_row_bytes(run) : 0;
    if (bytes <= run->options->max_memory)
        return IMC_OK;
    return fail(run->error, IMC_ERR_LIMIT, "%s: this run takes %s of memory%s%s%s, more than the limit of %s; raise --max-memory",
                input, text_from_bytes(need, bytes), *holds ? " (" : "", holds, *holds ? ")" : "",
                text_from_bytes(limit, run->options->max_memory));
}

static enum imc_status build_stages(struct run *run)
{
    int stages = run->recipe.stages, threads = pool_size(run->pool);
    struct feed *read = run->options->watch ? &run->watch.feed : &run->ahead.feed, *source = &run->prepare.feed;
    watch_init(&run->watch, run->options->watch, &run->ahead.feed);
    enum imc_status status = prepare_init(&run->prepare, &run->recipe, read, run->pool, run->error);
    for (int i = 0; i < stages && !status; i++) {
        int band = recipe_band_rows(&run->recipe, i, threads);
        int batch = i ? recipe_band_rows(&run->recipe, i - 1, threads) : band;
        status = stage_init(&run->stage[i], &run->recipe, i, source, band, batch, run->pool, run->error);
        source = &run->stage[i].feed;
    }
    run->band_rows = recipe_band_rows(&run->recipe, stages - 1, threads);
    return status;
}

static enum imc_status build_buffers(struct run *run)
{
    bool whole = run->recipe.map == IMC_MAP_FIT;
    run->band = mem_alloc((size_t)(whole ? run->recipe.output.height : run->band_rows), band_row_bytes(run));
    if (!run->band)
        return fail_memory(run->error, "a band of rows");
    if (run->recipe.fused)
        return IMC_OK;
    run->samples = mem_alloc((size_t)run->band_rows, sample_row_bytes(run));
    if (!run->samples)
        return fail_memory(run->error, "a band of samples");
    return finish_init(&run->finish, &run->recipe, run->pool, run->error);
}

static enum imc_status open_memory(struct run *run)
{
    run->memory = mem_alloc((size_t)run->recipe.output.height, sample_row_bytes(run));
    return run->memory ? IMC_OK : fail_memory(run->error, "the result");
}

static enum imc_status write_rows(struct run *run, const char *samples, int count)
{
    const struct imc_filter_watch *watch = run->options->watch;
    size_t bytes = (size_t)count * sample_row_bytes(run);
    if (watch && watch->output)
        watch->output(watch->context, samples, count);
    if (run->writer)
        return imc_writer_write(run->writer, samples, count, run->error);
    if (run->memory)
        memcpy(run->memory + run->memory_used, samples, bytes);
    run->memory_used += bytes;
    return IMC_OK;
}

static enum imc_status open_writer(struct run *run, const char *output)
{
    const struct imc_filter_options *options = run->options;
    const struct imc_image_info *in = &run->recipe.input;
    struct imc_metadata metadata = profile_for(&run->recipe);
    struct imc_writer_options writer;
    imc_writer_options_default(&writer);
    writer.format = run->recipe.output.format;
    writer.quality = options->quality;
    writer.compression = options->compression;
    writer.threads = pool_size(run->pool);
    writer.no_clobber = options->no_clobber;
    writer.metadata = options->drop_metadata ? NULL : &metadata;
    if (in->format == IMC_FORMAT_JPEG) { /* rare files have a quarter of the chroma; a half is the least that is written */
        writer.subsampling_x = in->subsampling_x > 1 ? 2 : 1;
        writer.subsampling_y = in->subsampling_y > 1 ? 2 : 1;
    }
    return imc_writer_open(output, &run->recipe.output, &writer, &run->writer, run->error);
}

static enum imc_status open_result(struct run *run, const char *output)
{
    if (run->to_memory)
        return open_memory(run);
    return output ? open_writer(run, output) : IMC_OK;
}

/* Tells the watch what will come. */
static enum imc_status start_watch(struct run *run)
{
    const struct imc_filter_watch *watch = run->options->watch;
    struct imc_image_info input = run->recipe.input, output = run->recipe.output;
    if (!watch || !watch->start)
        return IMC_OK;
    input.metadata = output.metadata = (struct imc_metadata){0};
    return watch->start(watch->context, &input, &output, run->error);
}

static enum imc_status report_progress(const struct run *run, int64_t done, int64_t total)
{
    const struct imc_filter_options *options = run->options;
    if (options->progress && options->progress(options->progress_context, done, total))
        return fail(run->error, IMC_ERR_CANCELLED, "interrupted");
    return IMC_OK;
}

/* Pulls the next rows from the last stage to `rows`. */
static enum imc_status next_band(struct run *run, char *rows, int count)
{
    struct feed *feed = &last_stage(run)->feed;
    return feed->pull(feed, rows, count, run->error);
}

static int band_at(const struct run *run, int y)
{
    int left = run->recipe.output.height - y;
    return left < run->band_rows ? left : run->band_rows;
}

static enum imc_status stream(struct run *run)
{
    int height = run->recipe.output.height;
    const char *samples = run->recipe.fused ? run->band : run->samples;
    for (int y = 0, count; y < height; y += count) {
        count = band_at(run, y);
        enum imc_status status = next_band(run, run->band, count);
        if (status)
            return status;
        if (!run->recipe.fused)
            finish_rows(&run->finish, FINISH_VALUES | FINISH_STORE, (float *)(void *)run->band, count, run->samples);
        if ((status = write_rows(run, samples, count)) || (status = report_progress(run, y + count, height)))
            return status;
    }
    return IMC_OK;
}

/* Map fit: all values first, then all samples. */
static enum imc_status fit(struct run *run)
{
    int height = run->recipe.output.height;
    enum imc_status status;
    for (int y = 0, count; y < height; y += count) {
        count = band_at(run, y);
        char *rows = run->band + (size_t)y * band_row_bytes(run);
        if ((status = next_band(run, rows, count)))
            return status;
        finish_rows(&run->finish, FINISH_VALUES, (float *)(void *)rows, count, NULL);
        if ((status = report_progress(run, y + count, 2 * (int64_t)height)))
            return status;
    }
    finish_fit(&run->finish, prepare_largest(&run->prepare));
    for (int y = 0, count; y < height; y += count) {
        count = band_at(run, y);
        char *rows = run->band + (size_t)y * band_row_bytes(run);
        finish_rows(&run->finish, FINISH_STORE, (float *)(void *)rows, count, run->samples);
        if ((status = write_rows(run, run->samples, count)) ||
            (status = report_progress(run, (int64_t)height + y + count, 2 * (int64_t)height)))
            return status;
    }
    return IMC_OK;
}

/* The rows of the picture that no output needs, so that a damaged end is found whatever the padding crops. */
static enum imc_status read_to_the_end(struct run *run)
{
    const struct imc_image_info *info = imc_reader_info(run->reader);
    struct stage *first = &run->stage[0];
    for (int y = first->batch_end; y < info->height; y++) {
        enum imc_status status = run->prepare.feed.pull(&run->prepare.feed, first->batch, 1, run->error);
        if (status)
            return status;
    }
    return IMC_OK;
}

static void fill_report(struct run *run, struct imc_filter_report *report)
{
    *report = (struct imc_filter_report){.input = run->recipe.input, .output = run->recipe.output};
    memset(&report->input.metadata, 0, sizeof report->input.metadata);
    report->stats = run->recipe.fused ? last_stage(run)->stats : finish_stats(&run->finish);
    notes_write(&run->recipe, report);
}

static enum imc_status run_all(struct run *run, const char *input, const char *output)
{
    enum imc_status status = open_reader(run, input);
    if (!status)
        status = recipe_settle(&run->recipe, run->options, imc_reader_info(run->reader), output, run->error);
    if (status)
        return status;
    run->pool = pool_create(recipe_threads(&run->recipe));
    if (!run->pool)
        return fail_memory(run->error, "threads");
    pool_sleep_early(run->pool); /* the reader and the encoder want the processors */
    if ((status = check_memory(run, input)) || (status = build_stages(run)) || (status = build_buffers(run)) ||
        (status = start_watch(run)) || (status = open_result(run, output)) ||
        (status = readahead_init(&run->ahead, run->reader, pool_size(run->pool), run->error)))
        return status;
    status = run->recipe.map == IMC_MAP_FIT ? fit(run) : stream(run);
    if (!status)
        status = read_to_the_end(run);
    return status || !run->writer ? status : imc_writer_finish(run->writer, run->error);
}

/* To the file `output`, or where `samples` is no NULL into memory, which *samples gets; else nowhere. */
static enum imc_status filter(const struct imc_filter_options *options, const char *input, const char *output, void **samples,
                              struct imc_filter_report *report, struct imc_error *error)
{
    struct imc_filter_options given = *options;
    struct run *run = mem_zalloc(1, sizeof *run);
    if (!run)
        return fail_memory(error, "a run");
    if (!output && given.format == IMC_FORMAT_AUTO)
        given.format = IMC_FORMAT_PNG;
    run->options = &given;
    run->error = error;
    run->to_memory = samples;
    enum imc_status status = run_all(run, input, output);
    if (!status && report)
        fill_report(run, report);
    if (!status && samples) {
        *samples = run->memory;
        run->memory = NULL;
    }
    run_free(run);
    mem_free(run);
    return status;
}

enum imc_status imc_filter_file(const struct imc_filter_options *options, const char *input, const char *output,
                                struct imc_filter_report *report, struct imc_error *error)
{
    return filter(options, input, output, NULL, report, error);
}

enum imc_status imc_filter_memory(const struct imc_filter_options *options, const char *input, void **samples,
                                  struct imc_filter_report *report, struct imc_error *error)
{
    *samples = NULL;
    return filter(options, input, NULL, samples, report, error);
}
