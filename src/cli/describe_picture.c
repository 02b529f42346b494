/* describe_picture.c: what a picture is, in one line or as JSON. */
#include "cli/describe.h"

#include <ctype.h>
#include <string.h>

/* In the words of a reader: how many samples a pixel has, and what they are. */
static const char *channels_text(const struct imc_image_info *info, char text[32])
{
    if (info->alpha)
        return info->channels == 2 ? "gray with alpha" : "RGB with alpha";
    if (info->channels == 1)
        return info->colour && strcmp(info->colour, "YCbCr") == 0 ? "YCbCr, read as luma" : "gray";
    if (info->channels == 3)
        return "RGB";
    snprintf(text, 32, "%d channels", info->channels);
    return text;
}

void describe_picture(FILE *out, const struct imc_image_info *info)
{
    char text[32];
    for (const char *name = imc_format_name(info->format); *name; name++)
        putc(toupper((unsigned char)*name), out);
    fprintf(out, ", %d wide, %d high, %s, ", info->width, info->height, channels_text(info, text));
    if (info->type == IMC_F32)
        fputs("32-bit floats", out);
    else
        fprintf(out, "%d %s", info->bits, info->bits == 1 ? "bit" : "bits");
}

void describe_picture_json(struct json *json, const struct imc_image_info *info)
{
    json_string(json, "format", imc_format_name(info->format));
    json_int(json, "width", info->width);
    json_int(json, "height", info->height);
    json_int(json, "channels", info->channels);
    json_bool(json, "alpha", info->alpha);
    json_int(json, "bits", info->bits);
    json_bool(json, "float", info->type == IMC_F32);
    if (info->full_scale > 0)
        json_float(json, "full_scale", info->full_scale);
    else
        json_string(json, "full_scale", NULL);
}
