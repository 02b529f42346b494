/* filelist.h: a growing list of names, and --files-from. */
#ifndef FILELIST_H
#define FILELIST_H

#include <stdbool.h>

struct filelist {
    char **names;
    int count, room;
};

/* Adds a copy; false after saying that memory ran out. */
bool filelist_add(struct filelist *list, const char *name);
/* Adds the names in a file ("-": standard input), one a line or each ended by a zero byte. Empty lines are skipped. False after
 * saying why. */
bool filelist_read(struct filelist *list, const char *path, bool null_separated);
void filelist_free(struct filelist *list);

#endif
