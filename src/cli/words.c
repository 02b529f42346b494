/* words.c: one table for each choice. Foreign words are those of scipy, numpy, OpenCV, PyTorch, libvips, ImageMagick and G'MIC;
 * where two of them mean opposite things by one word, neither meaning is taken. */
#include "cli/words.h"
#include "cli/message.h"
#include <imgconv/imgconv.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct word border[] = {{"zero", IMC_BORDER_CONSTANT},       {"replicate", IMC_BORDER_REPLICATE},
                                     {"symmetric", IMC_BORDER_SYMMETRIC}, {"reflect101", IMC_BORDER_REFLECT101},
                                     {"wrap", IMC_BORDER_WRAP},           {0}};
static const struct foreign_word border_foreign[] = {
    {"reflect", "means symmetric (cba|abc) in scipy and OpenCV, reflect101 (dcb|abc) in numpy and PyTorch: write one of the two"},
    {"mirror", "means reflect101 (dcb|abc) in scipy, symmetric (cba|abc) in libvips and ImageMagick: write one of the two"},
    {"constant", "write constant=V, such as constant=128, or zero"},
    {"nearest", "write replicate"},
    {"edge", "write replicate"},
    {"clamp", "write replicate"},
    {"copy", "write replicate"},
    {"extend", "write replicate"},
    {"neumann", "write replicate"},
    {"reflect-101", "write reflect101"},
    {"reflect_101", "write reflect101"},
    {"circular", "write wrap"},
    {"periodic", "write wrap"},
    {"tile", "write wrap"},
    {"repeat", "write wrap"},
    {"grid-wrap", "write wrap"},
    {"black", "write zero"},
    {"zeros", "write zero"},
    {"dirichlet", "write zero"},
    {"white", "write constant=255 (or the white of your picture)"},
    {"valid", "write --padding valid"},
    {"none", "write --padding valid"},
    {0}};
const struct words words_border = {border, border_foreign};

static const struct word padding[] = {{"same", IMC_PADDING_SAME}, {"valid", IMC_PADDING_VALID}, {"full", IMC_PADDING_FULL}, {0}};
static const struct foreign_word padding_foreign[] = {{"none", "write valid"},
                                                      {"shrink", "write valid"},
                                                      {"zeros", "write --border zero"},
                                                      {"zero", "write --border zero"},
                                                      {"same_upper", "write same"},
                                                      {"reflect", "write --border symmetric or --border reflect101"},
                                                      {"replicate", "write --border replicate"},
                                                      {"circular", "write --border wrap"},
                                                      {0}};
const struct words words_padding = {padding, padding_foreign};

static const struct word mode[] = {
    {"auto", IMC_MODE_AUTO}, {"direct", IMC_MODE_DIRECT}, {"separable", IMC_MODE_SEPARABLE}, {"fft", IMC_MODE_FFT}, {0}};
static const struct foreign_word mode_foreign[] = {{"fftw", "write fft"},
                                                   {"fourier", "write fft"},
                                                   {"frequency", "write fft"},
                                                   {"spatial", "write direct"},
                                                   {"naive", "write direct"},
                                                   {"sep", "write separable"},
                                                   {"convsep", "write separable"},
                                                   {"same", "write --padding same"},
                                                   {"valid", "write --padding valid"},
                                                   {"full", "write --padding full"},
                                                   {0}};
const struct words words_mode = {mode, mode_foreign};

static const struct word map[] = {{"auto", IMC_MAP_AUTO},
                                  {"clip", IMC_MAP_CLIP},
                                  {"abs", IMC_MAP_ABS},
                                  {"offset", IMC_MAP_OFFSET},
                                  {"fit", IMC_MAP_FIT},
                                  {"raw", IMC_MAP_RAW},
                                  {0}};
static const struct foreign_word map_foreign[] = {{"absolute", "write abs"},  {"clamp", "write clip"},
                                                  {"saturate", "write clip"}, {"stretch", "write fit"},
                                                  {"minmax", "write fit"},    {"normalize", "write fit"},
                                                  {"rescale", "write fit"},   {"center", "write offset"},
                                                  {"none", "write raw"},      {0}};
const struct words words_map = {map, map_foreign};

static const struct word channels[] = {
    {"auto", IMC_CHANNELS_AUTO}, {"each", IMC_CHANNELS_EACH}, {"luma", IMC_CHANNELS_LUMA}, {"r", IMC_CHANNELS_R},
    {"g", IMC_CHANNELS_G},       {"b", IMC_CHANNELS_B},       {"a", IMC_CHANNELS_A},       {0}};
