/* folder.c: lists the classes and their pictures, sorted by name, so that labels and order are the same on every machine; then
 * reads the pictures: as they are where all have one size, in both halves, else prepared to 28x28. Which half is wanted changes
 * neither that nor the labels. */
#include "data/folder.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/whole.h"
#include "data/digit_input.h"
#include "data/graypicture.h"

#include <dirent.h>
#include <errno.h>
#include <imgconv/image.h>
#include <limits.h>
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
    size_t count;           /* 0: there is no such half */
};

/* What both halves have in common. */
struct plan {
    const struct names *classes; /* those of training, where it is there: their places are the labels */
    int height, width;
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
        if (strchr(name, '\n')) /* a model file has a name on each line */
            return fail(error, IMC_ERR_FORMAT, "%s: the name of a class has a line break", half->folder);
        status = list(path, false, &half->pictures[i], error);
        if (status)
            return status;
        if (half->pictures[i].count == 0)
            return fail(error, IMC_ERR_FORMAT, "%s: no pictures in this folder of a class (png, jpg, pgm ...)", path);
        half->count += (size_t)half->pictures[i].count;
    }
    return IMC_OK;
}

static enum imc_status picture_path(const struct half *half, int class, int number, char path[PATH_BYTES], struct imc_error *error)
{
    const char *name = half->pictures[class].name[number];
    if (snprintf(path, PATH_BYTES, "%s/%s/%s", half->folder, half->classes.name[class], name) < PATH_BYTES)
        return IMC_OK;
    return fail(error, IMC_ERR_LIMIT, "%s: a path of more than %d bytes", half->folder, PATH_BYTES);
}

/* The first picture of all decides on the size; the first that differs on preparing all of them. */
static void compare_size(struct plan *plan, int height, int width)
{
    if (plan->height == 0) {
        plan->height = height;
        plan->width = width;
    }
    plan->prepare = plan->prepare || height != plan->height || width != plan->width;
}

/* Of the first `most` pictures of each class, from their headers. */
static enum imc_status look_at_sizes(const struct half *half, int most, struct plan *plan, struct imc_error *error)
{
    char path[PATH_BYTES];
    for (int i = 0; i < half->classes.count; i++)
        for (int k = 0; k < int_min(most, half->pictures[i].count) && !plan->prepare; k++) {
            int height, width;
            enum imc_status status = picture_path(half, i, k, path, error);
            if (status == IMC_OK)
                status = gray_size(path, PICTURE_PIXELS_MAX, &height, &width, error);
            if (status)
                return status;
            compare_size(plan, height, width);
        }
    return IMC_OK;
}

static enum imc_status start(const struct half *half, const struct plan *plan, struct dataset *set, struct imc_error *error)
{
    int height = plan->prepare ? DIGITS_SIDE : plan->height, width = plan->prepare ? DIGITS_SIDE : plan->width;
    if (half->count > SET_BYTES_MAX / ((uint64_t)height * (uint64_t)width))
        return fail(error, IMC_ERR_LIMIT, "%s: %zu pictures of %dx%d take more than 4 GiB: make them smaller", half->folder,
                    half->count, height, width);
    enum imc_status status = dataset_create(set, half->count, 1, height, width, plan->classes->count, half->folder, error);
    for (int i = 0; i < plan->classes->count && status == IMC_OK; i++)
        snprintf(set->names[i], DATASET_NAME_MAX, "%s", plan->classes->name[i]);
    set->as_is = !plan->prepare;
    return status;
}

/* One picture, to its place. The plan changes where it is the first of another size. */
static enum imc_status read_one(const char *path, struct plan *plan, const struct dataset *set, size_t index,
                                struct imc_error *error)
{
    uint8_t *gray;
    int height, width;
    struct digit_input input;
    const uint8_t *pixels = NULL;
    enum imc_status status = gray_read(path, PICTURE_PIXELS_MAX, &gray, &height, &width, error);
    if (status == IMC_OK && plan->prepare) {
        status = digit_input_gray(gray, height, width, path, &input, error);
        pixels = input.pixels;
    } else if (status == IMC_OK) {
        compare_size(plan, height, width);
        pixels = plan->prepare ? NULL : gray;
    }
    if (status == IMC_OK && pixels)
        memcpy(set->pixels + index * dataset_picture_size(set), pixels, dataset_picture_size(set));
    mem_free(gray);
    return status;
}

