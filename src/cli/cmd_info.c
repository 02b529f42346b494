/* cmd_info.c: `imgconv info`: what any file is. A picture is asked first; what is none may be a model or a kernel file; an .npy
 * file may be a picture and kernels and is then shown as both. */
#include "cli/commands.h"
#include "cli/describe.h"
#include "cli/message.h"
#include "cli/numbers.h"
#include "cli/template.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct info_request {
    bool json;
};

const struct option_spec info_table[] = {
    {"json", 0, NULL, option_set_flag, offsetof(struct info_request, json), NULL, "the same as JSON"},
    OPTION_HELP,
    {0},
};

static void print_metadata(const struct imc_metadata *metadata)
{
    const struct {
        const char *name;
        size_t size;
    } parts[] = {{"EXIF", metadata->exif.size}, {"XMP", metadata->xmp.size}, {"ICC profile", metadata->icc.size}};
    bool any = false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].size) {
            printf("%s%s %zu bytes", any ? ", " : "  metadata     ", parts[i].name, parts[i].size);
            any = true;
        }
    if (any)
        putchar('\n');
}

static void print_resolution(const struct imc_metadata *metadata)
{
    const double inch = 0.0254;
    if (metadata->x_per_metre > 0)
        printf("  resolution   %.6g x %.6g pixels an inch (width x height)\n", metadata->x_per_metre * inch,
               metadata->y_per_metre * inch);
    else if (metadata->pixel_aspect > 0)
        printf("  resolution   unknown; a pixel is %.6g times as wide as high\n", metadata->pixel_aspect);
}

static void print_picture(const char *path, const struct imc_image_info *info)
{
    char bytes[NUMBER_TEXT_MAX];
    printf("%s: ", path);
    describe_picture(stdout, info);
    printf("\n  colour       %s%s%s\n", info->colour ? info->colour : "none: plain channels", info->palette ? ", indexed" : "",
           info->interlaced ? ", interlaced" : "");
    if (info->full_scale > 0)
        printf("  white        %.6g\n", (double)info->full_scale);
    if (info->orientation > 1)
        printf("  orientation  %d in the file; size and pixels are upright\n", info->orientation);
    if (info->subsampling_x > 1 || info->subsampling_y > 1)
        printf("  chroma       subsampled %d across, %d down\n", info->subsampling_x, info->subsampling_y);
    print_resolution(&info->metadata);
    print_metadata(&info->metadata);
    if (info->streams)
        puts("  reading      streams");
    else
        printf("  reading      holds %s\n", number_bytes_text(bytes, info->held_bytes));
}

static void print_picture_json(struct json *json, const struct imc_image_info *info)
{
    json_object(json, "picture");
    describe_picture_json(json, info);
    json_string(json, "colour", info->colour);
    json_bool(json, "palette", info->palette);
    json_bool(json, "interlaced", info->interlaced);
    json_int(json, "orientation", info->orientation);
    json_int(json, "subsampling_x", info->subsampling_x);
    json_int(json, "subsampling_y", info->subsampling_y);
    json_double(json, "x_per_metre", info->metadata.x_per_metre);
    json_double(json, "y_per_metre", info->metadata.y_per_metre);
    json_double(json, "pixel_aspect", info->metadata.pixel_aspect);
    json_unsigned(json, "exif_bytes", info->metadata.exif.size);
    json_unsigned(json, "xmp_bytes", info->metadata.xmp.size);
    json_unsigned(json, "icc_bytes", info->metadata.icc.size);
    json_bool(json, "streams", info->streams);
    json_unsigned(json, "held_bytes", info->held_bytes);
    json_close(json);
}

/* Opens a kernel file; a bare name gets "./" so that it is not taken for a built-in kernel. */
static enum imc_status open_kernel_file(const char *path, struct imc_bank **bank, struct imc_error *error)
{
    char *file = NULL;
    if (asprintf(&file, "%s%s", strpbrk(path, "./") ? "" : "./", path) < 0)
        return IMC_ERR_MEMORY;
    enum imc_status status = imc_bank_parse(file, NULL, bank, error);
    free(file);
    return status;
}

/* What a file turned out to be; nothing where it is none of these. */
struct finding {
    struct imc_reader *reader;
    struct imc_tensors *tensors;
    struct imc_net *net; /* beside tensors that are those of a network of imgconv's */
    struct imc_bank *bank;
    struct imc_error error; /* the one to tell where it is nothing */
};

