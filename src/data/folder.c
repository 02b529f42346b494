/* folder.c: lists the classes and their pictures, sorted by name, so that labels and order are the same on every machine; then
 * reads the pictures. Their common size is that of the first; the first that differs makes all be read again, prepared to 28x28. */
#include "data/folder.h"

#include "base/fail.h"
#include "base/memory.h"
#include "data/digit_input.h"
#include "data/graypicture.h"

#include <dirent.h>
#include <errno.h>
#include <imgconv/image.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_BYTES = 4096, PICTURE_PIXELS_MAX = 1 << 24 };
static const uint64_t SET_BYTES_MAX = (uint64_t)1 << 32;

/* Sorted names in a folder. */
struct names {
    char **name;
    int count, room;
};

static void names_free(struct names *names)
{
    for (int i = 0; i < names->count; i++)
        free(names->name[i]);
    free(names->name);
    memset(names, 0, sizeof *names);
}

static bool names_add(struct names *names, const char *name)
{
    if (names->count == names->room) {
        int room = names->room ? names->room * 2 : 64;
        char **grown = room > DATASET_COUNT_MAX ? NULL : realloc(names->name, (size_t)room * sizeof *grown);
        if (!grown)
            return false;
        names->name = grown;
        names->room = room;
    }
    names->name[names->count] = strdup(name);
    return names->name[names->count++] != NULL;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool join(char path[PATH_BYTES], const char *folder, const char *name)
{
    return snprintf(path, PATH_BYTES, "%s/%s", folder, name) < PATH_BYTES;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* The folders in `folder`, or the files whose suffix is that of a picture. Hidden ones do not count. */
static enum imc_status list(const char *folder, bool folders, struct names *names, struct imc_error *error)
{
    char path[PATH_BYTES];
    bool whole = true;
    memset(names, 0, sizeof *names);
    DIR *stream = opendir(folder);
    if (!stream)
        return fail(error, IMC_ERR_IO, "%s: cannot open: %s", folder, strerror(errno));
    for (struct dirent *entry; whole && (entry = readdir(stream));)
        if (entry->d_name[0] != '.' && (folders || imc_format_from_path(entry->d_name) != IMC_FORMAT_AUTO) &&
            join(path, folder, entry->d_name) && is_folder(path) == folders)
            whole = names_add(names, entry->d_name);
    closedir(stream);
    if (!whole) {
        names_free(names);
        return fail_memory(error, folder);
    }
    if (names->count)
        qsort(names->name, (size_t)names->count, sizeof *names->name, by_name);
    return IMC_OK;
}

static bool holds_classes(const char *folder)
{
    struct names classes, pictures;
    char path[PATH_BYTES];
    bool found = false;
    if (list(folder, true, &classes, NULL))
        return false;
    for (int i = 0; i < classes.count && !found; i++)
        if (join(path, folder, classes.name[i]) && list(path, false, &pictures, NULL) == IMC_OK) {
            found = pictures.count > 0;
            names_free(&pictures);
        }
    names_free(&classes);
    return found;
}

bool folder_is_there(const char *folder)
{
    char train[PATH_BYTES], test[PATH_BYTES];
    return holds_classes(folder) || (join(train, folder, "train") && holds_classes(train)) ||
           (join(test, folder, "test") && holds_classes(test));
}

/* One half while it is read. */
struct half {
    const char *folder;
    struct names classes;   /* of this half */
    struct names *pictures; /* [classes.count] */
    size_t count;
    bool prepare; /* bring each picture to 28x28 */
};

static void half_free(struct half *half)
{
    for (int i = 0; half->pictures && i < half->classes.count; i++)
        names_free(&half->pictures[i]);
    free(half->pictures);
    names_free(&half->classes);
}

static enum imc_status half_list(struct half *half, struct imc_error *error)
{
    enum imc_status status = list(half->folder, true, &half->classes, error);
    if (status)
        return status;
    if (half->classes.count < 2 || half->classes.count > DATASET_CLASSES_MAX)
        return fail(error, IMC_ERR_FORMAT, "%s: %d folders of classes; a data set has 2 to %d", half->folder, half->classes.count,
                    DATASET_CLASSES_MAX);
    half->pictures = calloc((size_t)half->classes.count, sizeof *half->pictures);
    if (!half->pictures)
        return fail_memory(error, half->folder);
    for (int i = 0; i < half->classes.count; i++) {
        char path[PATH_BYTES];
        const char *name = half->classes.name[i];
        if (strlen(name) >= DATASET_NAME_MAX || !join(path, half->folder, name))
            return fail(error, IMC_ERR_LIMIT, "%s/%s: the name of a class has at most %d bytes", half->folder, name,
                        DATASET_NAME_MAX - 1);
        status = list(path, false, &half->pictures[i], error);
        if (status)
            return status;
        if (half->pictures[i].count == 0)
            return fail(error, IMC_ERR_FORMAT, "%s: no pictures in this folder of a class (png, jpg, pgm ...)", path);
        half->count += (size_t)half->pictures[i].count;
    }
    return IMC_OK;
}

/* The first picture decides on the size of all. */
static enum imc_status start(const struct half *half, int height, int width, const struct dataset *classes, struct dataset *set,
                             struct imc_error *error)
{
    if (half->count > SET_BYTES_MAX / ((uint64_t)height * (uint64_t)width))
        return fail(error, IMC_ERR_LIMIT, "%s: %zu pictures of %dx%d take more than 4 GiB: make them smaller", half->folder,
                    half->count, height, width);
    enum imc_status status =
        dataset_create(set, half->count, 1, height, width, classes ? classes->classes : half->classes.count, half->folder, error);
    for (int i = 0; i < set->classes && status == IMC_OK; i++)
        snprintf(set->names[i], DATASET_NAME_MAX, "%s", classes ? classes->names[i] : half->classes.name[i]);
    return status;
}

/* Reads one picture to its place; *differs where it has another size than the set. */
static enum imc_status read_one(const struct half *half, const char *path, const struct dataset *classes, size_t index,
                                struct dataset *set, bool *differs, struct imc_error *error)
{
    uint8_t *gray;
    int height, width;
    struct digit_input input;
    enum imc_status status = gray_read(path, PICTURE_PIXELS_MAX, &gray, &height, &width, error);
    if (status == IMC_OK && half->prepare)
        status = digit_input_gray(gray, height, width, path, &input, error);
    if (status == IMC_OK && set->count == 0)
        status = half->prepare ? start(half, DIGITS_SIDE, DIGITS_SIDE, classes, set, error)
                               : start(half, height, width, classes, set, error);
    if (status == IMC_OK) {
        *differs = !half->prepare && (height != set->height || width != set->width);
        if (!*differs)
            memcpy(set->pixels + index * dataset_picture_size(set), half->prepare ? input.pixels : gray, dataset_picture_size(set));
    }
    mem_free(gray);
    return status;
}

/* The label of a class: its place among the set's names; -1 where it is not among them. */
static int label_of(const struct dataset *classes, const char *name, int place)
{
    if (!classes)
        return place;
    for (int i = 0; i < classes->classes; i++)
        if (strcmp(classes->names[i], name) == 0)
            return i;
    return -1;
}

static enum imc_status read_all(const struct half *half, const struct dataset *classes, struct dataset *set, bool *differs,
                                struct imc_error *error)
{
    char folder[PATH_BYTES], path[PATH_BYTES];
    size_t index = 0;
    for (int i = 0; i < half->classes.count; i++) {
        int label = label_of(classes, half->classes.name[i], i);
        if (label < 0)
            return fail(error, IMC_ERR_FORMAT, "%s/%s: no such class among those of training", half->folder, half->classes.name[i]);
        for (int k = 0; k < half->pictures[i].count && !*differs; k++, index++) {
            if (!join(folder, half->folder, half->classes.name[i]) || !join(path, folder, half->pictures[i].name[k]))
                return fail(error, IMC_ERR_LIMIT, "%s: a path of more than %d bytes", half->folder, PATH_BYTES);
            enum imc_status status = read_one(half, path, classes, index, set, differs, error);
            if (status)
                return status;
            set->labels[index] = (uint8_t)label;
        }
    }
    return IMC_OK;
}

/* `classes`: the training half, whose labels count, or NULL. */
static enum imc_status read_half(const char *folder, bool prepare, const struct dataset *classes, struct dataset *set,
                                 bool *prepared, struct imc_error *error)
{
    struct half half = {.folder = folder, .prepare = prepare};
    bool differs = false;
    enum imc_status status = half_list(&half, error);
    if (status == IMC_OK)
        status = read_all(&half, classes, set, &differs, error);
    if (status == IMC_OK && differs) {
        dataset_free(set);
        half.prepare = true;
        differs = false;
        status = read_all(&half, classes, set, &differs, error);
    }
    *prepared = half.prepare;
    half_free(&half);
    if (status)
        dataset_free(set);
    return status;
}

enum imc_status folder_open(const char *folder, enum dataset_want want, struct dataset_pair *pair, struct imc_error *error)
{
    char train[PATH_BYTES], test[PATH_BYTES];
    bool prepared = false;
    enum imc_status status = IMC_OK;
    memset(pair, 0, sizeof *pair);
    if (!join(train, folder, "train") || !join(test, folder, "test"))
        return fail(error, IMC_ERR_LIMIT, "%s: a path of more than %d bytes", folder, PATH_BYTES);
    bool split = is_folder(train) || is_folder(test);
    if (want & DATASET_TRAIN && (!split || is_folder(train)))
        status = read_half(split ? train : folder, false, NULL, &pair->train, &prepared, error);
    if (status == IMC_OK && want & DATASET_TEST && is_folder(test))
        status = read_half(test, prepared, pair->train.count ? &pair->train : NULL, &pair->test, &prepared, error);
    if (status)
        dataset_pair_free(pair);
    return status;
}
