/* test_png.c: reading PNGs that were made bit by bit, right ones and damaged ones. Writing is tested in test_pngwrite.c. */
#include "support/picturefile.h"
#include "support/pngmake.h"
#include "support/testing.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

enum { GRAY = 0, RGB = 2, PALETTE = 3, GRAY_ALPHA = 4, RGB_ALPHA = 6 };

static struct imc_error error;

/* A stored picture with everything that decides how it is delivered. */
struct form {
    struct made_picture picture;
    int transparent; /* has tRNS */
    uint16_t key[3]; /* the transparent colour of gray and RGB */
    unsigned char palette[256][3], opacity[256];
};

static void fill_form(struct test_rng *rng, struct form *form, uint16_t *samples)
{
    struct made_picture *picture = &form->picture;
    size_t count = (size_t)picture->width * (size_t)picture->height * (size_t)made_channels(picture->colour);
    for (size_t i = 0; i < count; i++)
        samples[i] = (uint16_t)(test_random(rng) & ((1u << picture->bits) - 1));
    for (int i = 0; i < 3; i++)
        form->key[i] = samples[picture->colour == RGB ? i : 0]; /* so that at least one pixel has it */
    for (int i = 0; i < 256; i++) {
        for (int c = 0; c < 3; c++)
            form->palette[i][c] = (unsigned char)test_random(rng);
        form->opacity[i] = (unsigned char)test_random(rng);
    }
    picture->samples = samples;
}

static struct made make_png(const struct form *form)
{
    struct made png = {0};
    int colour = form->picture.colour, colours = 1 << (form->picture.bits > 8 ? 8 : form->picture.bits);
    unsigned char key[6];
    for (int i = 0; i < 3; i++) {
        key[2 * i] = (unsigned char)(form->key[i] >> 8);
        key[2 * i + 1] = (unsigned char)form->key[i];
    }
    made_begin(&png, &form->picture);
    if (colour == PALETTE)
        made_chunk(&png, "PLTE", form->palette, (size_t)colours * 3);
    if (form->transparent && colour == PALETTE)
        made_chunk(&png, "tRNS", form->opacity, (size_t)(colours + 1) / 2); /* the rest is opaque */
    else if (form->transparent)
        made_chunk(&png, "tRNS", key, colour == GRAY ? 2 : 6);
    made_end(&png, &form->picture);
    return png;
}

/* What pixel i should look like: up to four samples. */
static void expect_pixel(const struct form *form, size_t i, unsigned out[4])
{
    int colour = form->picture.colour, bits = form->picture.bits, channels = made_channels(colour);
    unsigned full = bits == 16 ? 65535 : 255, most = (1u << bits) - 1;
    const uint16_t *in = form->picture.samples + i * (size_t)channels;
    if (colour == PALETTE) {
        int given = ((1 << bits) + 1) / 2;
        for (int c = 0; c < 3; c++)
            out[c] = form->palette[in[0]][c];
        out[3] = in[0] < given ? form->opacity[in[0]] : 255;
        return;
    }
    int equal = 1;
    for (int c = 0; c < channels; c++) {
        out[c] = in[c] * full / most;
        equal = equal && in[c] == form->key[c];
    }
    if (form->transparent)
        out[channels] = equal ? 0 : full;
}

static void check_info(const struct form *form, const struct imc_image_info *info)
{
    const struct made_picture *picture = &form->picture;
    int colour = picture->colour, alpha = form->transparent || colour == GRAY_ALPHA || colour == RGB_ALPHA;
    ck_assert_int_eq(info->width, picture->width);
    ck_assert_int_eq(info->height, picture->height);
    ck_assert_int_eq(info->bits, picture->bits);
    ck_assert_int_eq(info->type, picture->bits == 16 ? IMC_U16 : IMC_U8);
    ck_assert_float_eq(info->full_scale, picture->bits == 16 ? 65535 : 255);
    ck_assert_int_eq(info->channels, (colour == GRAY || colour == GRAY_ALPHA ? 1 : 3) + alpha);
    ck_assert_int_eq(info->alpha, alpha);
    ck_assert_int_eq(info->palette, colour == PALETTE);
    ck_assert_int_eq(info->interlaced, picture->interlace);
    ck_assert_int_eq(info->streams, !picture->interlace);
    ck_assert_int_eq(info->orientation, 1);
    ck_assert_int_eq(info->format, IMC_FORMAT_PNG);
    ck_assert_str_eq(info->colour, colour == PALETTE ? "palette" : colour == RGB || colour == RGB_ALPHA ? "RGB" : "gray");
    ck_assert_uint_eq(info->held_bytes, picture->interlace ? picture_bytes(info) : 0);
}

