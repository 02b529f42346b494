/* idx.c: IDX files (LeCun): two zero bytes, the type of the samples (8: unsigned bytes), the number of dimensions, each dimension
 * as a big-endian 32-bit number, then the samples. Memory is taken only for what the file's real size can hold. */
#include "data/idx.h"

#include "base/fail.h"
#include "data/gunzip.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { RANK_MAX = 3, LABELS = 10, PATH_BYTES = 4096 };

/* What people have in place of an IDX file. */
static const struct {
    const char *head, *is;
} foreign[] = {
    {"PK\3\4", "a zip archive: unpack it first"},
    {"\x1f\x8b", "a gzip file within a gzip file: gunzip it once"},
    {"<", "a web page: the download went wrong, get the file again"},
    {"\x89PNG", "a PNG picture: pictures stand in a folder for each class"},
    {"\x93NUMPY", "a NumPy file: only IDX files are read"},
    {"version https://git-lfs", "a Git LFS pointer, not the file itself: run git lfs pull"},
};

static enum imc_status check_magic(const char *name, const unsigned char magic[4], int rank, struct imc_error *error)
{
    const char *const holds[] = {"labels", "a table", "images"};
    if (magic[0] == 0 && magic[1] == 0 && magic[2] == 8 && magic[3] == rank)
        return IMC_OK;
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        size_t length = strlen(foreign[i].head) < 4 ? strlen(foreign[i].head) : 4;
        if (memcmp(magic, foreign[i].head, length) == 0)
            return fail(error, IMC_ERR_FORMAT, "%s: is %s", name, foreign[i].is);
    }
    if (magic[0] == 0 && magic[1] == 0 && magic[2] == 8 && magic[3] >= 1 && magic[3] <= RANK_MAX)
        return fail(error, IMC_ERR_FORMAT, "%s: an IDX file of %s, not of %s: are two files mixed up?", name, holds[magic[3] - 1],
                    holds[rank - 1]);
    if (magic[0] == 0 && magic[1] == 0)
        return fail(error, IMC_ERR_UNSUPPORTED, "%s: an IDX file of type 0x%02x with %d dimensions; %s are type 0x08 with %d", name,
                    magic[2], magic[3], holds[rank - 1], rank);
    return fail(error, IMC_ERR_FORMAT, "%s: is not an IDX file (it begins with %02x %02x %02x %02x)", name, magic[0], magic[1],
                magic[2], magic[3]);
}

