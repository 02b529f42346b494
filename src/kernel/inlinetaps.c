/* inlinetaps.c: two ways to write a matrix on a command line. Ours has ';' between rows. ImageMagick's states the size first,
 * width before height, and runs through the taps: "3x3+1+1: -1,0,1 -2,0,2 -1,0,1"; +X+Y is the anchor, "nan" and "-" are holes,
 * which take no part (0). Both are applied as written. */
#include "kernel/inlinetaps.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/textnum.h"
#include "kernel/bank.h"
#include "kernel/taps.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* The part of ImageMagick's string before the colon. */
struct geometry {
    int width, height, x, y;
    const char *taps; /* behind the colon */
};

/* "W:", "WxH:", "WxH+X+Y:"; the anchor defaults to ours. False where the text is nothing of the kind. */
static bool read_geometry(const char *at, struct geometry *geometry)
{
    const char *end;
    if (!isdigit((unsigned char)*at) || !text_to_int(at, &end, 0, 1 << 30, &geometry->width))
        return false;
    geometry->height = geometry->width;
    if (*end == 'x' || *end == 'X')
        if (!isdigit((unsigned char)end[1]) || !text_to_int(end + 1, &end, 0, 1 << 30, &geometry->height))
            return false;
    geometry->x = (geometry->width - 1) / 2;
    geometry->y = (geometry->height - 1) / 2;
    if (*end == '+')
        if (!text_to_int(end + 1, &end, 0, 1 << 30, &geometry->x) || *end != '+' ||
            !text_to_int(end + 1, &end, 0, 1 << 30, &geometry->y))
            return false;
    geometry->taps = end + 1;
    return *end == ':';
}

bool inline_taps_recognise(const char *at, const char *end)
{
    struct geometry geometry;
    at = skip_blanks(at, end);
    if (at < end && read_geometry(at, &geometry) && geometry.taps <= end)
        return true;
    const char *digit = at + strspn(at, "+-.");
    if (at == end || digit >= end || !isdigit((unsigned char)*digit))
        return false;
    return strspn(at, "0123456789+-.,;/eE \t\r\n") >= (size_t)(end - at);
}

static enum imc_status make_bank(const struct tap_list *list, int kh, int kw, struct imc_bank **bank, struct imc_error *error)
{
    enum imc_status status = imc_bank_create(1, 1, kh, kw, bank, error);
    if (status)
        return status;
    memcpy((*bank)->weights, list->taps, list->count * sizeof *list->taps);
    return bank_set_name(*bank, 0, "kernel") ? IMC_OK : fail_memory(error, "the taps of a kernel");
}

static enum imc_status parse_rows(const char *at, const char *end, const struct place *place, struct tap_list *list,
                                  struct imc_bank **bank, struct imc_error *error)
{
    int rows = 0, width = 0;
    for (bool more = true; more; rows++) {
        const char *stop = memchr(at, ';', (size_t)(end - at));
        more = stop != NULL;
        stop = more ? stop : end;
        int count;
        enum imc_status status = taps_read_row(at, stop, list, &count, place, error);
        if (status)
            return status;
        if (count == 0)
            return fail_at(error, IMC_ERR_ARGUMENT, place, at, "row %d has no taps", rows + 1);
        if (rows == 0)
            width = count;
        if (count != width)
            return fail_at(error, IMC_ERR_ARGUMENT, place, at, "%d taps in row %d but %d in the first row", count, rows + 1, width);
        if (rows == IMC_KERNEL_SIDE_MAX)
            return fail_at(error, IMC_ERR_LIMIT, place, at, "more than %d rows in a kernel", IMC_KERNEL_SIDE_MAX);
        at = stop + 1;
    }
    return make_bank(list, rows, width, bank, error);
}

/* Length of a hole, "nan" or a "-" by itself; 0 where there is none. */
static int hole_length(const char *at, const char *end)
{
    if (end - at >= 3 && strncasecmp(at, "nan", 3) == 0)
        return 3;
    return *at == '-' && (at + 1 == end || strchr(" \t\r\n,", at[1])) ? 1 : 0;
}

static enum imc_status read_run(const char *at, const char *end, const struct place *place, struct tap_list *list,
                                struct imc_error *error)
{
    for (at = skip_blanks(at, end); at < end; at = skip_blanks(at, end)) {
        float tap = 0;
        int hole = hole_length(at, end);
        enum imc_status status = hole ? IMC_OK : taps_read_number(&at, &tap, place, error);
        at += hole;
        if (status || (status = taps_add(list, tap, place, error)))
            return status;
        const char *behind = at;
        at = skip_blanks(at, end);
        at += at < end && *at == ',';
        if (at == behind && at < end)
            return fail_at(error, IMC_ERR_ARGUMENT, place, at,
                           "a tap, a blank or a comma expected; one kernel only stands behind the size");
    }
    return IMC_OK;
}

static enum imc_status parse_sized(const struct geometry *g, const char *end, const struct place *place, struct tap_list *list,
                                   struct imc_bank **bank, struct imc_error *error)
{
    if (g->width < 1 || g->height < 1 || g->width > IMC_KERNEL_SIDE_MAX || g->height > IMC_KERNEL_SIDE_MAX)
        return fail_at(error, IMC_ERR_ARGUMENT, place, NULL, "a width and height of 1 to %d expected before the colon",
                       IMC_KERNEL_SIDE_MAX);
    if (g->x >= g->width || g->y >= g->height)
        return fail_at(error, IMC_ERR_ARGUMENT, place, NULL, "the origin +%d+%d lies outside the kernel of %dx%d taps", g->x, g->y,
                       g->width, g->height);
    enum imc_status status = read_run(g->taps, end, place, list, error);
    if (status)
        return status;
    if (list->count != (size_t)g->width * (size_t)g->height)
        return fail_at(error, IMC_ERR_ARGUMENT, place, NULL, "%zu taps, but %dx%d (width x height) need %d", list->count, g->width,
                       g->height, g->width * g->height);
    status = make_bank(list, g->height, g->width, bank, error);
    if (!status) {
        (*bank)->anchor_y = g->y;
        (*bank)->anchor_x = g->x;
    }
    return status;
}

enum imc_status inline_taps_parse(const char *at, const char *end, const struct place *place, struct imc_bank **bank,
                                  struct imc_error *error)
{
    struct tap_list list = {0};
    struct geometry geometry;
    *bank = NULL;
    at = skip_blanks(at, end);
    enum imc_status status = read_geometry(at, &geometry) && geometry.taps <= end
                                 ? parse_sized(&geometry, end, place, &list, bank, error)
                                 : parse_rows(at, end, place, &list, bank, error);
    mem_free(list.taps);
    if (status == IMC_ERR_FORMAT)
        status = IMC_ERR_ARGUMENT; /* a number that is wrong on the command line is no damaged file */
    if (status && error)
        error->status = status;
    return bank_settle(status, bank);
}
