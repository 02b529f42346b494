/* tempfile.h: files without a name yet, and giving them one. Functions that fail leave the reason in errno. */
#ifndef TEMPFILE_H
#define TEMPFILE_H

#include <stdbool.h>

struct tempfile {
    int fd;
    char *target; /* the name it will get, symbolic links followed; freed by the caller */
    char *hidden; /* the temporary name in the same folder, NULL while the file has none; freed by the caller */
};

/* Follows symbolic links from `path` to a name that is not one; the last may be missing. NULL on failure; freed by the caller. */
char *resolve_links(const char *path);
/* Creates an empty file beside `temp->target`: mode 0666 less the umask. */
bool tempfile_open(struct tempfile *temp);
/* Gives it the name of the target, replacing a file of that name, or with no_clobber failing with EEXIST if there is one. */
bool tempfile_place(struct tempfile *temp, bool no_clobber);
/* Closes the file; without a name it disappears. */
void tempfile_discard(struct tempfile *temp);

#endif
