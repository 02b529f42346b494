/* test_sha256.c: the vectors of FIPS 180-4 and of NIST's example file. */
#include "support/testing.h"

#include "base/sha256.h"

#include <string.h>

static const char *hash_of(const char *text, size_t repeat, size_t piece)
{
    static char hex[SHA256_TEXT];
    struct sha256 hash;
    size_t length = strlen(text);
    sha256_begin(&hash);
    for (size_t i = 0; i < repeat; i++)
        for (size_t at = 0; at < length; at += piece)
            sha256_add(&hash, text + at, length - at < piece ? length - at : piece);
    sha256_end_text(&hash, hex);
    return hex;
}

START_TEST(test_vectors)
{
    static const struct {
        const char *text;
        size_t repeat;
        const char *hash;
    } cases[] = {
        {"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu", 1,
         "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
        {"a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t piece = 1; piece < 130; piece += 9)
            if (cases[i].repeat == 1 || piece == 1)
                ck_assert_str_eq(hash_of(cases[i].text, cases[i].repeat, piece), cases[i].hash);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("sha256");
    TCase *tests = tcase_create("sha256");
    tcase_add_test(tests, test_vectors);
    suite_add_tcase(suite, tests);
    return suite;
}
