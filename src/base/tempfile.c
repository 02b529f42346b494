/* tempfile.c: a new file takes its name only when it is whole.
 *
 * Where the file system can, the file has no name at all until then (O_TMPFILE), so that even a killed program leaves nothing
 * behind; elsewhere it has a hidden one. linkat(2) gives a nameless file its name but never replaces another, so to replace one
 * the file first gets a hidden name and is then renamed, which is atomic: at every moment the name leads to the old file or to
 * the new one.
 */
#include "base/tempfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINKS_MAX = 40, NAME_TRIES = 100 };

/* "FOLDER/name" of the folder that `path` lies in; an absolute `name` stands for itself. */
static char *beside(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    int folder = slash && name[0] != '/' ? (int)(slash - path) + 1 : 0;
    char *result;
    return asprintf(&result, "%.*s%s", folder, path, name) < 0 ? NULL : result;
}

char *resolve_links(const char *path)
{
    char *current = strdup(path);
    for (int links = 0; current; links++) {
        char link[PATH_MAX];
        ssize_t length = readlink(current, link, sizeof link - 1);
        if (length < 0) {
            if (errno == EINVAL || errno == ENOENT) /* not a link, or nothing there yet */
                return current;
        } else if (links == LINKS_MAX) {
            errno = ELOOP;
        } else {
            link[length] = 0;
            char *next = beside(current, link);
            free(current);
            current = next;
            continue;
        }
        int reason = errno;
        free(current);
        errno = reason;
        return NULL;
    }
    return NULL;
}

/* A hidden name in the target's folder that is probably free. */
static char *hidden_name(const char *target)
{
    uint64_t number;
    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number)
        return NULL;
    char name[40];
    snprintf(name, sizeof name, ".imgconv-%016llx", (unsigned long long)number);
    return beside(target, name);
}

static bool open_hidden(struct tempfile *temp)
{
    for (int i = 0; i < NAME_TRIES; i++) {
        temp->hidden = hidden_name(temp->target);
        if (!temp->hidden)
            return false;
        temp->fd = open(temp->hidden, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (temp->fd >= 0)
            return true;
        int reason = errno;
        free(temp->hidden);
        temp->hidden = NULL;
        errno = reason;
        if (reason != EEXIST)
            return false;
    }
    return false;
}

/* The path by which a nameless file can be linked; it needs /proc. */
static void path_of_fd(int fd, char out[40])
{
    snprintf(out, 40, "/proc/self/fd/%d", fd);
}

static bool open_nameless(struct tempfile *temp)
{
    char *folder = beside(temp->target, ".");
    temp->fd = folder ? open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666) : -1;
    free(folder);
    char path[40];
    struct stat status;
    path_of_fd(temp->fd, path);
    if (temp->fd < 0 || stat(path, &status) == 0)
        return temp->fd >= 0;
    close(temp->fd);
    temp->fd = -1;
    return false;
}

bool tempfile_open(struct tempfile *temp)
{
    temp->hidden = NULL;
    return open_nameless(temp) || open_hidden(temp);
}

/* Gives the file the further name `name`, which must be free. */
static bool link_as(const struct tempfile *temp, const char *name)
{
    if (temp->hidden)
        return link(temp->hidden, name) == 0;
    char path[40];
    path_of_fd(temp->fd, path);
    return linkat(AT_FDCWD, path, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
}

/* Makes sure that a nameless file has a hidden name. */
static bool link_hidden(struct tempfile *temp)
{
    for (int i = 0; !temp->hidden && i < NAME_TRIES; i++) {
        char *name = hidden_name(temp->target);
        if (!name)
            return false;
        if (link_as(temp, name)) {
            temp->hidden = name;
            return true;
        }
        int reason = errno;
        free(name);
        errno = reason;
        if (reason != EEXIST)
            return false;
    }
    return temp->hidden;
}

static void remove_hidden(struct tempfile *temp)
{
    int reason = errno;
    if (temp->hidden)
        unlink(temp->hidden);
    free(temp->hidden);
    temp->hidden = NULL;
    errno = reason;
}

static bool rename_hidden(struct tempfile *temp)
{
    if (rename(temp->hidden, temp->target) != 0)
        return false;
    free(temp->hidden);
    temp->hidden = NULL;
    return true;
}

/* On file systems without hard links (FAT) the name is claimed by an empty file, which the rename then replaces. */
static bool claim_and_rename(struct tempfile *temp)
{
    int claim = open(temp->target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (claim < 0)
        return false;
    close(claim);
    if (rename_hidden(temp))
        return true;
    int reason = errno;
    unlink(temp->target);
    errno = reason;
    return false;
}

bool tempfile_place(struct tempfile *temp, bool no_clobber)
{
    if (!no_clobber && temp->hidden)
        return rename_hidden(temp);
    if (link_as(temp, temp->target)) {
        remove_hidden(temp);
        return true;
    }
    if (no_clobber)
        return errno != EEXIST && temp->hidden && claim_and_rename(temp);
    return errno == EEXIST && link_hidden(temp) && rename_hidden(temp);
}

void tempfile_discard(struct tempfile *temp)
{
    if (temp->fd >= 0)
        close(temp->fd);
    temp->fd = -1;
    remove_hidden(temp);
}
