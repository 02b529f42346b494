/* test_filter_memory.c: a run that streams takes memory for some rows, whatever the height; a run that holds the picture is refused
 * by max_memory before it takes any.
 */
#include "conformance/filter_case.h"
#include "support/pngmake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const bool measured = false; /* freed memory is kept, and each byte has a shadow */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
static const bool measured = false;
#else
static const bool measured = true;
#endif
#else
static const bool measured = true;
#endif

enum { WIDTH = 300, SHORT = 3000, TALL = 60000 };

static struct imc_image_info gray_info(int width, int height)
{
    return (struct imc_image_info){.width = width, .height = height, .channels = 1, .type = IMC_U8, .full_scale = 255};
}

/* A gray PNG, row by row. */
static const char *write_rows(const char *name, int height)
{
    const char *path = filter_path(name);
    struct imc_image_info info = gray_info(WIDTH, height);
    struct imc_writer_options options;
    struct imc_writer *writer;
    struct imc_error error = {0};
    unsigned char row[WIDTH];
    imc_writer_options_default(&options);
    options.compression = 1;
    ck_assert_msg(imc_writer_open(path, &info, &options, &writer, &error) == IMC_OK, "%s", error.message);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < WIDTH; x++)
            row[x] = (unsigned char)(x * y / 64 + (y % 37 > 20 ? 90 : 0));
        ck_assert_int_eq(imc_writer_write(writer, row, 1, &error), IMC_OK);
    }
    ck_assert_int_eq(imc_writer_finish(writer, &error), IMC_OK);
    imc_writer_close(writer);
    return path;
}

static long peak_kilobytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

struct outcome {
    enum imc_status status;
    long kilobytes; /* that the peak grew by */
    struct imc_error error;
};

/* One run in a process of its own, which starts with the parent's peak. */
static struct outcome run_alone(const struct imc_filter_options *options, const char *input, const char *output)
{
    struct outcome outcome = {0};
    int ends[2], status;
    ck_assert_int_eq(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        long before = peak_kilobytes();
        outcome.status = imc_filter_file(options, input, output, NULL, &outcome.error);
        outcome.kilobytes = peak_kilobytes() - before;
        _exit(write(ends[1], &outcome, sizeof outcome) == (ssize_t)sizeof outcome ? 0 : 1);
    }
    close(ends[1]);
    ck_assert_int_eq(read(ends[0], &outcome, sizeof outcome), (ssize_t)sizeof outcome);
    close(ends[0]);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    return outcome;
}

static long growth(struct imc_filter_options *options, const char *input)
{
    struct outcome outcome = run_alone(options, input, filter_path("out.png"));
    ck_assert_msg(outcome.status == IMC_OK, "%s", outcome.error.message);
    return outcome.kilobytes;
}

START_TEST(peak_memory_does_not_grow_with_the_height)
{
    static const struct {
        const char *kernel;
        enum imc_border border;
    } cases[] = {{"sobel", IMC_BORDER_REPLICATE}, {"gaussian:sigma=3", IMC_BORDER_REFLECT101}, {"emboss", IMC_BORDER_CONSTANT}};
    const char *low = write_rows("low.png", SHORT), *high = write_rows("high.png", TALL);
    for (int i = 0; i < 3 && measured; i++) {
        struct imc_filter_options options = filter_options(cases[i].kernel, NULL, NULL);
        options.border = cases[i].border;
        options.threads = 2;
        options.compression = 1;
        long of_low = growth(&options, low), of_high = growth(&options, high);
        ck_assert_msg(of_high < 16 * 1024, "%s: %ld KiB for a picture of 18 MB", cases[i].kernel, of_high);
        ck_assert_msg(of_high < of_low + 2048, "%s: %ld KiB for %d rows, %ld KiB for %d", cases[i].kernel, of_low, SHORT, of_high,
                      TALL);
        filter_options_free(&options);
    }
    if (!measured)
        printf("skipped under a sanitizer: peak_memory_does_not_grow_with_the_height\n");
}
END_TEST