static void check_form(const struct form *form)
{
    struct made png = make_png(form);
    struct imc_image_info info;
    unsigned char *got = picture_read_memory(png.data, png.size, NULL, &info, &error);
    ck_assert_msg(got, "%s", error.message);
    check_info(form, &info);
    size_t pixels = (size_t)info.width * (size_t)info.height, channels = (size_t)info.channels;
    for (size_t i = 0; i < pixels; i++) {
        unsigned expected[4];
        expect_pixel(form, i, expected);
        for (size_t c = 0; c < channels; c++) {
            unsigned sample = info.type == IMC_U16 ? ((uint16_t *)(void *)got)[i * channels + c] : got[i * channels + c];
            ck_assert_msg(sample == expected[c], "colour %d, %d bits, tRNS %d, interlace %d: pixel %d channel %d is %u, not %u",
                          form->picture.colour, form->picture.bits, form->transparent, form->picture.interlace, (int)i, (int)c,
                          sample, expected[c]);
        }
    }
    free(got);
    made_free(&png);
}

START_TEST(every_stored_form)
{
    static const int forms[][2] = {{GRAY, 1},    {GRAY, 2},       {GRAY, 4},        {GRAY, 8},      {GRAY, 16},
                                   {RGB, 8},     {RGB, 16},       {PALETTE, 1},     {PALETTE, 2},   {PALETTE, 4},
                                   {PALETTE, 8}, {GRAY_ALPHA, 8}, {GRAY_ALPHA, 16}, {RGB_ALPHA, 8}, {RGB_ALPHA, 16}};
    struct test_rng rng = {test_seed()};
    uint16_t samples[40 * 40 * 4];
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++)
        for (int variant = 0; variant < 4; variant++)
            for (int i = 0; i < 30; i++) {
                int width = test_random_int(&rng, 1, i < 25 ? 9 : 40), height = test_random_int(&rng, 1, i < 25 ? 9 : 40);
                struct form form = {.picture = {width, height, forms[f][1], forms[f][0], variant & 1, samples},
                                    .transparent = variant >> 1};
                if (form.transparent && form.picture.colour >= GRAY_ALPHA)
                    continue;
                fill_form(&rng, &form, samples);
                check_form(&form);
            }
}
END_TEST

/* A small file with many kinds of chunks. */
static struct made small_png(int interlace)
{
    static const uint16_t samples[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 3, 2, 1, 0};
    struct made_picture picture = {5, 4, 8, GRAY, interlace, samples};
    struct made png = {0}, exif = made_exif(1, 1, 300, 300);
    static const unsigned char resolution[] = {0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1};
    made_begin(&png, &picture);
    made_chunk(&png, "pHYs", resolution, sizeof resolution);
    made_chunk(&png, "eXIf", exif.data, exif.size);
    made_chunk(&png, "tEXt", "Comment\0hello", 13);
    made_chunk(&png, "iTXt", "XML:com.adobe.xmp\0\0\0\0\0<x/>", 26);
    made_chunk(&png, "prVt", "private", 7);
    struct made idat = made_idat(&picture);
    made_chunk(&png, "IDAT", idat.data, 7);
    made_chunk(&png, "IDAT", idat.data + 7, idat.size - 7);
    made_chunk(&png, "tIME", "\7\xd0\1\1\0\0\0", 7);
    made_chunk(&png, "IEND", NULL, 0);
    made_free(&idat);
    made_free(&exif);
    return png;
}

