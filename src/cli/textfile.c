/* textfile.c: a temporary file in the same folder, then rename. A symbolic link is followed first, so its target is replaced. */
#include "cli/textfile.h"
#include "cli/message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Writes and closes; false leaves errno. */
static bool write_all(int descriptor, const char *text, bool sync)
{
    size_t left = strlen(text);
    bool ok = true;
    while (ok && left) {
        ssize_t wrote = write(descriptor, text, left);
        if (wrote < 0 && errno == EINTR)
            continue;
        ok = wrote >= 0;
        text += ok ? wrote : 0;
        left -= ok ? (size_t)wrote : 0;
    }
    ok = ok && (!sync || fsync(descriptor) == 0);
    int reason = errno;
    if (close(descriptor) != 0 && ok)
        return false;
    errno = reason;
    return ok;
}

/* The mode for a new file, or that of the one it replaces. */
static mode_t mode_for(const struct stat *old)
{
    mode_t mask = umask(0);
    umask(mask);
    return old ? old->st_mode & 07777 : 0666 & ~mask;
}

static bool replace(const char *path, const struct stat *old, const char *text)
{
    char *temporary = NULL;
    if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
        return false;
    int descriptor = mkstemp(temporary);
    bool ok = descriptor >= 0 && fchmod(descriptor, mode_for(old)) == 0;
    ok = descriptor >= 0 && write_all(descriptor, text, true) && ok && rename(temporary, path) == 0;
    int reason = errno;
    if (!ok && descriptor >= 0)
        unlink(temporary);
    free(temporary);
    errno = reason;
    return ok;
}

bool textfile_write(const char *path, const char *text)
{
    struct stat old;
    if (strcmp(path, "-") == 0)
        return fputs(text, stdout) >= 0;
    bool exists = stat(path, &old) == 0, ok;
    if (exists && !S_ISREG(old.st_mode)) {
        int descriptor = open(path, O_WRONLY | O_CLOEXEC);
        ok = descriptor >= 0 && write_all(descriptor, text, false);
    } else {
        char *target = exists ? realpath(path, NULL) : NULL;
        ok = replace(target ? target : path, exists ? &old : NULL, text);
        free(target);
    }
    return ok || refuse("%s: cannot write: %s", path, strerror(errno));
}
