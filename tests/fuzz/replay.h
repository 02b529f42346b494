/* replay.h: passes files to a fuzz target one by one. To be included once, by a program that also defines
 * LLVMFuzzerTestOneInput. */
#ifndef REPLAY_H
#define REPLAY_H

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* How many files were replayed, or -1 if this one could not be read. */
static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        return -1;
    }
    long size = ftell(file);
    rewind(file);
    uint8_t *data = malloc(size > 0 ? (size_t)size : 1); /* a block of the exact size shows a read past the end */
    size_t got = data && size > 0 ? fread(data, 1, (size_t)size, file) : 0;
    int whole = data && size >= 0 && got == (size_t)size;
    fclose(file);
    if (whole)
        LLVMFuzzerTestOneInput(data, got);
    else
        fprintf(stderr, "%s: cannot be read\n", path);
    free(data);
    return whole ? 1 : -1;
}

/* Likewise for a file, or for all files in a folder and the folders in it. */
static int replay(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        return replay_file(path);
    int count = 0;
    for (struct dirent *entry; count >= 0 && (entry = readdir(folder));) {
        char inner[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        int more = replay(inner);
        count = more < 0 ? -1 : count + more;
    }
    closedir(folder);
    return count;
}

#endif