START_TEST(truncated_anywhere)
{
    struct imc_image_info info;
    for (int interlace = 0; interlace < 2; interlace++) {
        struct made png = small_png(interlace);
        void *whole = picture_read_memory(png.data, png.size, NULL, &info, &error);
        ck_assert_msg(whole, "%s", error.message);
        free(whole);
        for (size_t size = 0; size < png.size; size++) {
            unsigned char *copy = malloc(size + 1); /* its own block, so that a read past the end shows */
            memcpy(copy, png.data, size);
            ck_assert_msg(!picture_read_memory(copy, size, NULL, &info, &error), "%d of %d bytes were enough", (int)size,
                          (int)png.size);
            ck_assert_msg(error.status == IMC_ERR_FORMAT, "%d bytes: %s", (int)size, error.message);
            ck_assert(strncmp(error.message, "memory: ", 8) == 0);
            free(copy);
        }
        made_free(&png);
    }
}
END_TEST

/* Every byte but the text of the signature is under a CRC, or is one. */
START_TEST(flipped_bits)
{
    struct imc_image_info info;
    for (int interlace = 0; interlace < 2; interlace++) {
        struct made png = small_png(interlace);
        for (size_t bit = 0; bit < png.size * 8; bit++) {
            png.data[bit / 8] ^= (unsigned char)(1 << bit % 8);
            ck_assert_msg(!picture_read_memory(png.data, png.size, NULL, &info, &error), "bit %d flipped, not noticed", (int)bit);
            png.data[bit / 8] ^= (unsigned char)(1 << bit % 8);
        }
        made_free(&png);
    }
}
END_TEST

/* Damage under right CRCs: it must be survived, whatever comes out. */
START_TEST(random_chunks)
{
    struct test_rng rng = {test_seed()};
    struct imc_reader_options options;
    imc_reader_options_default(&options);
    options.max_pixels = 1 << 16;
    static const char types[][5] = {"PLTE", "tRNS", "eXIf", "iTXt", "iCCP", "pHYs", "IDAT",
                                    "zTXt", "sPLT", "hIST", "cHRM", "gAMA", "sBIT"};
    for (long i = 0; i < test_cases(3000); i++) {
        static const int colours[] = {GRAY, RGB, PALETTE, GRAY_ALPHA, RGB_ALPHA};
        uint16_t samples[8 * 8 * 4] = {0};
        struct made png = {0};
        struct made_picture picture = {test_random_int(&rng, 1, 8),      test_random_int(&rng, 1, 8),
                                       1 << test_random_int(&rng, 0, 4), colours[test_random_int(&rng, 0, 4)],
                                       test_random_int(&rng, 0, 1),      samples};
        made_begin(&png, &picture);
        for (int chunks = test_random_int(&rng, 0, 5); chunks > 0; chunks--) {
            unsigned char data[80];
            for (size_t b = 0; b < sizeof data; b++)
                data[b] = (unsigned char)test_random(&rng);
            if (test_random_int(&rng, 0, 1))
                memcpy(data, "XML:com.adobe.xmp\0\1\0\0\0\x78\x9c", 24);
            made_chunk(&png, types[test_random(&rng) % (sizeof types / sizeof *types)], data,
                       (size_t)test_random_int(&rng, 0, sizeof data));
        }
        made_end(&png, &picture);
        struct imc_image_info info;
        free(picture_read_memory(png.data, png.size, &options, &info, &error));
        made_free(&png);
    }
}
END_TEST

