/* preview.c: the run's rows go into two thumbnails as they pass by, so that memory stays small and standard input is read once.
 * They stand side by side, or one above the other where that more than doubles their pixels: on narrow terminals, and of
 * panoramas. */
#include "cli/preview.h"
#include "cli/blocks.h"
#include "cli/message.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GAP = 2, ROWS_AT_ONCE = 16 };

static enum imc_status no_memory(struct imc_error *error)
{
    *error = (struct imc_error){IMC_ERR_MEMORY, "out of memory for a preview"};
    return error->status;
}

static void fit(struct preview_side *side, int columns, int lines)
{
    imc_thumbnail_fit(&side->info, columns > 1 ? columns : 1, lines > 1 ? 2 * lines : 2, &side->width, &side->height);
}

static long pixels(const struct preview *preview)
{
    return (long)preview->before.width * preview->before.height + (long)preview->after.width * preview->after.height;
}

/* Each picture with its caption, and a line for the prompt, fit on the screen. */
static void lay_out(struct preview *preview)
{
    const struct terminal *terminal = &preview->terminal;
    struct preview stacked = *preview;
    fit(&preview->before, (terminal->columns - GAP) / 2, terminal->lines - 2);
    fit(&preview->after, (terminal->columns - GAP) / 2, terminal->lines - 2);
    fit(&stacked.before, terminal->columns, (terminal->lines - 3) / 2);
    fit(&stacked.after, terminal->columns, (terminal->lines - 3) / 2);
    if (pixels(&stacked) <= 2 * pixels(preview))
        return;
    *preview = stacked;
    preview->stacked = true;
}

static enum imc_status create(struct preview_side *side, const struct imc_image_info *info, struct imc_error *error)
{
    return imc_thumbnail_create(info, side->width, side->height, &side->thumbnail, error);
}

static enum imc_status read_rows(struct imc_reader *reader, struct preview_side *side, struct imc_error *error)
{
    const struct imc_image_info *info = imc_reader_info(reader);
    void *rows = calloc((size_t)info->width * (size_t)info->channels * ROWS_AT_ONCE, imc_type_size(info->type));
    enum imc_status status = rows ? create(side, info, error) : no_memory(error);
    for (int y = 0, count; y < info->height && !status; y += count) {
        count = info->height - y < ROWS_AT_ONCE ? info->height - y : ROWS_AT_ONCE;
        status = imc_reader_read(reader, rows, count, error);
        if (!status)
            imc_thumbnail_add(side->thumbnail, rows, count);
    }
    free(rows);
    return status;
}

static enum imc_status read_before(struct preview *preview, struct imc_error *error)
{
    struct imc_reader_options options;
    struct imc_reader *reader;
    imc_reader_options_default(&options);
    options.max_pixels = preview->options->max_pixels;
    options.max_memory = preview->options->max_memory;
    enum imc_status status = imc_reader_open(preview->input, &options, &reader, error);
    if (!status)
        status = read_rows(reader, &preview->before, error);
    imc_reader_close(reader);
    return status;
}

/* Does the filter read the luma of a colour picture alone, which can be read once more? */
static bool wants_colour(const struct preview *preview)
{
    const struct imc_image_info *info = &preview->before.info;
    struct stat file;
    bool luma_alone = info->channels == 1 && info->colour && strcmp(info->colour, "YCbCr") == 0;
    return luma_alone && stat(preview->input, &file) == 0 && S_ISREG(file.st_mode);
}

static enum imc_status start(void *context, const struct imc_image_info *input, const struct imc_image_info *output,
                             struct imc_error *error)
{
    struct preview *preview = context;
    preview->before.info = *input;
    preview->after.info = *output;
    lay_out(preview);
    enum imc_status status = create(&preview->after, output, error);
    if (status)
        return status;
    preview->read_apart = wants_colour(preview);
    return preview->read_apart ? read_before(preview, error) : create(&preview->before, input, error);
}

static void see_input(void *context, const void *rows, int count)
{
    struct preview *preview = context;
    if (!preview->read_apart)
        imc_thumbnail_add(preview->before.thumbnail, rows, count);
}

static void see_output(void *context, const void *rows, int count)
{
    struct preview *preview = context;
    imc_thumbnail_add(preview->after.thumbnail, rows, count);
}

void preview_init(struct preview *preview, const char *input, struct imc_filter_options *options)
{
    *preview = (struct preview){.input = input, .options = options, .terminal = terminal_of(STDOUT_FILENO)};
    preview->watch = (struct imc_filter_watch){start, see_input, see_output, preview};
    options->watch = &preview->watch;
}

static void print_caption(const char *name, const struct preview_side *side, float low, float high, const char *end)
{
    char line[1024];
    int length = snprintf(line, sizeof line, "%.700s: %d wide, %d high", name, side->info.width, side->info.height);
    if (side->info.type == IMC_F32)
        snprintf(line + length, sizeof line - (size_t)length, ", black %.4g, white %.4g", (double)low, (double)high);
    message_clean(line);
    printf("%s%s", line, end);
}

static void print_picture(const struct preview *preview, const struct blocks *picture)
{
    for (int line = 0; line < blocks_lines(picture); line++) {
        blocks_print(stdout, &preview->terminal, picture, line);
        putchar('\n');
    }
}

static void print_side_by_side(const struct preview *preview, const struct blocks *left, const struct blocks *right)
{
    for (int line = 0; line < blocks_lines(left) || line < blocks_lines(right); line++) {
        blocks_print(stdout, &preview->terminal, left, line);
        printf("%*s", GAP, "");
        blocks_print(stdout, &preview->terminal, right, line);
        putchar('\n');
    }
}

enum imc_status preview_draw(const struct preview *preview, const char *label, struct imc_error *error)
{
    const struct preview_side *before = &preview->before, *after = &preview->after;
    size_t before_size = (size_t)before->width * (size_t)before->height * 3;
    uint8_t *rgb = calloc(before_size + (size_t)after->width * (size_t)after->height * 3, 1);
    float low, high;
    if (!rgb)
        return no_memory(error);
    struct blocks left = {before->width, before->height, rgb}, right = {after->width, after->height, rgb + before_size};
    imc_thumbnail_finish(before->thumbnail, rgb, &low, &high);
    print_caption(preview->input, before, low, high, preview->stacked ? "\n" : "; ");
    if (preview->stacked)
        print_picture(preview, &left);
    imc_thumbnail_finish(after->thumbnail, rgb + before_size, &low, &high);
    print_caption(label, after, low, high, "\n");
    if (preview->stacked)
        print_picture(preview, &right);
    else
        print_side_by_side(preview, &left, &right);
    free(rgb);
    fflush(stdout); /* before the next line on standard error */
    return IMC_OK;
}

void preview_free(struct preview *preview)
{
    imc_thumbnail_free(preview->before.thumbnail);
    imc_thumbnail_free(preview->after.thumbnail);
}
