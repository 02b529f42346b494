/* foreign.c: a file that imgconv does not read should at least be called by its name, with a program that converts it. */
#include "image/foreign.h"

#include <string.h>
#include <strings.h>

struct foreign {
    size_t offset; /* where in the file the mark stands */
    const char *mark;
    size_t length;
    const char *advice;
};

#define MARK(text) text, sizeof(text) - 1

#define HEIF "is a HEIC picture, which imgconv does not read; convert it with: heif-convert in.heic out.png"
#define AVIF "is an AVIF picture, which imgconv does not read; convert it with: avifdec in.avif out.png"
#define TIFF                                                                                                                       \
    "is a TIFF picture, which imgconv does not read; convert it with: tifftopnm in.tif > out.ppm, or: magick in.tif out.png"
#define JXL  "is a JPEG XL picture, which imgconv does not read; convert it with: djxl in.jxl out.png"
#define JP2  "is a JPEG 2000 picture, which imgconv does not read; convert it with: opj_decompress -i in.jp2 -o out.png"
#define GIF  "is a GIF picture, which imgconv does not read; convert it with: magick 'in.gif[0]' out.png"
#define SVG  "is an SVG drawing, which has no pixels yet; convert it with: rsvg-convert in.svg -o out.png"
#define HTML "is a web page, not a picture; download the picture itself"

static const struct foreign table[] = {
    {0, MARK("II*\0"), TIFF},
    {0, MARK("MM\0*"), TIFF},
    {0, MARK("II+\0"), TIFF},
    {0, MARK("MM\0+"), TIFF},
    {8, MARK("WEBP"), "is a WebP picture, which imgconv does not read; convert it with: dwebp in.webp -o out.png"},
    {4, MARK("ftypavif"), AVIF},
    {4, MARK("ftypavis"), AVIF},
    {4, MARK("ftyphei"), HEIF},
    {4, MARK("ftyphev"), HEIF},
    {4, MARK("ftypmif1"), HEIF},
    {4, MARK("ftypmsf1"), HEIF},
    {4, MARK("ftyp"), "is a film, not a picture; take one out with: ffmpeg -i in.mp4 -frames:v 1 out.png"},
    {0, MARK("\xff\x0a"), JXL},
    {0, MARK("\0\0\0\x0cJXL "), JXL},
    {0, MARK("\0\0\0\x0cjP  "), JP2},
    {0, MARK("\xff\x4f\xff\x51"), JP2},
    {0, MARK("GIF87a"), GIF},
    {0, MARK("GIF89a"), GIF},
    {0, MARK("BM"),
     "is a BMP picture, which imgconv does not read; convert it with: bmptopnm in.bmp > out.ppm, or: magick in.bmp out.png"},
    {0, MARK("\x8aMNG"), "is an MNG animation, which imgconv does not read; convert it with: magick 'in.mng[0]' out.png"},
    {0, MARK("\0\0\1\0"), "is an icon file, which imgconv does not read; convert it with: icotool -x in.ico"},
    {0, MARK("8BPS"), "is a Photoshop picture, which imgconv does not read; convert it with: magick 'in.psd[0]' out.png"},
    {0, MARK("gimp xcf"), "is a GIMP picture, which imgconv does not read; export it from GIMP, or: xcf2png in.xcf -o out.png"},
    {0, MARK("v/1\1"), "is an OpenEXR picture, which imgconv does not read; convert it with: magick in.exr out.pfm"},
    {0, MARK("#?RADIANCE"), "is a Radiance picture, which imgconv does not read; convert it with: magick in.hdr out.pfm"},
    {0, MARK("#?RGBE"), "is a Radiance picture, which imgconv does not read; convert it with: magick in.hdr out.pfm"},
    {0, MARK("qoif"), "is a QOI picture, which imgconv does not read; convert it with: ffmpeg -i in.qoi out.png"},
    {0, MARK("DDS "), "is a DDS texture, which imgconv does not read; convert it with: magick in.dds out.png"},
    {0, MARK("SIMPLE  ="), "is a FITS picture, which imgconv does not read; convert it with: fitstopnm in.fits > out.pgm"},
    {0, MARK("%PDF"), "is a PDF document, which imgconv does not read; convert a page with: pdftoppm -png -singlefile in.pdf out"},
    {0, MARK("%!PS"),
     "is a PostScript document, which imgconv does not read; convert it with: gs -sDEVICE=png16m -o out.png in.ps"},
    {0, MARK("\x1f\x8b"), "is compressed with gzip; unpack it with: gzip -d FILE"},
    {0, MARK("BZh"), "is compressed with bzip2; unpack it with: bzip2 -d FILE"},
    {0,
     MARK("\xfd"
          "7zXZ"),
     "is compressed with xz; unpack it with: xz -d FILE"},
    {0, MARK("\x28\xb5\x2f\xfd"), "is compressed with zstd; unpack it with: zstd -d FILE"},
    {0, MARK("PK\3\4"), "is a ZIP archive (or .npz); unpack it with: unzip FILE"},
    {0, MARK("version https://git-lfs"), "is a pointer of Git LFS, not the picture; get the picture with: git lfs pull"},
    {0, MARK("<svg"), SVG},
    {0, MARK("<?xml"), SVG},
    {0, MARK("<!doctype html"), HTML},
    {0, MARK("<html"), HTML},
};

static int matches(const struct foreign *foreign, const unsigned char *head, size_t size)
{
    if (size < foreign->offset + foreign->length)
        return 0;
    const unsigned char *bytes = head + foreign->offset;
    /* Markup is written in either case. */
    return foreign->mark[0] == '<' ? strncasecmp((const char *)bytes, foreign->mark, foreign->length) == 0
                                   : memcmp(bytes, foreign->mark, foreign->length) == 0;
}

const char *foreign_advice(const unsigned char *head, size_t size)
{
    /* A UTF-8 byte order mark and blanks may stand before markup. */
    size_t blank = size >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (blank < size && head[blank] && strchr(" \t\r\n", head[blank]))
        blank++;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t skip = table[i].mark[0] == '<' ? blank : 0;
        if (matches(&table[i], head + skip, size - skip))
            return table[i].advice;
    }
    return NULL;
}
