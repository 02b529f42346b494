/* modelpath.c: a program that was installed under any prefix finds its models by its own place: bin/imgconv has share/imgconv
 * beside bin, build/imgconv and build/NAME/imgconv have samples beside build. Programs that use the library find those of the
 * usual prefixes. */
#include "base/modelpath.h"

#include "base/fail.h"
#include "base/memory.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char prefix[] = "model:";

bool model_is_named(const char *text)
{
    return strncmp(text, prefix, sizeof prefix - 1) == 0;
}

/* Takes the last name off. */
static void go_up(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash)
        *slash = 0;
}

/* The folder that holds the folder of the running program; "" where the system does not tell. */
static void program_root(char root[PATH_MAX])
{
    ssize_t length = readlink("/proc/self/exe", root, PATH_MAX - 1);
    root[length > 0 ? length : 0] = 0;
    go_up(root);
    go_up(root);
}

/* Letters, digits, - and _ only: a model's name is no path. */
static bool good_name(const char *name)
{
    size_t length = 0;
    while (isalnum((unsigned char)name[length]) || (name[length] && strchr("-_", name[length])))
        length++;
    return length > 0 && length < 100 && name[length] == 0;
}

static char *copy_text(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = mem_alloc(size, 1);
    return copy ? memcpy(copy, text, size) : NULL;
}

/* Does the format "%s..." of a root and a name give a file that can be read? */
static bool try_place(char place[PATH_MAX], const char *root, const char *folder, const char *name)
{
    int length = snprintf(place, PATH_MAX, "%s%s/%s.safetensors", root, folder, name);
    return length < PATH_MAX && access(place, R_OK) == 0;
}

enum imc_status model_path(const char *text, char **path, struct imc_error *error)
{
    char root[PATH_MAX], above[PATH_MAX], place[PATH_MAX];
    const char *name = text + sizeof prefix - 1;
    *path = NULL;
    if (!model_is_named(text)) {
        *path = copy_text(text);
        return *path ? IMC_OK : fail_memory(error, text);
    }
    if (!good_name(name))
        return fail(error, IMC_ERR_IO, "%.100s: no name of a model; there are model:digits and model:digits5", text);
    program_root(root);
    strcpy(above, root);
    go_up(above);
    if (try_place(place, root, "/share/imgconv", name) || try_place(place, root, "/samples", name) ||
        try_place(place, above, "/samples", name) || try_place(place, "", "/usr/local/share/imgconv", name) ||
        try_place(place, "", "/usr/share/imgconv", name) || try_place(place, "", "samples", name))
        *path = copy_text(place);
    else
        return fail(
            error, IMC_ERR_IO,
            "%s: no %s.safetensors in %.200s/share/imgconv, /usr/local/share/imgconv or samples; the program comes with "
            "model:digits and model:digits5",
            text, name, root);
    return *path ? IMC_OK : fail_memory(error, text);
}
