/* gunzip.c: zlib's inflate straight into the caller's memory. No more is inflated than was asked for, so a bomb costs nothing. */
#include "data/gunzip.h"

#include "base/fail.h"

#include <limits.h>
#include <string.h>

enum { RATIO_MAX = 1032 };

static bool begins_gzip(struct input *input)
{
    unsigned char head[2];
    return input_peek(input, head, 2) == 2 && head[0] == 0x1f && head[1] == 0x8b;
}

enum imc_status gunzip_open(struct gunzip *gunzip, struct input *input, struct imc_error *error)
{
    memset(gunzip, 0, sizeof *gunzip);
    gunzip->input = input;
    if (!begins_gzip(input))
        return IMC_OK;
    if (inflateInit2(&gunzip->stream, MAX_WBITS + 16) != Z_OK)
        return fail_memory(error, input_name(input));
    gunzip->zipped = true;
    return IMC_OK;
}

void gunzip_close(struct gunzip *gunzip)
{
    if (gunzip->zipped)
        inflateEnd(&gunzip->stream);
    memset(gunzip, 0, sizeof *gunzip);
}

uint64_t gunzip_size_max(const struct gunzip *gunzip)
{
    uint64_t size = input_size(gunzip->input);
    if (size == 0 || size > UINT64_MAX / RATIO_MAX)
        return (uint64_t)1 << 30;
    return gunzip->zipped ? size * RATIO_MAX : size;
}

/* One step of inflate. */
static enum imc_status inflate_some(struct gunzip *gunzip, const char *what, struct imc_error *error)
{
    z_stream *stream = &gunzip->stream;
    size_t available;
    const unsigned char *bytes = input_buffer(gunzip->input, &available);
    if (available == 0)
        return input_fail_short(gunzip->input, what, error);
    stream->next_in = (unsigned char *)bytes;
    stream->avail_in = available < UINT_MAX ? (unsigned)available : UINT_MAX;
    int result = inflate(stream, Z_NO_FLUSH);
    input_skip(gunzip->input, (uint64_t)(stream->next_in - bytes));
    if (result == Z_STREAM_END && begins_gzip(gunzip->input))
        result = inflateReset(stream); /* several members count as one */
    else if (result == Z_STREAM_END)
        gunzip->ended = true;
    if (result == Z_MEM_ERROR)
        return fail_memory(error, input_name(gunzip->input));
    if (result != Z_OK && result != Z_STREAM_END)
        return fail(error, IMC_ERR_FORMAT, "%s: damaged gzip data in %s (%s): get the file again", input_name(gunzip->input), what,
                    stream->msg ? stream->msg : "no progress");
    return IMC_OK;
}

enum imc_status gunzip_read(struct gunzip *gunzip, void *out, size_t size, const char *what, struct imc_error *error)
{
    if (!gunzip->zipped)
        return input_read(gunzip->input, out, size) == size ? IMC_OK : input_fail_short(gunzip->input, what, error);
    z_stream *stream = &gunzip->stream;
    for (size_t done = 0; done < size;) {
        if (gunzip->ended)
            return fail(error, IMC_ERR_FORMAT, "%s: the gzip'd file ends in %s", input_name(gunzip->input), what);
        size_t part = size - done < UINT_MAX ? size - done : UINT_MAX;
        stream->next_out = (unsigned char *)out + done;
        stream->avail_out = (unsigned)part;
        enum imc_status status = inflate_some(gunzip, what, error);
        if (status)
            return status;
        done += part - stream->avail_out;
    }
    return IMC_OK;
}

enum imc_status gunzip_end(struct gunzip *gunzip, struct imc_error *error)
{
    unsigned char beyond;
    gunzip->stream.next_out = &beyond;
    gunzip->stream.avail_out = 1;
    while (gunzip->zipped && !gunzip->ended && gunzip->stream.avail_out) {
        enum imc_status status = inflate_some(gunzip, "its checksum", error);
        if (status)
            return status;
    }
    if ((gunzip->zipped && gunzip->stream.avail_out == 0) || input_byte(gunzip->input) >= 0)
        return fail(error, IMC_ERR_FORMAT, "%s: there are more bytes behind the data that its header announces",
                    input_name(gunzip->input));
    return input_error(gunzip->input) ? input_fail_short(gunzip->input, "its end", error) : IMC_OK;
}