/* The label of a class: its place among those of training. */
static enum imc_status label_of(const struct half *half, int class, const struct plan *plan, uint8_t *label,
                                struct imc_error *error)
{
    for (int i = 0; i < plan->classes->count; i++)
        if (strcmp(plan->classes->name[i], half->classes.name[class]) == 0) {
            *label = (uint8_t)i;
            return IMC_OK;
        }
    return fail(error, IMC_ERR_FORMAT, "%s/%s: no such class among those of training", half->folder, half->classes.name[class]);
}

/* The classes take turns, each as often as it has pictures: a part of a set, such as the end that is held back for validation,
 * then holds as much of each as the whole. */
static int next_class(const struct half *half, const int *taken)
{
    int next = 0;
    double least = 1;
    for (int i = 0; i < half->classes.count; i++) {
        double share = (taken[i] + 0.5) / half->pictures[i].count;
        if (share < least) {
            least = share;
            next = i;
        }
    }
    return next;
}

/* Ends early where the plan changes. */
static enum imc_status read_half(const struct half *half, struct plan *plan, struct dataset *set, struct imc_error *error)
{
    char path[PATH_BYTES];
    uint8_t label[DATASET_CLASSES_MAX];
    int taken[DATASET_CLASSES_MAX] = {0};
    bool prepare = plan->prepare;
    enum imc_status status = start(half, plan, set, error);
    for (int i = 0; i < half->classes.count && status == IMC_OK; i++)
        status = label_of(half, i, plan, &label[i], error);
    for (size_t index = 0; index < half->count && status == IMC_OK && plan->prepare == prepare; index++) {
        int class = next_class(half, taken);
        set->labels[index] = label[class];
        status = picture_path(half, class, taken[class]++, path, error);
        if (status == IMC_OK)
            status = read_one(path, plan, set, index, error);
    }
    return status;
}

/* The halves that are wanted; again, prepared, where a picture of another size turns up. */
static enum imc_status read_wanted(const struct half half[2], const bool wanted[2], struct plan *plan, struct dataset_pair *pair,
                                   struct imc_error *error)
{
    struct dataset *set[2] = {&pair->train, &pair->test};
    enum imc_status status = IMC_OK;
    bool prepare;
    do {
        prepare = plan->prepare;
        dataset_pair_free(pair);
        for (int i = 0; i < 2 && status == IMC_OK && plan->prepare == prepare; i++)
            if (wanted[i] && half[i].count)
                status = read_half(&half[i], plan, set[i], error);
    } while (status == IMC_OK && plan->prepare != prepare);
    return status;
}

/* Both halves are looked at, what is wanted is read. */
static enum imc_status read_halves(struct half half[2], enum dataset_want want, struct dataset_pair *pair, struct imc_error *error)
{
    const bool wanted[2] = {want & DATASET_TRAIN, want & DATASET_TEST};
    struct plan plan = {.prepare = false};
    enum imc_status status = IMC_OK;
    for (int i = 0; i < 2 && status == IMC_OK; i++)
        if (is_folder(half[i].folder))
            status = half_list(&half[i], error);
    plan.classes = &half[half[0].count ? 0 : 1].classes;
    for (int i = 0; i < 2 && status == IMC_OK; i++) /* of what is read below, one picture of a class may tell early */
        status = look_at_sizes(&half[i], wanted[i] ? 1 : INT_MAX, &plan, error);
    return status ? status : read_wanted(half, wanted, &plan, pair, error);
}

enum imc_status folder_open(const char *folder, enum dataset_want want, struct dataset_pair *pair, struct imc_error *error)
{
    char train[PATH_BYTES], test[PATH_BYTES];
    memset(pair, 0, sizeof *pair);
    if (!join(train, folder, "train") || !join(test, folder, "test"))
        return fail(error, IMC_ERR_LIMIT, "%s: a path of more than %d bytes", folder, PATH_BYTES);
    bool split = is_folder(train) || is_folder(test);
    struct half half[2] = {{.folder = split ? train : folder}, {.folder = test}};
    enum imc_status status = read_halves(half, want, pair, error);
    half_free(&half[0]);
    half_free(&half[1]);
    if (status)
        dataset_pair_free(pair);
    return status;
}
