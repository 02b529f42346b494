/* test_deflate.c: what our deflate makes, zlib's inflate brings back, byte for byte; and Huffman codes are full, within their
 * limit, and as short as they can be. */
#include "image/deflate.h"
#include "image/deflate_runs.h"
#include "image/huffman.h"
#include "support/testing.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* ---- codes ---- */

static void check_code(const uint32_t *frequency, int symbols, int limit, uint8_t *length)
{
    huffman_lengths(frequency, symbols, limit, length);
    int used = 0, space = 0;
    for (int i = 0; i < symbols; i++) {
        ck_assert_int_le(length[i], limit);
        ck_assert_int_eq(length[i] > 0, frequency[i] > 0);
        used += length[i] > 0;
        space += length[i] ? 1 << (limit - length[i]) : 0;
    }
    if (used > 1)
        ck_assert_int_eq(space, 1 << limit);
    for (int i = 0; i < symbols; i++)
        for (int k = 0; k < symbols; k++)
            if (frequency[i] > frequency[k] && frequency[k] > 0)
                ck_assert_int_le(length[i], length[k]);
}

/* Bits of the best code without a limit: the sum of all nodes' weights, by looking for the two lightest again and again. */
static uint64_t best_cost(const uint32_t *frequency, int symbols)
{
    uint64_t weight[HUFFMAN_SYMBOLS_MAX], cost = 0;
    int n = 0;
    for (int i = 0; i < symbols; i++)
        if (frequency[i])
            weight[n++] = frequency[i];
    for (; n > 1; n--) {
        for (int slot = n - 1; slot >= n - 2; slot--)
            for (int i = 0; i < slot; i++)
                if (weight[i] < weight[slot]) {
                    uint64_t lighter = weight[i];
                    weight[i] = weight[slot];
                    weight[slot] = lighter;
                }
        weight[n - 2] += weight[n - 1];
        cost += weight[n - 2];
    }
    return cost;
}

START_TEST(codes_are_full_and_short)
{
    struct test_rng rng = {test_seed()};
    for (long try = 0; try < test_cases(300); try++) {
        uint32_t frequency[HUFFMAN_SYMBOLS_MAX];
        uint8_t length[HUFFMAN_SYMBOLS_MAX];
        int symbols = test_random_int(&rng, 1, HUFFMAN_SYMBOLS_MAX), spread = test_random_int(&rng, 0, 6);
        for (int i = 0; i < symbols; i++)
            frequency[i] = (uint32_t)test_random_int(&rng, 0, 3) * (uint32_t)test_random_int(&rng, 1, 1 << spread);
        check_code(frequency, symbols, HUFFMAN_LENGTH_MAX, length);
        uint64_t cost = 0;
        int longest = 0, used = 0;
        for (int i = 0; i < symbols; i++) {
            cost += (uint64_t)frequency[i] * length[i];
            longest = length[i] > longest ? length[i] : longest;
            used += length[i] > 0;
        }
        if (used > 1 && longest < HUFFMAN_LENGTH_MAX)
            ck_assert_uint_eq(cost, best_cost(frequency, symbols));
    }
}
END_TEST

/* Fibonacci's numbers make the longest codes there are. */
START_TEST(codes_keep_the_limit)
{
    uint32_t frequency[40];
    uint8_t length[40];
    for (int symbols = 1; symbols <= 40; symbols++) {
        for (int i = 0; i < symbols; i++)
            frequency[i] = i < 2 ? 1 : frequency[i - 1] + frequency[i - 2];
        check_code(frequency, symbols, HUFFMAN_LENGTH_MAX, length);
        if (symbols <= 19)
            check_code(frequency, symbols, 7, length);
    }
}
END_TEST

/* ---- streams ---- */

