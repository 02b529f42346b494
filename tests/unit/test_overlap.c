/* test_overlap.c: a run whose decoding, filtering and encoding overlap gives the same samples as one thread, and its failures come
 * through as they do there, wherever they arise; nothing stays behind. */
#include "support/picturefile.h"
#include "support/testing.h"

#include <imgconv/imgconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WIDTH = 900, HEIGHT = 700 };

static struct imc_error error;
static char input[300], output[300], expected[300];

static void setup(void)
{
    struct test_rng rng = {test_seed()};
    struct imc_image_info info = picture_info(WIDTH, HEIGHT, 4, IMC_U8);
    unsigned char *samples = malloc(picture_bytes(&info));
    for (size_t i = 0; i < picture_bytes(&info); i++)
        samples[i] = (unsigned char)(i / 5000 + (test_random(&rng) & 31));
    snprintf(input, sizeof input, "%s/in.png", test_folder());
    ck_assert_int_eq(picture_write(input, &info, NULL, samples, &error), IMC_OK);
    free(samples);
}

static const char *in_folder(char path[300], const char *name)
{
    snprintf(path, 300, "%s/%s", test_folder(), name);
    remove(path);
    return path;
}

static bool exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

struct job {
    const char *kernel, *from, *to;
    int threads;
    enum imc_map map;
    int cancel_at; /* rows, 0: never */
};

static int progress(void *context, int64_t done, int64_t total)
{
    (void)total;
    const struct job *job = context;
    return job->cancel_at && done >= job->cancel_at;
}

static enum imc_status run(struct job job)
{
    struct imc_filter_options options;
    struct imc_bank *bank;
    ck_assert_msg(imc_bank_parse(job.kernel, NULL, &bank, &error) == IMC_OK, "%s", error.message);
    imc_filter_options_default(&options);
    options.stages = (const struct imc_bank *const *)&bank;
    options.stage_count = 1;
    options.threads = job.threads;
    options.map = job.map;
    options.format = strstr(job.to, "full") ? strstr(job.to, "jpg") ? IMC_FORMAT_JPEG : IMC_FORMAT_PNG : IMC_FORMAT_AUTO;
    options.progress = progress;
    options.progress_context = &job;
    error.message[0] = 0;
    enum imc_status status = imc_filter_file(&options, job.from, job.to, NULL, &error);
    imc_bank_free(bank);
    return status;
}

static void check_same_picture(const char *a, const char *b)
{
    struct imc_image_info info_a, info_b;
    void *samples_a = picture_read(a, &info_a, &error), *samples_b = picture_read(b, &info_b, &error);
    ck_assert(samples_a && samples_b);
    ck_assert_uint_eq(picture_bytes(&info_a), picture_bytes(&info_b));
    ck_assert(memcmp(samples_a, samples_b, picture_bytes(&info_a)) == 0);
    free(samples_a);
    free(samples_b);
}

/* Native rows, luma, alpha divided out, alpha composited, and a result that waits for the last value. */
START_TEST(threads_change_no_sample)
{
    static const struct {
        const char *kernel, *suffix;
        enum imc_map map;
    } runs[] = {{"gaussian", "png", IMC_MAP_AUTO}, {"sobel", "png", IMC_MAP_AUTO},  {"gaussian", "jpg", IMC_MAP_AUTO},
                {"sharpen", "pam", IMC_MAP_AUTO},  {"sobel-x", "png", IMC_MAP_FIT}, {"mean", "npy", IMC_MAP_RAW}};
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        char name[40];
        snprintf(name, sizeof name, "one.%s", runs[i].suffix);
        in_folder(expected, name);
        ck_assert_msg(run((struct job){runs[i].kernel, input, expected, 1, runs[i].map, 0}) == IMC_OK, "%s", error.message);
        snprintf(name, sizeof name, "more.%s", runs[i].suffix);
        for (int threads = 2; threads <= 4; threads++) {
            in_folder(output, name);
            ck_assert_msg(run((struct job){runs[i].kernel, input, output, threads, runs[i].map, 0}) == IMC_OK, "%s", error.message);
            check_same_picture(expected, output);
        }
    }
}
END_TEST

