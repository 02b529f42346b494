/* test_input.c: reading from files, pipes and memory. */
#include "image/input.h"
#include "support/testing.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LENGTH = 200000 };

static unsigned char content[LENGTH];
static char path[300];

static void setup(void)
{
    struct test_rng rng = {test_seed()};
    for (int i = 0; i < LENGTH; i++)
        content[i] = (unsigned char)test_random(&rng);
    snprintf(path, sizeof path, "%s/input", test_folder());
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq((int)fwrite(content, 1, LENGTH, file), LENGTH);
    ck_assert_int_eq(fclose(file), 0);
}

/* Every way of consuming, in random order, against the content. */
static void check_walk(struct input *input, struct test_rng *rng)
{
    unsigned char out[5000];
    const unsigned char *buffer;
    size_t at = 0;
    while (at < LENGTH) {
        size_t size = (size_t)test_random_int(rng, 1, sizeof out), left = LENGTH - at, available;
        size_t expected = size < left ? size : left;
        switch (test_random_int(rng, 0, 4)) {
        case 0:
            ck_assert_uint_eq(input_read(input, out, size), expected);
            ck_assert(memcmp(out, content + at, expected) == 0);
            at += expected;
            break;
        case 1:
            expected = expected < 64 ? expected : 64;
            ck_assert_uint_eq(input_peek(input, out, size), expected);
            ck_assert(memcmp(out, content + at, expected) == 0);
            break;
        case 2:
            ck_assert_int_eq(input_byte(input), content[at++]);
            break;
        case 3:
            ck_assert(input_skip(input, size) == (size <= left));
            at += expected;
            break;
        default:
            buffer = input_buffer(input, &available);
            ck_assert(available > 0 && available <= left);
            ck_assert(memcmp(buffer, content + at, available) == 0);
        }
        ck_assert_uint_eq(input_offset(input), at);
    }
    size_t available = 1;
    input_buffer(input, &available);
    ck_assert_uint_eq(available, 0);
    ck_assert_int_eq(input_byte(input), -1);
    ck_assert_uint_eq(input_read(input, out, 1), 0);
    ck_assert_uint_eq(input_peek(input, out, 1), 0);
    ck_assert(!input_skip(input, 1));
    ck_assert_int_eq(input_error(input), 0);
}

START_TEST(file)
{
    struct test_rng rng = {test_seed()};
    struct imc_error error;
    for (int i = 0; i < 20; i++) {
        struct input *input;
        ck_assert_int_eq(input_open(path, &input, &error), IMC_OK);
        ck_assert_str_eq(input_name(input), path);
        ck_assert_uint_eq(input_size(input), LENGTH);
        check_walk(input, &rng);
        input_close(input);
    }
}
END_TEST

START_TEST(memory)
{
    struct test_rng rng = {test_seed()};
    struct input *input;
    ck_assert_int_eq(input_open_memory(content, LENGTH, "memory", &input, NULL), IMC_OK);
    ck_assert_str_eq(input_name(input), "memory");
    ck_assert_uint_eq(input_size(input), LENGTH);
    check_walk(input, &rng);
    input_close(input);
}
END_TEST

/* Writes the content in odd pieces, so that reads come up short. */
static void feed(int fd)
{
    for (size_t at = 0, step = 1; at < LENGTH; step = step * 3 % 7001 + 1) {
        size_t part = step < LENGTH - at ? step : LENGTH - at;
        if (write(fd, content + at, part) != (ssize_t)part)
            _exit(1);
        at += part;
    }
    _exit(0);
}

START_TEST(standard_input_is_a_pipe)
{
    int ends[2], status, saved = dup(STDIN_FILENO);
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0)
        feed(ends[1]);
    close(ends[1]);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    struct test_rng rng = {test_seed()};
    struct input *input;
    ck_assert_int_eq(input_open("-", &input, NULL), IMC_OK);
    ck_assert_uint_eq(input_size(input), 0);
    ck_assert_str_eq(input_name(input), "standard input");
    check_walk(input, &rng);
    input_close(input);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert_int_ge(fcntl(STDIN_FILENO, F_GETFD), 0); /* closing the input leaves standard input open */
    dup2(saved, STDIN_FILENO);
    close(saved);
}
END_TEST

START_TEST(standard_input_is_a_file)
{
    int saved = dup(STDIN_FILENO), fd = open(path, O_RDONLY);
    ck_assert_int_eq((int)lseek(fd, 1000, SEEK_SET), 1000);
    dup2(fd, STDIN_FILENO);
    close(fd);
    struct input *input;
    ck_assert_int_eq(input_open("-", &input, NULL), IMC_OK);
    ck_assert_uint_eq(input_size(input), LENGTH - 1000);
    ck_assert_int_eq(input_byte(input), content[1000]);
    input_close(input);
    dup2(saved, STDIN_FILENO);
    close(saved);
}
END_TEST

START_TEST(messages)
{
    struct input *input;
    struct imc_error error;
    ck_assert_int_eq(input_open(test_folder(), &input, &error), IMC_ERR_IO);
    ck_assert_ptr_null(input);
    ck_assert_ptr_nonnull(strstr(error.message, "is a folder"));
    ck_assert_ptr_nonnull(strstr(error.message, test_folder()));
    ck_assert_int_eq(input_open("/no/such/file", &input, &error), IMC_ERR_IO);
    ck_assert_str_eq(error.message, "/no/such/file: cannot open: No such file or directory");
    ck_assert_int_eq(input_open_memory("ab", 2, "short.png", &input, &error), IMC_OK);
    ck_assert_int_eq(input_fail_short(input, "row 3 of 4", &error), IMC_ERR_FORMAT);
    ck_assert_str_eq(error.message, "short.png: file ends in row 3 of 4");
    input_close(input);
    input_close(NULL);
}
END_TEST

/* A descriptor that was opened for writing alone: read(2) fails. */
START_TEST(failing_read)
{
    int saved = dup(STDIN_FILENO), fd = open("/dev/null", O_WRONLY);
    dup2(fd, STDIN_FILENO);
    close(fd);
    struct input *input;
    struct imc_error error;
    ck_assert_int_eq(input_open("-", &input, &error), IMC_OK);
    ck_assert_int_eq(input_byte(input), -1);
    ck_assert_int_ne(input_error(input), 0);
    ck_assert_int_eq(input_fail_short(input, "the header", &error), IMC_ERR_IO);
    ck_assert_str_eq(error.message, "standard input: read failed: Bad file descriptor");
    input_close(input);
    dup2(saved, STDIN_FILENO);
    close(saved);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("input");
    TCase *tests = tcase_create("input");
    tcase_add_unchecked_fixture(tests, setup, NULL);
    tcase_add_test(tests, file);
    tcase_add_test(tests, memory);
    tcase_add_test(tests, standard_input_is_a_pipe);
    tcase_add_test(tests, standard_input_is_a_file);
    tcase_add_test(tests, messages);
    tcase_add_test(tests, failing_read);
    suite_add_tcase(suite, tests);
    return suite;
}
