/* dataset.h: labelled pictures in memory, and where they come from: IDX files (idx.c), a folder of pictures (folder.c), digits that
 * the program draws itself (digits.c). */
#ifndef DATASET_H
#define DATASET_H

#include <imgconv/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pool;

enum {
    DATASET_CLASSES_MAX = 256,
    DATASET_SIDE_MAX = 4096,     /* of a picture's height and width */
    DATASET_COUNT_MAX = 1 << 28, /* pictures */
    DATASET_NAME_MAX = 64,       /* bytes of a class name, with the zero */
    DATASET_SOURCE_MAX = 1024
};

/* All is owned; dataset_free frees it. count 0: there is none. */
struct dataset {
    uint8_t *pixels; /* [count][channels][height][width] */
    uint8_t *labels; /* [count], each below `classes` */
    int count, channels, height, width, classes;
    bool as_is;                      /* pictures of a folder, unchanged: nothing is known of how they were made */
    char (*names)[DATASET_NAME_MAX]; /* [classes]: "0" ... "9", or the names of the folders */
    char source[DATASET_SOURCE_MAX]; /* for people: the folder, or "built-in drawn digits (NOT MNIST)" */
};

struct dataset_pair {
    struct dataset train, test;
};

/* Which halves to read. TRAIN must be there when it is wanted; TEST when it alone is wanted, else its count may stay 0. */
enum dataset_want { DATASET_TRAIN = 1, DATASET_TEST = 2, DATASET_BOTH = 3 };

/* Takes memory for `count` pictures and `classes` names, which are set to their numbers; labels zeroed, pixels not. */
enum imc_status dataset_create(struct dataset *set, size_t count, int channels, int height, int width, int classes,
                               const char *source, struct imc_error *error);
/* Frees what it holds and zeroes it. */
void dataset_free(struct dataset *set);
void dataset_pair_free(struct dataset_pair *pair);

/* The last name of a path; what a model tells of its data. */
const char *folder_last_name(const char *path, char name[DATASET_SOURCE_MAX]);

/* A number that tells one set of pictures, labels and sizes from another. */
uint64_t dataset_fingerprint(const struct dataset *set);

/* Bytes of one picture. */
static inline size_t dataset_picture_size(const struct dataset *set)
{
    return (size_t)set->channels * (size_t)set->height * (size_t)set->width;
}

static inline const uint8_t *dataset_picture(const struct dataset *set, size_t index)
{
    return set->pixels + index * dataset_picture_size(set);
}

/* Reads `folder`: the four files of MNIST's names where one of them is there, else a folder with a folder of pictures for each
 * class, in train/ and test/ where these are there. On failure the pair is empty. */
enum imc_status dataset_open(const char *folder, enum dataset_want want, struct dataset_pair *pair, struct imc_error *error);

/* Without a named folder: $IMGCONV_DATA where it is set (named data: what cannot be read is an error), else the first of ./mnist,
 * ./data/mnist, $XDG_DATA_HOME/imgconv/mnist (or ~/.local/share/imgconv/mnist) that holds a data set; damage in it is an error.
 * Nothing found: IMC_OK, and both counts are 0. */
enum imc_status dataset_search(enum dataset_want want, struct dataset_pair *pair, struct imc_error *error);

#endif