/* Reads the header; the product of the dimensions fits what the file can hold. */
static enum imc_status read_header(struct gunzip *file, int rank, uint32_t dims[RANK_MAX], struct imc_error *error)
{
    unsigned char bytes[4 + 4 * RANK_MAX];
    const char *name = input_name(file->input);
    enum imc_status status = gunzip_read(file, bytes, 4, "the header", error);
    if (status == IMC_OK)
        status = check_magic(name, bytes, rank, error);
    if (status == IMC_OK)
        status = gunzip_read(file, bytes + 4, (size_t)rank * 4, "the header", error);
    if (status)
        return status;
    uint64_t size = 1;
    for (int i = 0; i < rank; i++) {
        const unsigned char *p = bytes + 4 + 4 * i;
        dims[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
        if (dims[i] == 0 || dims[i] > (i ? (uint32_t)DATASET_SIDE_MAX : (uint32_t)DATASET_COUNT_MAX))
            return fail(error, IMC_ERR_FORMAT, "%s: the header says %u for dimension %d; 1 to %d is read", name, dims[i], i + 1,
                        i ? DATASET_SIDE_MAX : DATASET_COUNT_MAX);
        size *= dims[i]; /* at most 2^28 * 2^12 * 2^12 */
    }
    if (size > gunzip_size_max(file))
        return fail(error, IMC_ERR_FORMAT,
                    "%s: the header announces %llu bytes, more than the file can hold: it is cut off or damaged", name,
                    (unsigned long long)size);
    return IMC_OK;
}

static enum imc_status check_labels(const char *name, const struct dataset *set, struct imc_error *error)
{
    for (int i = 0; i < set->count; i++)
        if (set->labels[i] >= set->classes)
            return fail(error, IMC_ERR_FORMAT, "%s: the label of image %d is %d; labels are 0 to %d", name, i, set->labels[i],
                        set->classes - 1);
    return IMC_OK;
}

static enum imc_status read_pair(struct gunzip *images, struct gunzip *labels, const char *source, struct dataset *set,
                                 struct imc_error *error)
{
    uint32_t dims[RANK_MAX], count[RANK_MAX];
    enum imc_status status = read_header(images, 3, dims, error);
    if (status == IMC_OK)
        status = read_header(labels, 1, count, error);
    if (status == IMC_OK && dims[0] != count[0])
        return fail(error, IMC_ERR_FORMAT, "%s: %u labels for the %u images in %s: the two do not belong together",
                    input_name(labels->input), count[0], dims[0], input_name(images->input));
    if (status == IMC_OK)
        status = dataset_create(set, dims[0], 1, (int)dims[1], (int)dims[2], LABELS, source, error);
    if (status)
        return status;
    status = gunzip_read(labels, set->labels, (size_t)set->count, "the labels", error);
    if (status == IMC_OK)
        status = gunzip_end(labels, error);
    if (status == IMC_OK)
        status = check_labels(input_name(labels->input), set, error);
    if (status == IMC_OK)
        status = gunzip_read(images, set->pixels, (size_t)set->count * dataset_picture_size(set), "the images", error);
    return status ? status : gunzip_end(images, error);
}

enum imc_status idx_read(struct input *images, struct input *labels, const char *source, struct dataset *set,
                         struct imc_error *error)
{
    struct gunzip image_bytes, label_bytes = {.zipped = false};
    memset(set, 0, sizeof *set);
    enum imc_status status = gunzip_open(&image_bytes, images, error);
    if (status == IMC_OK)
        status = gunzip_open(&label_bytes, labels, error);
    if (status == IMC_OK)
        status = read_pair(&image_bytes, &label_bytes, source, set, error);
    gunzip_close(&image_bytes);
    gunzip_close(&label_bytes);
    if (status)
        dataset_free(set);
    return status;
}

/* The path of "train-images-idx3-ubyte" and the like, with a dash or a point, packed or not; false where none is there. */
static bool find(const char *folder, const char *half, const char *part, char path[PATH_BYTES])
{
    for (int spelling = 0; spelling < 4; spelling++) {
        struct stat status;
        int length = snprintf(path, PATH_BYTES, "%s/%s-%.6s%c%s-ubyte%s", folder, half, part, spelling & 1 ? '.' : '-', part + 7,
                              spelling & 2 ? ".gz" : "");
        if (length < PATH_BYTES && stat(path, &status) == 0)
            return true;
    }
    return false;
}

static const char images_name[] = "images-idx3", labels_name[] = "labels-idx1";

bool idx_is_there(const char *folder)
{
    char path[PATH_BYTES];
    return find(folder, "train", images_name, path) || find(folder, "train", labels_name, path) ||
           find(folder, "t10k", images_name, path) || find(folder, "t10k", labels_name, path);
}

enum imc_status idx_open(const char *folder, const char *half, struct dataset *set, struct imc_error *error)
{
    char images[PATH_BYTES], labels[PATH_BYTES];
    struct input *image_input = NULL, *label_input = NULL;
    bool has_images = find(folder, half, images_name, images), has_labels = find(folder, half, labels_name, labels);
    memset(set, 0, sizeof *set);
    if (!has_images && !has_labels)
        return IMC_OK;
    if (!has_images || !has_labels)
        return fail(error, IMC_ERR_IO, "%s: %s-%s-ubyte is missing (or its .gz): images and labels come in pairs", folder, half,
                    has_images ? labels_name : images_name);
    enum imc_status status = input_open(images, &image_input, error);
    if (status == IMC_OK)
        status = input_open(labels, &label_input, error);
    if (status == IMC_OK)
        status = idx_read(image_input, label_input, folder, set, error);
    input_close(image_input);
    input_close(label_input);
    return status;
}