/* A file that ends early fails with the same words at any number of threads, and leaves nothing. */
START_TEST(damaged_input)
{
    FILE *in = fopen(input, "rb");
    fseek(in, 0, SEEK_END);
    long size = ftell(in);
    char *bytes = malloc((size_t)size);
    rewind(in);
    ck_assert_uint_eq(fread(bytes, 1, (size_t)size, in), (size_t)size);
    fclose(in);
    for (int part = 1; part < 8; part++) {
        char cut[300], words[600];
        in_folder(cut, "cut.png");
        FILE *out = fopen(cut, "wb");
        fwrite(bytes, 1, (size_t)(size - 4) * (size_t)part / 7, out);
        fclose(out);
        for (int threads = 1; threads <= 3; threads++) {
            in_folder(output, "result.png");
            ck_assert_int_eq(run((struct job){"gaussian", cut, output, threads, IMC_MAP_AUTO, 0}), IMC_ERR_FORMAT);
            ck_assert(!exists(output));
            if (threads == 1)
                strcpy(words, error.message);
            ck_assert_str_eq(error.message, words);
            ck_assert(strstr(words, "cut.png"));
        }
    }
    free(bytes);
}
END_TEST

static void check_full_disk(const char *link, const char *kernel)
{
    if (symlink("/dev/full", in_folder(output, link)) != 0)
        return;
    for (int threads = 1; threads <= 3; threads++) {
        ck_assert_int_eq(run((struct job){kernel, input, output, threads, IMC_MAP_AUTO, 0}), IMC_ERR_IO);
        ck_assert_msg(strstr(error.message, "No space left on device"), "%s", error.message);
    }
}

START_TEST(full_disk)
{
    check_full_disk("full.png", "sobel");
    check_full_disk("full.jpg", "sobel");
    check_full_disk("full.jpg", "gaussian");
}
END_TEST

START_TEST(cancelled)
{
    static const char *const names[] = {"result.png", "result.jpg", "result.pam"};
    for (int i = 0; i < 3; i++)
        for (int threads = 1; threads <= 3; threads++)
            for (int at = 1; at <= HEIGHT; at += HEIGHT / 2) {
                in_folder(output, names[i]);
                ck_assert_int_eq(run((struct job){"gaussian", input, output, threads, IMC_MAP_AUTO, at}), IMC_ERR_CANCELLED);
                ck_assert(!exists(output));
            }
}
END_TEST

static int threads_alive(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[200];
    int count = -1;
    while (file && fgets(line, sizeof line, file))
        sscanf(line, "Threads: %d", &count);
    if (file)
        fclose(file);
    return count;
}

static int most_alive;
static int count_threads(void *context, int64_t done, int64_t total)
{
    (void)context, (void)done, (void)total;
    int alive = threads_alive();
    most_alive = alive > most_alive ? alive : most_alive;
    return 0;
}

static int threads_of_run(const char *from, const char *to, int threads)
{
    struct imc_filter_options options;
    struct imc_bank *bank;
    ck_assert_int_eq(imc_bank_parse("gaussian", NULL, &bank, &error), IMC_OK);
    imc_filter_options_default(&options);
    options.stages = (const struct imc_bank *const *)&bank;
    options.stage_count = 1;
    options.threads = threads;
    options.progress = count_threads;
    most_alive = 0;
    ck_assert_msg(imc_filter_file(&options, from, to, NULL, &error) == IMC_OK, "%s", error.message);
    imc_bank_free(bank);
    return most_alive;
}

/* One thread means one, and a picture of a few kilobytes is not worth more. */
START_TEST(threads_started)
{
    int before = threads_alive();
    if (before < 0)
        return;
    setenv("IMGCONV_THREADS", "3", 1);
    ck_assert_int_eq(threads_of_run("sample:16bit", in_folder(output, "small.png"), 1), before);
    ck_assert_int_eq(threads_of_run(input, in_folder(output, "one.png"), 1), before);
    ck_assert_int_eq(threads_of_run(input, in_folder(output, "one.jpg"), 1), before);
    ck_assert_int_gt(threads_of_run(input, in_folder(output, "more.png"), 0), before + 1);
    char small[300];
    struct imc_image_info info = picture_info(200, 200, 3, IMC_U8);
    void *samples = calloc(1, picture_bytes(&info));
    ck_assert_int_eq(picture_write(in_folder(small, "in200.png"), &info, NULL, samples, &error), IMC_OK);
    free(samples);
    ck_assert_int_eq(threads_of_run(small, in_folder(output, "small.png"), 0), before);
    ck_assert_int_eq(threads_of_run(small, in_folder(output, "small.jpg"), 0), before);
    unsetenv("IMGCONV_THREADS");
    ck_assert_int_eq(threads_alive(), before);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("overlap");
    TCase *tests = tcase_create("overlap");
    tcase_set_timeout(tests, 120);
    tcase_add_unchecked_fixture(tests, setup, NULL);
    tcase_add_test(tests, threads_change_no_sample);
    tcase_add_test(tests, damaged_input);
    tcase_add_test(tests, full_disk);
    tcase_add_test(tests, cancelled);
    tcase_add_test(tests, threads_started);
    suite_add_tcase(suite, tests);
    return suite;
}
