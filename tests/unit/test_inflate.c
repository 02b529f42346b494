/* test_inflate.c: streams that zlib packed, in every way it has, come out as they went in, whatever the pieces; damaged ones are
 * noticed or, where zlib too finds them right, give what zlib gives. */
#include "image/inflate.h"
#include "support/testing.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { RAW_MAX = 300000, PACKED_MAX = RAW_MAX + RAW_MAX / 8 + 4096 };

static unsigned char raw[RAW_MAX], packed[PACKED_MAX];

struct pieces {
    const unsigned char *next;
    size_t left, piece; /* so many bytes at once */
};

static size_t read_piece(void *context, unsigned char *out, size_t room)
{
    struct pieces *pieces = context;
    size_t part = pieces->left < pieces->piece ? pieces->left : pieces->piece;
    part = part < room ? part : room;
    memcpy(out, pieces->next, part);
    pieces->next += part;
    pieces->left -= part;
    return part;
}

/* Noise with a bias, runs, repetitions at every distance: what literals, near matches and far ones come from. */
static void fill_raw(struct test_rng *rng, size_t size)
{
    int spread = 1 << test_random_int(rng, 0, 8), repeats = test_random_int(rng, 0, 40);
    for (size_t x = 0; x < size;) {
        size_t run = (size_t)test_random_int(rng, 1, 300);
        bool copy = x > 0 && test_random_int(rng, 0, 99) < repeats;
        size_t near = x < 40 || test_random_int(rng, 0, 1) ? x : 40;
        size_t back = x > 0 ? 1 + test_random(rng) % near : 1;
        for (; run > 0 && x < size; run--, x++)
            raw[x] = copy ? raw[x - back] : (unsigned char)(test_random(rng) % (uint64_t)spread * (test_random(rng) % 4 != 0));
    }
}

static size_t pack(struct test_rng *rng, size_t size)
{
    static const int strategies[] = {Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED};
    z_stream zlib = {0};
    ck_assert_int_eq(deflateInit2(&zlib, test_random_int(rng, 0, 9), Z_DEFLATED, test_random_int(rng, 9, 15),
                                  test_random_int(rng, 1, 9), strategies[test_random_int(rng, 0, 4)]),
                     Z_OK);
    size_t middle = test_random(rng) % (size + 1);
    zlib.next_in = raw;
    zlib.avail_in = (uInt)middle;
    zlib.next_out = packed;
    zlib.avail_out = PACKED_MAX;
    deflate(&zlib, test_random_int(rng, 0, 1) ? Z_SYNC_FLUSH : Z_NO_FLUSH);
    zlib.avail_in += (uInt)(size - middle);
    ck_assert_int_eq(deflate(&zlib, Z_FINISH), Z_STREAM_END);
    size_t made = zlib.total_out;
    deflateEnd(&zlib);
    return made;
}

/* Takes all in pieces of random sizes; false where the stream turned out to be damaged. Bytes before that are right. */
static bool unpack(struct test_rng *rng, size_t packed_size, size_t size, const unsigned char *expected)
{
    size_t most = (size_t)test_random_int(rng, 1, 5000);
    struct pieces pieces = {packed, packed_size, (size_t)1 << test_random_int(rng, 0, 17)};
    struct inflate *inflate = inflate_create((struct inflate_source){read_piece, &pieces}, most);
    ck_assert_ptr_nonnull(inflate);
    bool whole = true;
    for (size_t x = 0, part; x < size && whole; x += part) {
        part = 1 + test_random(rng) % most;
        part = part < size - x ? part : size - x;
        const unsigned char *got = inflate_take(inflate, part);
        whole = got;
        if (got && expected)
            ck_assert_msg(memcmp(got, expected + x, part) == 0, "wrong bytes at %d", (int)x);
    }
    whole = whole && inflate_finish(inflate);
    ck_assert(whole == !inflate_fault(inflate));
    inflate_destroy(inflate);
    return whole;
}

START_TEST(all_that_zlib_packs)
{
    struct test_rng rng = {test_seed()};
    for (long i = 0; i < test_cases(400); i++) {
        size_t size = (size_t)test_random_int(&rng, 0, i % 10 ? 20000 : RAW_MAX);
        fill_raw(&rng, size);
        size_t made = pack(&rng, size);
        ck_assert_msg(unpack(&rng, made, size, raw), "case %ld, %d bytes", i, (int)size);
    }
}
END_TEST

START_TEST(cut_short)
{
    struct test_rng rng = {test_seed() + 1};
    for (int i = 0; i < 40; i++) {
        size_t size = (size_t)test_random_int(&rng, 1, 400);
        fill_raw(&rng, size);
        size_t made = pack(&rng, size);
        for (size_t there = 0; there < made; there++)
            ck_assert_msg(!unpack(&rng, there, size, raw), "%d of %d bytes were enough", (int)there, (int)made);
    }
}
END_TEST

/* Some bits turned: both find it damaged, or both find the same bytes in it. */
START_TEST(damaged)
{
    static unsigned char other[RAW_MAX];
    struct test_rng rng = {test_seed() + 2};
    for (long i = 0; i < test_cases(20000); i++) {
        size_t size = (size_t)test_random_int(&rng, 1, 600);
        fill_raw(&rng, size);
        size_t made = pack(&rng, size);
        for (int turned = test_random_int(&rng, 1, 3); turned > 0; turned--)
            packed[2 + test_random(&rng) % (made - 2)] ^= (unsigned char)(1 << test_random_int(&rng, 0, 7));
        if (test_random_int(&rng, 0, 1)) /* the window that zlib may assume is not ours to check */
            memcpy(packed, "\x78\x01", 2);
        uLongf got = RAW_MAX;
        bool right = uncompress(other, &got, packed, made) == Z_OK;
        bool ours = unpack(&rng, made, right ? got : size, right ? other : NULL);
        ck_assert_msg(ours || !right, "case %ld: zlib unpacks it", i);
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("inflate");
    TCase *tests = tcase_create("inflate");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, all_that_zlib_packs);
    tcase_add_test(tests, cut_short);
    tcase_add_test(tests, damaged);
    suite_add_tcase(suite, tests);
    return suite;
}
