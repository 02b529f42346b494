/* codec.c: the table of the file formats, and their names. */
#include "image/codec.h"

#include <string.h>
#include <strings.h>

const struct codec *const codecs[] = {&codec_png, &codec_jpeg, &codec_pnm, &codec_pam, &codec_pfm, &codec_npy, NULL};

const struct codec *codec_of(enum imc_format format)
{
    for (const struct codec *const *codec = codecs; *codec; codec++)
        if ((*codec)->format == format)
            return *codec;
    return NULL;
}

const char *imc_format_name(enum imc_format format)
{
    const struct codec *codec = codec_of(format);
    return codec ? codec->name : "auto";
}

static enum imc_format format_from_suffix(const char *suffix)
{
    for (const struct codec *const *codec = codecs; *codec; codec++)
        for (const char *const *known = (*codec)->suffixes; *known; known++)
            if (strcasecmp(suffix, *known) == 0)
                return (*codec)->format;
    return IMC_FORMAT_AUTO;
}

enum imc_format imc_format_from_name(const char *name)
{
    for (const struct codec *const *codec = codecs; *codec; codec++)
        if (strcasecmp(name, (*codec)->name) == 0)
            return (*codec)->format;
    return format_from_suffix(name);
}

enum imc_format imc_format_from_path(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    return dot && dot != name ? format_from_suffix(dot + 1) : IMC_FORMAT_AUTO;
}
