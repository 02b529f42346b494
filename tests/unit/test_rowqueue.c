/* test_rowqueue.c: every row arrives, once and in order, whatever the parts that it is put and taken in; and each side learns that
 * the other one has gone. */
#include "base/rowqueue.h"
#include "support/testing.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct producer {
    struct rowqueue *queue;
    struct test_rng rng;
    size_t row_bytes;
    int rows, done;
};

/* Row y is y, repeated. */
static void *produce(void *argument)
{
    struct producer *p = argument;
    while (p->done < p->rows) {
        int got, wanted = test_random_int(&p->rng, 1, p->rows - p->done);
        char *room = rowqueue_room(p->queue, wanted, &got);
        if (!room)
            return NULL;
        for (int i = 0; i < got; i++, p->done++)
            for (size_t x = 0; x < p->row_bytes; x += sizeof(int))
                memcpy(room + (size_t)i * p->row_bytes + x, &p->done, sizeof(int));
        rowqueue_put(p->queue, got);
    }
    rowqueue_end(p->queue);
    return NULL;
}

static int consume(struct rowqueue *queue, struct test_rng *rng, size_t row_bytes, int most)
{
    int y = 0, got;
    const char *rows;
    while (y < most && (rows = rowqueue_rows(queue, test_random_int(rng, 1, 50), &got))) {
        ck_assert_int_ge(got, 1);
        for (int i = 0; i < got; i++, y++) {
            int first, last;
            memcpy(&first, rows + (size_t)i * row_bytes, sizeof first);
            memcpy(&last, rows + (size_t)(i + 1) * row_bytes - sizeof last, sizeof last);
            ck_assert_int_eq(first, y);
            ck_assert_int_eq(last, y);
        }
        rowqueue_drop(queue, got);
    }
    return y;
}

/* Rows of one sample, of a part of the ring, and longer than all of it is otherwise. */
static const size_t sizes[] = {4, 400, 60000, 132000, 4 << 20};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void run(size_t row_bytes, int rows, int most, struct test_rng *rng)
{
    struct producer p = {rowqueue_create(row_bytes), {test_random(rng)}, row_bytes, rows, 0};
    ck_assert_ptr_nonnull(p.queue);
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, produce, &p), 0);
    int got = consume(p.queue, rng, row_bytes, most);
    if (most < rows) {
        rowqueue_leave(p.queue); /* also while the producer waits for room */
        ck_assert_int_ge(got, most);
    } else {
        ck_assert_int_eq(got, rows);
    }
    pthread_join(thread, NULL);
    ck_assert_int_le(got, p.done);
    rowqueue_destroy(p.queue);
}

START_TEST(all_rows_in_order)
{
    struct test_rng rng = {test_seed()};
    for (int i = 0; i < SIZES; i++)
        for (int rows = 1; rows < 2000; rows *= 7)
            if (sizes[i] * (size_t)rows < 64 << 20)
                run(sizes[i], rows, rows, &rng);
}
END_TEST

START_TEST(the_consumer_leaves)
{
    struct test_rng rng = {test_seed() + 1};
    for (int i = 0; i < SIZES; i++)
        for (int most = 0; most < 20; most += 6)
            run(sizes[i], 100000, most, &rng);
}
END_TEST

START_TEST(what_is_worth_a_thread)
{
    ck_assert(!rowqueue_is_worth(1000, 100));
    ck_assert(rowqueue_is_worth(1000, 1000));
    ck_assert(!rowqueue_is_worth(1 << 30, 1)); /* nothing to do meanwhile */
    ck_assert(rowqueue_is_worth(SIZE_MAX, 3));
    ck_assert_uint_le(rowqueue_bytes(1), 4 << 20);
    ck_assert_uint_le(rowqueue_bytes(300000), 4 << 20);
    ck_assert_uint_eq(rowqueue_bytes((size_t)1 << 30), (uint64_t)2 << 30);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("rowqueue");
    TCase *tests = tcase_create("rowqueue");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, all_rows_in_order);
    tcase_add_test(tests, the_consumer_leaves);
    tcase_add_test(tests, what_is_worth_a_thread);
    suite_add_tcase(suite, tests);
    return suite;
}
