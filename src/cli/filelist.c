/* filelist.c: names of inputs, from the command line and from lists that find and its like print. */
#include "cli/filelist.h"
#include "cli/message.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool filelist_add(struct filelist *list, const char *name)
{
    if (list->count == list->room) {
        int room = list->room ? list->room : 16;
        char **grown = room <= INT_MAX / 2 ? realloc(list->names, (size_t)room * 2 * sizeof *grown) : NULL;
        if (!grown)
            return refuse("out of memory for the names of inputs");
        list->names = grown;
        list->room = room * 2;
    }
    list->names[list->count] = strdup(name);
    if (!list->names[list->count])
        return refuse("out of memory for the names of inputs");
    list->count++;
    return true;
}

bool filelist_read(struct filelist *list, const char *path, bool null_separated)
{
    bool standard = strcmp(path, "-") == 0, ok = true;
    FILE *file = standard ? stdin : fopen(path, "r");
    if (!file)
        return refuse("%s: cannot open: %s", path, strerror(errno));
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    int end = null_separated ? '\0' : '\n';
    while (ok && (length = getdelim(&line, &room, end, file)) > 0) {
        if (line[length - 1] == end)
            line[--length] = '\0';
        ok = length == 0 || filelist_add(list, line);
    }
    if (ok && ferror(file))
        ok = refuse("%s: read failed: %s", standard ? "standard input" : path, strerror(errno));
    free(line);
    if (!standard)
        fclose(file);
    return ok;
}

void filelist_free(struct filelist *list)
{
    for (int i = 0; i < list->count; i++)
        free(list->names[i]);
    free(list->names);
    *list = (struct filelist){0};
}
