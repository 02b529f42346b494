/* rowqueue.h: rows that one thread hands to another, in order, a bounded number of them. */
#ifndef ROWQUEUE_H
#define ROWQUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rowqueue;

/* Does a picture of `rows` rows have enough bytes to be worth a thread of its own? */
bool rowqueue_is_worth(size_t row_bytes, int rows);
/* Memory of a queue. */
uint64_t rowqueue_bytes(size_t row_bytes);
/* NULL if memory ran out. */
struct rowqueue *rowqueue_create(size_t row_bytes);
/* No thread may be in the queue any more. NULL is allowed. */
void rowqueue_destroy(struct rowqueue *queue);

/* The producer's side. Waits for room; *rows says how many rows lie there in one piece, at most the `wanted`, at least one. NULL:
 * the consumer has left. */
void *rowqueue_room(struct rowqueue *queue, int wanted, int *rows);
/* The first `rows` of that room are filled. */
void rowqueue_put(struct rowqueue *queue, int rows);
/* No more will come. */
void rowqueue_end(struct rowqueue *queue);

/* The consumer's side. Waits for rows; *rows says how many lie there in one piece, at most the `wanted`. NULL: there will be no
 * more. */
const void *rowqueue_rows(struct rowqueue *queue, int wanted, int *rows);
/* The first `rows` of them are done with. */
void rowqueue_drop(struct rowqueue *queue, int rows);
/* No more are wanted. */
void rowqueue_leave(struct rowqueue *queue);

#endif
