/* outfile.c: output that does no harm. A regular file is written without its name (tempfile.c) and gets it in outfile_commit, so
 * that a failure leaves the old file as it was and nothing new. What is not a regular file (device, FIFO, socket, standard
 * output) cannot be replaced and is written directly.
 *
 * Waiting for the disk costs milliseconds, which is more than a small picture takes: it is done where a power failure could do
 * harm, see must_be_on_disk.
 */
#include "base/outfile.h"

#include "base/fail.h"
#include "base/tempfile.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER_SIZE = 65536, SYNC_STEP = 1 << 20 };

struct outfile {
    char *name;           /* for messages */
    struct tempfile temp; /* target NULL where the file is written directly */
    bool no_clobber, is_stdout, replaces;
    int error; /* errno of the first failure */
    size_t used, unsynced;
    unsigned char buffer[BUFFER_SIZE];
};

static enum imc_status fail_errno(struct outfile *file, const char *what, struct imc_error *error)
{
    file->error = errno;
    return fail(error, IMC_ERR_IO, "%s: cannot %s: %s", file->name, what, strerror(file->error));
}

static enum imc_status open_stdout(struct outfile *file, struct imc_error *error)
{
    if (isatty(STDOUT_FILENO))
        return fail(error, IMC_ERR_ARGUMENT, "standard output is a terminal; name a file, or send the output to a program or file");
    file->temp.fd = STDOUT_FILENO;
    file->is_stdout = true;
    return IMC_OK;
}

static int connect_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        int reason = errno;
        close(fd);
        errno = reason;
        return -1;
    }
    return fd;
}

static enum imc_status open_direct(struct outfile *file, bool is_socket, struct imc_error *error)
{
    file->temp.fd = is_socket ? connect_socket(file->name) : open(file->name, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (file->temp.fd < 0)
        return fail_errno(file, "open", error);
    if (isatty(file->temp.fd))
        return fail(error, IMC_ERR_ARGUMENT, "%s is a terminal; name a file", file->name);
    return IMC_OK;
}

/* The new file is for those who could use the old one. Changing the owner needs privileges; without them the file is the user's
 * own. */
static void keep_owner_and_mode(int fd, const struct stat *old)
{
    struct stat now;
    mode_t mode = old->st_mode & 0777;
    if (fstat(fd, &now) == 0 && (now.st_uid != old->st_uid || now.st_gid != old->st_gid)) {
        if (fchown(fd, old->st_uid, old->st_gid) != 0 && fchown(fd, (uid_t)-1, old->st_gid) != 0)
            mode &= ~(mode_t)070; /* rights of the old group are not given to another one */
    }
    fchmod(fd, mode);
}

static enum imc_status open_regular(struct outfile *file, const struct stat *old, struct imc_error *error)
{
    if (old && file->no_clobber)
        return fail(error, IMC_ERR_IO, "%s: exists already and is not to be replaced", file->name);
    if (old && faccessat(AT_FDCWD, file->name, W_OK, AT_EACCESS) != 0)
        return fail_errno(file, "replace", error);
    file->replaces = old;
    file->temp.target = resolve_links(file->name);
    if (!file->temp.target || !tempfile_open(&file->temp))
        return fail_errno(file, "create a file in its folder", error);
    if (old)
        keep_owner_and_mode(file->temp.fd, old);
    return IMC_OK;
}

static enum imc_status open_path(struct outfile *file, const char *path, struct imc_error *error)
{
    if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0)
        return open_stdout(file, error);
    struct stat status;
    if (!path[0])
        return fail(error, IMC_ERR_ARGUMENT, "the output has no name");
    if (stat(path, &status) != 0)
        return errno == ENOENT ? open_regular(file, NULL, error) : fail_errno(file, "create", error);
    if (S_ISDIR(status.st_mode))
        return fail(error, IMC_ERR_IO, "%s: is a folder; name a file in it", path);
    if (S_ISREG(status.st_mode))
        return open_regular(file, &status, error);
    return open_direct(file, S_ISSOCK(status.st_mode), error);
}

