/* folders.h: making the folders of a result, and taking back those that were made for nothing. */
#ifndef FOLDERS_H
#define FOLDERS_H

#include <stdbool.h>
#include <stddef.h>

struct folders {
    size_t topmost; /* length of the topmost folder that was made; 0: none was */
};

/* Makes the missing folders above `path`. False after saying why. */
bool folders_make(struct folders *folders, const char *path);
/* Removes what folders_make made for this path, as far as it is empty. */
void folders_undo(const struct folders *folders, const char *path);
/* Is it a folder into which files can be written? Asked once, before work whose every file would fail alike. False after saying
 * why. */
bool folder_is_writable(const char *folder);
/* The same of the folder that a file's path names. */
bool folder_above_is_writable(const char *path);

#endif
