/* input.c: bytes from a file, a pipe or memory, read once from front to back.
 *
 * Files are read with read(2) into one buffer of 64 KiB; memory is its own buffer. All other functions see only the window
 * [next, next + left) of bytes that are there, and fill() which makes it larger.
 */
#include "image/input.h"

#include "base/fail.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_SIZE = 65536, PEEK_MAX = 64 };

struct input {
    char *name;
    int fd;     /* -1 for memory */
    bool owned; /* the descriptor was opened here */
    bool waits; /* no regular file: the next bytes may be long in coming */
    unsigned char *buffer;
    const unsigned char *next;
    size_t left;
    uint64_t size, offset;
    int error;
    bool ended; /* read(2) has nothing more to give */
};

static struct input *input_create(const char *name, int fd)
{
    struct input *input = calloc(1, sizeof *input);
    if (!input)
        return NULL;
    input->fd = fd;
    input->name = strdup(name);
    input->buffer = fd < 0 ? NULL : malloc(BUFFER_SIZE);
    if (!input->name || (fd >= 0 && !input->buffer)) {
        free(input->name);
        free(input->buffer);
        free(input);
        return NULL;
    }
    return input;
}

/* Bytes from here to the end of a regular file; 0 where that cannot be told (pipes; /proc, whose files claim to be empty). */
static uint64_t size_ahead(int fd, const struct stat *status)
{
    if (!S_ISREG(status->st_mode))
        return 0;
    off_t position = lseek(fd, 0, SEEK_CUR);
    return position >= 0 && status->st_size > position ? (uint64_t)(status->st_size - position) : 0;
}

static enum imc_status open_fd(int fd, const char *name, struct input **input, struct imc_error *error)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return fail(error, IMC_ERR_IO, "%s: cannot open: %s", name, strerror(errno));
    if (S_ISDIR(status.st_mode))
        return fail(error, IMC_ERR_IO, "%s: is a folder, not a picture; name the files in it", name);
    *input = input_create(name, fd);
    if (!*input)
        return fail_memory(error, "the input buffer");
    (*input)->size = size_ahead(fd, &status);
    (*input)->waits = !S_ISREG(status.st_mode);
    return IMC_OK;
}

enum imc_status input_open(const char *path, struct input **input, struct imc_error *error)
{
    *input = NULL;
    if (strcmp(path, "-") == 0)
        return open_fd(STDIN_FILENO, "standard input", input, error);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return fail(error, IMC_ERR_IO, "%s: cannot open: %s", path, strerror(errno));
    enum imc_status status = open_fd(fd, path, input, error);
    if (status == IMC_OK)
        (*input)->owned = true;
    else
        close(fd);
    return status;
}

enum imc_status input_open_memory(const void *data, size_t size, const char *name, struct input **input, struct imc_error *error)
{
    *input = input_create(name, -1);
    if (!*input)
        return fail_memory(error, "the input");
    (*input)->next = data;
    (*input)->left = size;
    (*input)->size = size;
    (*input)->ended = true;
    return IMC_OK;
}

void input_close(struct input *input)
{
    if (!input)
        return;
    if (input->owned)
        close(input->fd);
    free(input->buffer);
    free(input->name);
    free(input);
}

/* Returns when read(2) has something to say. It looks at the descriptor anew ten times a second: a program that is to end may put
 * /dev/null in its place, and this may not be the thread that its signal interrupts. */
static void wait_for_bytes(const struct input *input)
{
    struct pollfd there = {input->fd, POLLIN, 0};
    int got;
    do
        got = poll(&there, 1, 100);
    while (got == 0 || (got < 0 && errno == EINTR));
}

/* Reads more bytes behind those in the window; false if there are no more. */
static bool fill(struct input *input)
{
    if (input->ended)
        return false;
    if (input->left > 0 && input->next != input->buffer)
        memmove(input->buffer, input->next, input->left);
    input->next = input->buffer;
    if (input->left == BUFFER_SIZE)
        return false;
    if (input->waits)
        wait_for_bytes(input);
    ssize_t got;
    do
        got = read(input->fd, input->buffer + input->left, BUFFER_SIZE - input->left);
    while (got < 0 && errno == EINTR);
    if (got <= 0) {
        input->error = got < 0 ? errno : 0;
        input->ended = true;
        return false;
    }
    input->left += (size_t)got;
    return true;
}

static void consume(struct input *input, size_t size)
{
    input->next += size;
    input->left -= size;
    input->offset += size;
}

size_t input_read(struct input *input, void *out, size_t size)
{
    size_t done = 0;
    while (done < size && (input->left > 0 || fill(input))) {
        size_t part = size - done < input->left ? size - done : input->left;
        memcpy((unsigned char *)out + done, input->next, part);
        consume(input, part);
        done += part;
    }
    return done;
}

size_t input_peek(struct input *input, void *out, size_t size)
{
    if (size > PEEK_MAX)
        size = PEEK_MAX;
    while (input->left < size && fill(input))
        ;
    if (size > input->left)
        size = input->left;
    if (size > 0)
        memcpy(out, input->next, size);
    return size;
}

int input_byte(struct input *input)
{
    if (input->left == 0 && !fill(input))
        return -1;
    int byte = *input->next;
    consume(input, 1);
    return byte;
}

bool input_skip(struct input *input, uint64_t size)
{
    while (size > 0 && (input->left > 0 || fill(input))) {
        size_t part = size < input->left ? (size_t)size : input->left;
        consume(input, part);
        size -= part;
    }
    return size == 0;
}

const unsigned char *input_buffer(struct input *input, size_t *available)
{
    if (input->left == 0)
        fill(input);
    *available = input->left;
    return input->next;
}

const char *input_name(const struct input *input)
{
    return input->name;
}

uint64_t input_size(const struct input *input)
{
    return input->size;
}

uint64_t input_offset(const struct input *input)
{
    return input->offset;
}

int input_error(const struct input *input)
{
    return input->error;
}

enum imc_status input_fail_short(const struct input *input, const char *where, struct imc_error *error)
{
    if (input->error)
        return fail(error, IMC_ERR_IO, "%s: read failed: %s", input->name, strerror(input->error));
    return fail(error, IMC_ERR_FORMAT, "%s: file ends in %s", input->name, where);
}