static void check_inflates(const unsigned char *made, size_t made_size, const unsigned char *in, size_t size)
{
    unsigned char *back = malloc(size + 1);
    z_stream zlib = {0};
    ck_assert_int_eq(inflateInit2(&zlib, -MAX_WBITS), Z_OK);
    zlib.next_in = (Bytef *)(uintptr_t)made;
    zlib.avail_in = (uInt)made_size;
    zlib.next_out = back;
    zlib.avail_out = (uInt)size + 1;
    int got = inflate(&zlib, Z_FINISH);
    ck_assert_msg(got == Z_STREAM_END, "inflate: %d, %s", got, zlib.msg ? zlib.msg : "stream does not end");
    ck_assert_uint_eq(zlib.total_out, size);
    ck_assert_uint_eq(zlib.avail_in, 0);
    ck_assert(memcmp(back, in, size) == 0);
    inflateEnd(&zlib);
    free(back);
}

/* In pieces of random size. */
static void check_stream(struct test_rng *rng, const unsigned char *in, size_t size, int compression)
{
    struct deflate_way way = deflate_way(compression);
    struct deflater *deflater = deflater_create(way);
    unsigned char *out = malloc(size + size / 8 + 40 * 4096), *piece = malloc(deflate_room(size));
    size_t made = 0;
    uint32_t checksum = 1;
    for (size_t x = 0, part; x < size; x += part) {
        part = test_random_int(rng, 0, 3) && made ? size - x : 1 + test_random(rng) % (size - x);
        size_t before = x < DEFLATE_WINDOW ? x : DEFLATE_WINDOW, got;
        got = deflater_run(deflater, in + x, part, before, x + part == size, piece);
        ck_assert_uint_gt(got, 0);
        ck_assert_uint_le(got, deflate_room(part));
        memcpy(out + made, piece, got);
        made += got;
        checksum = deflate_checksum_joined(checksum, deflate_checksum(1, in + x, part), part);
    }
    check_inflates(out, made, in, size);
    ck_assert_uint_eq(checksum, adler32_z(1, in, size));
    deflater_destroy(deflater);
    free(out);
    free(piece);
}

static void fill(struct test_rng *rng, unsigned char *bytes, size_t size)
{
    for (size_t x = 0; x < size;) {
        size_t n = 1 + test_random(rng) % 3000;
        int sort = test_random_int(rng, 0, 4), value = test_random_int(rng, 0, 255);
        for (; n > 0 && x < size; n--, x++)
            bytes[x] = (unsigned char)(sort == 0               ? value
                                       : sort == 1             ? value + __builtin_ctzll(test_random(rng) | 1ull << 40)
                                       : sort == 2 && x >= 500 ? bytes[x - 500]
                                       : sort == 3             ? (test_random_int(rng, 0, 15) ? 0 : value)
                                                               : test_random_int(rng, 0, 255));
    }
}

START_TEST(streams_inflate)
{
    enum { MOST = 300000 };
    struct test_rng rng = {test_seed() + 1};
    unsigned char *bytes = malloc(MOST);
    for (int compression = 0; compression <= 9; compression++)
        for (int try = 0; try < 12; try++) {
            size_t size = try < 4 ? (size_t)try + 1 : 1 + test_random(&rng) % (try & 1 ? MOST : 1000);
            fill(&rng, bytes, size);
            check_stream(&rng, bytes, size, compression);
        }
    free(bytes);
}
END_TEST

START_TEST(checksums_are_zlibs)
{
    enum { MOST = 5000 };
    struct test_rng rng = {test_seed() + 3};
    unsigned char bytes[MOST];
    fill(&rng, bytes, MOST);
    for (int try = 0; try < 300; try++) {
        size_t from = test_random(&rng) % 64, size = test_random(&rng) % (try & 1 ? 40 : MOST - 64), half = size / 2;
        const unsigned char *in = bytes + from;
        uint32_t adler = deflate_checksum(1, in, half), crc = deflate_crc(0, in, half);
        ck_assert_uint_eq(deflate_checksum(adler, in + half, size - half), adler32_z(1, in, size));
        ck_assert_uint_eq(deflate_crc(crc, in + half, size - half), crc32_z(0, in, size));
    }
}
END_TEST