static bool has_suffix(const char *path, const char *const *suffixes)
{
    for (; *suffixes; suffixes++)
        if (strcasecmp(name_suffix(path), *suffixes) == 0)
            return true;
    return false;
}

/* A file that is no picture: a model, else kernels. */
static enum imc_status look_for_filters(const char *path, struct finding *found)
{
    static const char *const kernel_suffixes[] = {"kern", "mat", "txt", "csv", NULL}, *const models[] = {"safetensors", NULL};
    bool model = strncmp(path, "model:", 6) == 0 || has_suffix(path, models);
    struct imc_error error = {0};
    enum imc_status picture = found->error.status, status = imc_tensors_open(path, &found->tensors, &error);
    if (status != IMC_OK && !model)
        status = open_kernel_file(path, &found->bank, &error);
    if (found->tensors)
        imc_net_load(path, &found->net, NULL);
    if (status == IMC_OK)
        return status;
    if (!model && !has_suffix(path, kernel_suffixes))
        return picture;
    found->error = error;
    return status;
}

static enum imc_status look(const char *path, struct finding *found)
{
    static const char *const both[] = {"npy", NULL};
    enum imc_status status = imc_reader_open(path, NULL, &found->reader, &found->error);
    if (status == IMC_OK && has_suffix(path, both))
        open_kernel_file(path, &found->bank, NULL);
    bool file = strcmp(path, "-") != 0 && (status != IMC_ERR_IO || strncmp(path, "model:", 6) == 0);
    return status != IMC_OK && file ? look_for_filters(path, found) : status;
}

static void print_finding(const char *path, const struct finding *found)
{
    if (found->reader)
        print_picture(path, imc_reader_info(found->reader));
    if (found->tensors)
        describe_model(stdout, path, found->tensors);
    if (found->net)
        describe_net(stdout, found->net);
    if (found->bank) {
        if (found->reader)
            fputs("or, as kernels, ", stdout);
        describe_bank(stdout, found->bank, TAPS_NO);
    }
}

static void print_finding_json(struct json *json, const char *path, const struct finding *found)
{
    json_object(json, NULL);
    json_string(json, "file", path);
    if (found->reader)
        print_picture_json(json, imc_reader_info(found->reader));
    if (found->tensors) {
        json_object(json, "model");
        describe_model_json(json, found->tensors);
        if (found->net)
            describe_net_json(json, found->net);
        json_close(json);
    }
    if (found->bank) {
        json_object(json, "kernel");
        describe_bank_json(json, found->bank, TAPS_NO);
        json_close(json);
    }
    if (!found->reader && !found->tensors && !found->bank)
        json_string(json, "error", found->error.message);
    json_close(json);
}

static enum imc_status tell(const char *path, struct json *json, bool first)
{
    struct finding found = {0};
    enum imc_status status = look(path, &found);
    if (status != IMC_OK)
        complain_error(strstr(found.error.message, path) ? NULL : path, &found.error);
    if (json)
        print_finding_json(json, path, &found);
    else if (status == IMC_OK) {
        fputs(first ? "" : "\n", stdout);
        print_finding(path, &found);
    }
    imc_reader_close(found.reader);
    imc_tensors_close(found.tensors);
    imc_net_free(found.net);
    imc_bank_free(found.bank);
    return status;
}

int cmd_info(int argc, char **argv)
{
    struct info_request request = {0};
    struct json json;
    int operands, code = EXIT_DONE;
    enum options_result result = options_parse(info_table, argc, argv, &request, &operands);
    if (result != OPTIONS_OK)
        return result == OPTIONS_HELP ? help_command("info") : EXIT_USAGE;
    if (operands == 0) {
        complain("no FILE: name a picture, a kernel file or a model, for example: imgconv info photo.png");
        return EXIT_USAGE;
    }
    if (request.json) {
        json_begin(&json, stdout);
        json_array(&json, "files");
    }
    for (int i = 0; i < operands; i++)
        if (tell(argv[i], request.json ? &json : NULL, i == 0) != IMC_OK)
            code = EXIT_FAILED;
    if (request.json) {
        json_close(&json);
        json_end(&json);
    }
    return finish_stdout(code);
}