/* The CRCs are right, but not what they guard. */
START_TEST(wrong_inside)
{
    static const uint16_t samples[20];
    struct made_picture picture = {5, 4, 8, GRAY, 0, samples};
    struct imc_image_info info;
    for (int fault = 0; fault < 3; fault++) {
        struct made png = {0}, idat = made_idat(&picture);
        made_begin(&png, &picture);
        if (fault == 0)
            idat.data[idat.size - 1] ^= 1; /* the checksum of the unpacked rows */
        if (fault == 1)
            idat.size -= 6;
        made_chunk(&png, "IDAT", idat.data, idat.size);
        if (fault == 2)
            made_add(&png, "garbage instead of the next chunk", 33);
        made_chunk(&png, "IEND", NULL, 0);
        ck_assert_msg(!picture_read_memory(png.data, png.size, NULL, &info, &error), "fault %d was not noticed", fault);
        ck_assert_int_eq(error.status, IMC_ERR_FORMAT);
        made_free(&png);
        made_free(&idat);
    }
}
END_TEST

static long peak_kib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* IHDR claims far more than the file can hold. Through a pipe nobody knows how long the file is. */
static void check_claim(int width, int height, int interlace, int by_pipe, enum imc_status expected)
{
    static const uint16_t samples[8];
    struct made_picture real = {1, 1, 16, RGB_ALPHA, interlace, samples}, claimed = real;
    struct made png = {0}, idat = made_idat(&real);
    claimed.width = width;
    claimed.height = height;
    made_begin(&png, &claimed);
    made_chunk(&png, "IDAT", idat.data, idat.size);
    made_chunk(&png, "IEND", NULL, 0);
    struct imc_reader *reader;
    int ends[2], saved = dup(STDIN_FILENO);
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq((int)write(ends[1], png.data, png.size), (int)png.size);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    enum imc_status status = by_pipe ? imc_reader_open("-", NULL, &reader, &error)
                                     : imc_reader_open_memory(png.data, png.size, "claim", NULL, &reader, &error);
    if (status == IMC_OK) {
        void *row = malloc((size_t)width * 8);
        status = imc_reader_read(reader, row, 1, &error);
        free(row);
    }
    imc_reader_close(reader);
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(ends[0]);
    ck_assert_msg(status == expected, "%d x %d: %d: %s", width, height, status, error.message);
    made_free(&png);
    made_free(&idat);
}

START_TEST(huge_claims)
{
    long before = peak_kib();
    check_claim(30000, 30000, 0, 0, IMC_ERR_FORMAT);
    check_claim(30000, 30000, 1, 0, IMC_ERR_FORMAT);
    check_claim(0x7fffffff, 0x7fffffff, 1, 0, IMC_ERR_FORMAT);
    check_claim(0x7fffffff, 1, 0, 0, IMC_ERR_FORMAT);
    check_claim(0x7fffffff, 1, 0, 1, IMC_ERR_LIMIT);
    check_claim(40000, 40000, 1, 1, IMC_ERR_LIMIT);
    check_claim(100000, 100000, 0, 1, IMC_ERR_LIMIT);
    check_claim(8000, 8000, 1, 1, IMC_ERR_FORMAT);
    check_claim(30000, 30000, 0, 1, IMC_ERR_FORMAT);
#ifndef __SANITIZE_ADDRESS__ /* which keeps books about memory that is never touched */
    ck_assert_int_lt(peak_kib() - before, 16 * 1024);
#else
    (void)before;
#endif
}
END_TEST

START_TEST(limits)
{
    struct made png = small_png(0);
    struct imc_reader_options options;
    struct imc_reader *reader;
    imc_reader_options_default(&options);
    options.max_pixels = 19;
    ck_assert_int_eq(imc_reader_open_memory(png.data, png.size, "small", &options, &reader, &error), IMC_ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.message, "max-pixels"));
    options.max_pixels = 20;
    ck_assert_int_eq(imc_reader_open_memory(png.data, png.size, "small", &options, &reader, &error), IMC_OK);
    imc_reader_close(reader);
    made_free(&png);
    png = small_png(1);
    options.max_memory = 39; /* four rows are 20 bytes, the held picture 20 */
    ck_assert_int_eq(imc_reader_open_memory(png.data, png.size, "small", &options, &reader, &error), IMC_ERR_LIMIT);
    ck_assert_str_eq(error.message,
                     "small: reading it takes 40 bytes of memory, more than the limit of 39 bytes; raise --max-memory");
    options.max_memory = 40;
    ck_assert_int_eq(imc_reader_open_memory(png.data, png.size, "small", &options, &reader, &error), IMC_OK);
    imc_reader_close(reader);
    made_free(&png);
}
END_TEST