static const struct foreign_word channels_foreign[] = {{"gray", "write luma"},  {"grey", "write luma"}, {"y", "write luma"},
                                                       {"l", "write luma"},     {"rgb", "write each"},  {"all", "write each"},
                                                       {"color", "write each"}, {"red", "write r"},     {"green", "write g"},
                                                       {"blue", "write b"},     {"alpha", "write a"},   {0}};
const struct words words_channels = {channels, channels_foreign};

static const struct word alpha[] = {{"auto", IMC_ALPHA_AUTO},     {"weighted", IMC_ALPHA_WEIGHTED}, {"keep", IMC_ALPHA_KEEP},
                                    {"filter", IMC_ALPHA_FILTER}, {"drop", IMC_ALPHA_DROP},         {0}};
static const struct foreign_word alpha_foreign[] = {{"premultiply", "write weighted"},
                                                    {"premultiplied", "write weighted"},
                                                    {"straight", "write keep"},
                                                    {"copy", "write keep"},
                                                    {"remove", "write drop"},
                                                    {"ignore", "write drop"},
                                                    {"off", "write drop"},
                                                    {0}};
const struct words words_alpha = {alpha, alpha_foreign};

static const struct word sheet_scale[] = {{"own", IMC_SHEET_OWN}, {"common", IMC_SHEET_COMMON}, {0}};
static const struct foreign_word sheet_scale_foreign[] = {
    {"each", "write own"}, {"filter", "write own"}, {"global", "write common"}, {"all", "write common"}, {0}};
const struct words words_sheet_scale = {sheet_scale, sheet_scale_foreign};

static const struct word format[] = {{"png", IMC_FORMAT_PNG},
                                     {"jpeg", IMC_FORMAT_JPEG},
                                     {"pnm", IMC_FORMAT_PNM},
                                     {"pam", IMC_FORMAT_PAM},
                                     {"pfm", IMC_FORMAT_PFM},
                                     {"npy", IMC_FORMAT_NPY},
                                     {0}};
static const struct foreign_word format_foreign[] = {
    {"tif", "is not written: write png and convert it with: vips copy OUT.png OUT.tif"},
    {"tiff", "is not written: write png and convert it with: vips copy OUT.png OUT.tif"},
    {"webp", "is not written: write png and convert it with: cwebp OUT.png -o OUT.webp"},
    {"heic", "is not written: write png and convert it with: heif-enc OUT.png -o OUT.heic"},
    {"heif", "is not written: write png and convert it with: heif-enc OUT.png -o OUT.heif"},
    {"avif", "is not written: write png and convert it with: avifenc OUT.png OUT.avif"},
    {"gif", "is not written: write png and convert it with: magick OUT.png OUT.gif"},
    {"bmp", "is not written: write png and convert it with: magick OUT.png OUT.bmp"},
    {"jxl", "is not written: write png and convert it with: cjxl OUT.png OUT.jxl"},
    {0}};
const struct words words_format = {format, format_foreign};

static const struct word metadata[] = {{"keep", 0}, {"none", 1}, {0}};
static const struct foreign_word metadata_foreign[] = {
    {"strip", "write none"}, {"drop", "write none"}, {"all", "write keep"}, {"copy", "write keep"}, {0}};
const struct words words_metadata = {metadata, metadata_foreign};

const char *words_all(const struct words *words, char out[256])
{
    size_t used = 0;
    out[0] = '\0';
    for (const struct word *word = words->list; word->name; word++) {
        const char *glue = word == words->list ? "" : word[1].name ? ", " : " or ";
        int length = snprintf(out + used, 256 - used, "%s%s", glue, word->name);
        used += (size_t)length;
    }
    return out;
}

static const char *nearest(const struct words *words, const char *text)
{
    const char *names[16];
    size_t count = 0;
    for (const struct word *word = words->list; word->name; word++)
        names[count++] = word->name;
    names[count] = NULL;
    return imc_name_nearest(text, names);
}

bool words_find(const struct words *words, const char *option, const char *text, int *value)
{
    for (const struct word *word = words->list; word->name; word++)
        if (strcasecmp(word->name, text) == 0) {
            *value = word->value;
            return true;
        }
    for (const struct foreign_word *word = words->foreign; word->name; word++)
        if (strcasecmp(word->name, text) == 0)
            return refuse("%s %s: %s", option, text, word->advice);
    char all[256];
    const char *near = nearest(words, text);
    return near ? refuse("%s has no '%s'; did you mean '%s'? (%s)", option, text, near, words_all(words, all))
                : refuse("%s has no '%s': it is %s", option, text, words_all(words, all));
}

const char *words_name(const struct words *words, int value)
{
    for (const struct word *word = words->list; word->name; word++)
        if (word->value == value)
            return word->name;
    return "?";
}
