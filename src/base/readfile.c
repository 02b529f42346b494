/* readfile.c: reads to the end in pieces that double, because a pipe has no size and a file's size can change. */
#include "base/readfile.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/textnum.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_ROOM = 16384 };

struct growing {
    unsigned char *bytes;
    size_t size, room; /* one more byte than `room` is there, for the zero */
};

static bool grow(struct growing *text, size_t limit)
{
    size_t room = text->room ? text->room * 2 : FIRST_ROOM;
    if (room > limit)
        room = limit + 1; /* one byte over the limit tells that there are more */
    unsigned char *bytes = mem_alloc(room + 1, 1);
    if (!bytes)
        return false;
    if (text->size)
        memcpy(bytes, text->bytes, text->size);
    mem_free(text->bytes);
    text->bytes = bytes;
    text->room = room;
    return true;
}

static enum imc_status read_all(int file, const char *path, size_t limit, struct growing *text, struct imc_error *error)
{
    char most[TEXT_BYTES_MAX];
    for (;;) {
        if (text->size == text->room && !grow(text, limit))
            return fail_memory(error, path);
        ssize_t count = read(file, text->bytes + text->size, text->room - text->size);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail(error, IMC_ERR_IO, "%s: cannot read: %s", path, strerror(errno));
        text->size += (size_t)count;
        if (text->size > limit)
            return fail(error, IMC_ERR_LIMIT, "%s: larger than %s, the most that is read of such a file", path,
                        text_from_bytes(most, limit));
        if (count == 0)
            break;
    }
    text->bytes[text->size] = 0;
    return IMC_OK;
}

enum imc_status read_file(const char *path, size_t limit, unsigned char **bytes, size_t *size, struct imc_error *error)
{
    *bytes = NULL;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return fail(error, IMC_ERR_IO, "%s: cannot open: %s", path, strerror(errno));
    struct stat status;
    if (fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) {
        close(file);
        return fail(error, IMC_ERR_IO, "%s: is a folder, not a file", path);
    }
    struct growing text = {NULL, 0, 0};
    enum imc_status result = read_all(file, path, limit, &text, error);
    close(file);
    if (result) {
        mem_free(text.bytes);
        return result;
    }
    *bytes = text.bytes;
    *size = text.size;
    return IMC_OK;
}