static void check_xmp(const void *chunk, size_t size, const char *expected)
{
    static const uint16_t samples[1];
    struct made_picture picture = {1, 1, 8, GRAY, 0, samples};
    struct made png = {0};
    made_begin(&png, &picture);
    made_chunk(&png, "iTXt", chunk, size);
    made_end(&png, &picture);
    struct imc_reader *reader;
    ck_assert_msg(imc_reader_open_memory(png.data, png.size, "xmp", NULL, &reader, &error) == IMC_OK, "%s", error.message);
    const struct imc_blob *xmp = &imc_reader_info(reader)->metadata.xmp;
    ck_assert_uint_eq(xmp->size, expected ? strlen(expected) : 0);
    ck_assert(!expected || memcmp(xmp->data, expected, xmp->size) == 0);
    imc_reader_close(reader);
    made_free(&png);
}

START_TEST(xmp)
{
    unsigned char chunk[200] = "XML:com.adobe.xmp\0\1\0de\0titel\0";
    enum { PREFIX = 17 + 3 + 3 + 6 };
    char packet[2000];
    memset(packet, 'x', sizeof packet - 1);
    packet[sizeof packet - 1] = 0;
    uLongf size = sizeof chunk - PREFIX;
    ck_assert_int_eq(compress(chunk + PREFIX, &size, (Bytef *)packet, sizeof packet - 1), Z_OK);
    check_xmp(chunk, PREFIX + size, packet);
    check_xmp(chunk, PREFIX + size - 1, NULL);
    check_xmp(chunk, PREFIX, NULL);
    check_xmp("XML:com.adobe.xmp\0\0\0en\0t\0packet", 17 + 3 + 3 + 2 + 6, "packet");
    check_xmp("XML:com.adobe.xmp\0\0\0en", 17 + 3 + 2, NULL);
    check_xmp("XML:com.adobe.xmp", 18, NULL);
    check_xmp("Title\0\0\0\0\0a title, and rather long", 31, NULL);
}
END_TEST

START_TEST(resolution)
{
    static const uint16_t samples[1];
    struct made_picture picture = {1, 1, 8, GRAY, 0, samples};
    for (int unit = 0; unit < 2; unit++) {
        struct made png = {0};
        made_begin(&png, &picture);
        made_chunk(&png, "pHYs", unit ? "\0\0\3\xe8\0\0\7\xd0\1" : "\0\0\3\xe8\0\0\7\xd0\0", 9);
        made_end(&png, &picture);
        struct imc_reader *reader;
        ck_assert_int_eq(imc_reader_open_memory(png.data, png.size, "pHYs", NULL, &reader, &error), IMC_OK);
        const struct imc_metadata *metadata = &imc_reader_info(reader)->metadata;
        ck_assert_double_eq(metadata->x_per_metre, unit ? 1000 : 0);
        ck_assert_double_eq(metadata->y_per_metre, unit ? 2000 : 0);
        ck_assert_double_eq(metadata->pixel_aspect,
                            unit ? 0 : 2); /* twice as many fit down as across: a pixel is twice as wide as high */
        imc_reader_close(reader);
        made_free(&png);
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("png");
    TCase *tests = tcase_create("png");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, huge_claims); /* first, while the peak is low */
    tcase_add_test(tests, every_stored_form);
    tcase_add_test(tests, truncated_anywhere);
    tcase_add_test(tests, flipped_bits);
    tcase_add_test(tests, random_chunks);
    tcase_add_test(tests, wrong_inside);
    tcase_add_test(tests, limits);
    tcase_add_test(tests, xmp);
    tcase_add_test(tests, resolution);
    suite_add_tcase(suite, tests);
    return suite;
}