enum imc_status outfile_open(const char *path, bool no_clobber, struct outfile **out, struct imc_error *error)
{
    *out = NULL;
    struct outfile *file = calloc(1, sizeof *file);
    if (!file)
        return fail_memory(error, "the output buffer");
    file->temp.fd = -1;
    file->no_clobber = no_clobber;
    file->name = strdup(strcmp(path, "-") == 0 ? "standard output" : path);
    enum imc_status status = file->name ? open_path(file, path, error) : fail_memory(error, "a file name");
    if (status != IMC_OK) {
        outfile_close(file);
        return status;
    }
    *out = file;
    return IMC_OK;
}

const char *outfile_name(const struct outfile *file)
{
    return file->name;
}

/* write(2) that answers EPIPE where the reader of a pipe has gone, instead of killing the program by SIGPIPE: the signal is held
 * back in this thread and, if the write raised it, taken away. */
static ssize_t write_quietly(int fd, const void *data, size_t size)
{
    sigset_t broken_pipe, old, pending;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, &old);
    ssize_t got = write(fd, data, size);
    int reason = errno;
    if (got < 0 && reason == EPIPE && !sigismember(&pending, SIGPIPE))
        sigtimedwait(&broken_pipe, NULL, &(struct timespec){0, 0});
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    errno = reason;
    return got;
}

/* Must the file be on the disk before it gets its name? Where it takes an old one's place; where names tell which files are done
 * (no_clobber, after an interruption); and where it has a hidden name, for then the file system may be a server's, whose full disk
 * shows here at the latest. Otherwise there is nothing to lose: whoever has no file yet makes it again. */
static bool must_be_on_disk(const struct outfile *file)
{
    return file->temp.target && (file->replaces || file->no_clobber || file->temp.hidden);
}

/* Has the system begin to write what there is, so that little of it is left when outfile_commit waits for it. */
static void begin_sync(struct outfile *file, size_t written)
{
    file->unsynced += written;
    if (file->unsynced < SYNC_STEP || !must_be_on_disk(file))
        return;
    file->unsynced = 0;
#ifdef __linux__
    sync_file_range(file->temp.fd, 0, 0, SYNC_FILE_RANGE_WRITE);
#endif
}

static enum imc_status write_all(struct outfile *file, const unsigned char *data, size_t size, struct imc_error *error)
{
    while (size > 0) {
        ssize_t got = write_quietly(file->temp.fd, data, size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_errno(file, "write", error);
        data += got;
        size -= (size_t)got;
        begin_sync(file, (size_t)got);
    }
    return IMC_OK;
}

static enum imc_status fail_again(struct outfile *file, struct imc_error *error)
{
    errno = file->error;
    return fail_errno(file, "write", error);
}

static enum imc_status flush(struct outfile *file, struct imc_error *error)
{
    size_t used = file->used;
    file->used = 0;
    return write_all(file, file->buffer, used, error);
}

enum imc_status outfile_write(struct outfile *file, const void *data, size_t size, struct imc_error *error)
{
    if (file->error)
        return fail_again(file, error);
    if (size > BUFFER_SIZE - file->used) {
        enum imc_status status = flush(file, error);
        if (status != IMC_OK)
            return status;
    }
    if (size > BUFFER_SIZE)
        return write_all(file, data, size, error);
    if (size > 0)
        memcpy(file->buffer + file->used, data, size);
    file->used += size;
    return IMC_OK;
}

enum imc_status outfile_commit(struct outfile *file, struct imc_error *error)
{
    if (file->error)
        return fail_again(file, error);
    enum imc_status status = flush(file, error);
    if (status != IMC_OK || !file->temp.target)
        return status;
    /* Some file systems have no fsync (EINVAL). */
    if (must_be_on_disk(file) && fsync(file->temp.fd) != 0 && errno != EINVAL && errno != ENOTSUP)
        return fail_errno(file, "write", error);
    if (tempfile_place(&file->temp, file->no_clobber))
        return IMC_OK;
    if (file->no_clobber && errno == EEXIST)
        return fail(error, IMC_ERR_IO, "%s: exists already and is not to be replaced", file->name);
    return fail_errno(file, "create", error);
}

void outfile_close(struct outfile *file)
{
    if (!file)
        return;
    if (!file->is_stdout)
        tempfile_discard(&file->temp);
    free(file->temp.target);
    free(file->name);
    free(file);
}