static void check_runs(const unsigned char *in, size_t size)
{
    unsigned char *out = malloc(deflate_room(size));
    struct runs *runs = runs_create();
    size_t made = runs_deflate(runs, in, size, true, out), foretold = runs_size(runs, in, size);
    runs_destroy(runs);
    ck_assert_uint_le(made, foretold);
    ck_assert_uint_ge(made + 6, foretold);
    check_inflates(out, made, in, size);
    free(out);
}

/* Runs of every length up to two of the longest, at the beginning, in the middle, at the end and across blocks of 64 KiB. */
START_TEST(runs_of_every_length)
{
    enum { BLOCK = 65536, SIZE = BLOCK + 700 };
    unsigned char *bytes = malloc(SIZE);
    for (int run = 1; run <= 530; run++) {
        for (int i = 0; i < 1200; i++)
            bytes[i] = (unsigned char)(i * 37);
        memset(bytes, 5, (size_t)run);
        check_runs(bytes, (size_t)run);
        memset(bytes + 600, 9, (size_t)run);
        check_runs(bytes, (size_t)(600 + run));
        check_runs(bytes, 1200);
    }
    for (int run = 1; run <= 530; run += 23) {
        for (int i = 0; i < SIZE; i++)
            bytes[i] = (unsigned char)(i * 37);
        memset(bytes + BLOCK - run / 2, 0, (size_t)run);
        check_runs(bytes, SIZE);
        check_runs(bytes, BLOCK);
    }
    free(bytes);
}
END_TEST

/* Bytes as frequent as Fibonacci's numbers: codes that have to be cut to 15 bits. */
START_TEST(runs_with_the_longest_codes)
{
    unsigned char *bytes = malloc(80000);
    size_t size = 0, count = 1, before = 1;
    for (int value = 0; value < 21; value++) {
        for (size_t i = 0; i < count; i++)
            bytes[size++] = (unsigned char)(i & 1 ? value : 200); /* no runs */
        size_t next = count + before;
        before = count;
        count = next;
    }
    check_runs(bytes, size);
    free(bytes);
}
END_TEST

/* Bytes that repeat themselves from the start on, where a search may depend on what it remembers of the first few: by engines that
 * lie at different addresses. */
START_TEST(every_engine_makes_the_same)
{
    enum { ENGINES = 40, SIZE = 400 };
    struct test_rng rng = {test_seed() + 4};
    struct deflater *engine[ENGINES];
    unsigned char in[SIZE], first[SIZE + SIZE / 8 + 4096], other[sizeof first];
    ck_assert_uint_le(deflate_room(SIZE), sizeof first);
    for (int i = 0; i < ENGINES; i++)
        ck_assert_ptr_nonnull(engine[i] = deflater_create(deflate_way(6)));
    for (int try = 0; try < 4000; try++) {
        int period = test_random_int(&rng, 8, 60);
        for (int i = 0; i < SIZE; i++)
            in[i] = i < period ? (unsigned char)test_random(&rng) : in[i - period];
        size_t made = deflater_run(engine[0], in, SIZE, 0, true, first);
        for (int i = 1; i < ENGINES; i++) {
            size_t again = deflater_run(engine[i], in, SIZE, 0, true, other);
            ck_assert_msg(again == made && memcmp(other, first, made) == 0, "%zu bytes by one, %zu or other ones by another", made,
                          again);
        }
    }
    for (int i = 0; i < ENGINES; i++)
        deflater_destroy(engine[i]);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("deflate");
    TCase *tests = tcase_create("deflate");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, codes_are_full_and_short);
    tcase_add_test(tests, codes_keep_the_limit);
    tcase_add_test(tests, streams_inflate);
    tcase_add_test(tests, checksums_are_zlibs);
    tcase_add_test(tests, runs_of_every_length);
    tcase_add_test(tests, runs_with_the_longest_codes);
    tcase_add_test(tests, every_engine_makes_the_same);
    suite_add_tcase(suite, tests);
    return suite;
}
