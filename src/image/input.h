/* input.h: bytes of a file, of standard input or of memory, read once from front to back. */
#ifndef INPUT_H
#define INPUT_H

#include <imgconv/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct input;

/* `path` "-" is standard input. */
enum imc_status input_open(const char *path, struct input **input, struct imc_error *error);
enum imc_status input_open_memory(const void *data, size_t size, const char *name, struct input **input, struct imc_error *error);
void input_close(struct input *input);

/* The name for messages. */
const char *input_name(const struct input *input);
/* Bytes in all, where that is known beforehand (regular file, memory), else 0. */
uint64_t input_size(const struct input *input);
/* Bytes consumed so far. */
uint64_t input_offset(const struct input *input);

/* Up to `size` bytes; fewer only at the end or on a failure of the system, which input_error tells. */
size_t input_read(struct input *input, void *out, size_t size);
/* Up to `size` (at most 64) bytes without consuming them. */
size_t input_peek(struct input *input, void *out, size_t size);
/* The next byte, or -1. */
int input_byte(struct input *input);
/* Skips; false if the end came first. */
bool input_skip(struct input *input, uint64_t size);
/* Direct access for decoders with a buffer of their own: the buffered bytes (at least one unless at the end); input_skip
 * consumes. */
const unsigned char *input_buffer(struct input *input, size_t *available);
/* The errno of a failed read, or 0. */
int input_error(const struct input *input);
/* "FILE: read failed: reason" (IMC_ERR_IO) if the system failed, else "FILE: file ends in WHERE" (IMC_ERR_FORMAT). */
enum imc_status input_fail_short(const struct input *input, const char *where, struct imc_error *error);

#endif
