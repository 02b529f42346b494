/* folders.c: mkdir -p for the names that -o makes, and whether a folder takes files. */
#include "cli/folders.h"
#include "cli/message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The last slash before `end` that parts two names, or NULL. */
static char *slash_before(char *path, char *end)
{
    while (end > path && *--end != '/')
        ;
    return end > path && *end == '/' ? end : NULL;
}

bool folders_make(struct folders *folders, const char *path)
{
    folders->topmost = 0;
    char *copy = strdup(path);
    if (!copy)
        return refuse("out of memory for the name of a folder");
    bool ok = true;
    for (char *p = copy + 1; *copy && *p && ok; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        if (mkdir(copy, 0777) == 0)
            folders->topmost = folders->topmost ? folders->topmost : (size_t)(p - copy);
        else if (errno != EEXIST && errno != EISDIR)
            ok = refuse("%s: cannot make the folder: %s", copy, strerror(errno));
        *p = '/';
    }
    free(copy);
    if (!ok)
        folders_undo(folders, path);
    return ok;
}

void folders_undo(const struct folders *folders, const char *path)
{
    char *copy = folders->topmost ? strdup(path) : NULL;
    if (!copy)
        return;
    for (char *slash = slash_before(copy, copy + strlen(copy)); slash && (size_t)(slash - copy) >= folders->topmost;
         slash = slash_before(copy, slash)) {
        *slash = '\0';
        rmdir(copy);
    }
    free(copy);
}

bool folder_is_writable(const char *folder)
{
    struct stat found;
    if (stat(folder, &found) == 0 && !S_ISDIR(found.st_mode))
        return refuse("%s: is not a folder", folder);
    if (faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0)
        return true;
    if (errno == ENOENT)
        return refuse("%s: no such folder; make it first: mkdir -p %s", folder, folder);
    return refuse("%s: cannot write files there: %s", folder, strerror(errno));
}

bool folder_above_is_writable(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == path ? strdup("/") : slash ? strndup(path, (size_t)(slash - path)) : strdup(".");
    if (!folder)
        return refuse("out of memory for the name of a folder");
    bool writable = folder_is_writable(folder);
    free(folder);
    return writable;
}