/* What --explain estimates is not less than what is taken, libraries' own buffers aside. */
START_TEST(the_estimate_covers_the_run)
{
    static const enum imc_map maps[] = {IMC_MAP_AUTO, IMC_MAP_FIT};
    const char *path = write_rows("high.png", TALL);
    for (int i = 0; i < 4 && measured; i++) {
        struct imc_filter_options options = filter_options(i < 2 ? "sobel-x" : "gaussian:sigma=2", NULL, NULL);
        struct imc_filter_explanation explanation;
        options.map = maps[i % 2];
        options.border = i < 2 ? IMC_BORDER_REPLICATE : IMC_BORDER_WRAP;
        options.compression = 1;
        ck_assert_int_eq(imc_filter_explain(&options, path, "out.png", &explanation, NULL), IMC_OK);
        ck_assert_int_eq(explanation.streams, i == 0);
        ck_assert_int_eq(explanation.holds[0] == 0, i == 0);
        long taken = growth(&options, path);
        ck_assert_msg((uint64_t)taken * 1024 < explanation.memory + (4 << 20), "case %d: %ld KiB, estimated %llu", i, taken,
                      (unsigned long long)explanation.memory >> 10);
        filter_options_free(&options);
    }
}
END_TEST

enum { FILLING = 5 << 19 };

/* A file that claims 20000 x 100000 pixels, just long enough to be believed: no compression makes such a picture smaller. */
static const char *write_claim(int interlace)
{
    const char *path = filter_path("claim.png");
    uint16_t pixels[64] = {0};
    struct made_picture small = {8, 8, 8, 0, interlace, pixels}, claim = {20000, 100000, 8, 0, interlace, pixels};
    struct made png = {0}, idat = made_idat(&small);
    unsigned char *filling = calloc(1, FILLING);
    ck_assert_ptr_nonnull(filling);
    made_begin(&png, &claim);
    made_chunk(&png, "fiLl", filling, FILLING);
    free(filling);
    made_chunk(&png, "IDAT", idat.data, idat.size);
    made_chunk(&png, "IEND", NULL, 0);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(png.data, 1, png.size, file), png.size);
    ck_assert_int_eq(fclose(file), 0);
    made_free(&png);
    made_free(&idat);
    return path;
}

START_TEST(a_huge_claim_costs_no_memory)
{
    for (int i = 0; i < 8; i++) {
        struct imc_filter_options options = filter_options(i == 3 ? "gaussian:sigma=40" : "sobel", NULL, NULL);
        const char *path = write_claim(i == 4);
        bool holds = i == 1 || i == 2 || i == 4;
        options.border = i == 1 ? IMC_BORDER_WRAP : IMC_BORDER_REPLICATE;
        options.map = i == 2 ? IMC_MAP_FIT : IMC_MAP_AUTO;
        options.max_pixels = i == 5 ? 1000000 : options.max_pixels;
        options.max_memory = i == 6 ? 1 << 20 : i == 7 ? 0 : (uint64_t)256 << 20;
        struct outcome outcome = run_alone(&options, path, filter_path("none.png"));
        enum imc_status want = holds || i >= 5 ? IMC_ERR_LIMIT : IMC_ERR_FORMAT;
        ck_assert_msg(outcome.status == want, "case %d: status %d (%s)", i, (int)outcome.status, outcome.error.message);
        ck_assert_msg(strstr(outcome.error.message, "claim.png"), "%s", outcome.error.message);
        ck_assert_msg(want == IMC_ERR_FORMAT || strstr(outcome.error.message, i == 5 ? "max-pixels" : "max-memory"), "%s",
                      outcome.error.message);
        long allowed = want == IMC_ERR_FORMAT ? 64 * 1024 : 6 * 1024;
        ck_assert_msg(!measured || outcome.kilobytes < allowed, "case %d: %ld KiB", i, outcome.kilobytes);
        ck_assert_int_ne(access(filter_path("none.png"), F_OK), 0);
        filter_options_free(&options);
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("memory of a run");
    TCase *tcase = tcase_create("memory");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, peak_memory_does_not_grow_with_the_height);
    tcase_add_test(tcase, the_estimate_covers_the_run);
    tcase_add_test(tcase, a_huge_claim_costs_no_memory);
    suite_add_tcase(suite, tcase);
    return suite;
}
