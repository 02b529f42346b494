/* libjpeg.h: the door to libjpeg-turbo, for io_jpeg.c and jpegwrite.c alone. The only file that includes jpeglib.h. */
#ifndef LIBJPEG_H
#define LIBJPEG_H

#include "image/codec.h"

/* jpeglib.h needs stdio.h before it, and jerror.h needs jpeglib.h. */
#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>

/* How a failure inside the library, which leaves its functions by a jump, reaches our caller as a status. */
struct escape {
    struct jpeg_error_mgr manager; /* first: libjpeg hands us its address */
    void *jump;                    /* where escape_run waits */
    struct imc_error *error;
    enum imc_status status;
};

void escape_init(struct escape *escape, void (*on_error)(j_common_ptr lib), void (*on_message)(j_common_ptr lib, int level));
/* Calls step(state); IMC_OK, or the status with which it was left. */
enum imc_status escape_run(struct escape *escape, void (*step)(void *state), void *state, struct imc_error *error);
/* Ends the running step. */
_Noreturn void escape_leave(struct escape *escape, enum imc_status status);

/* The writing side of the codec, jpegwrite.c. */
enum imc_status jpeg_writer_create(struct imc_writer *writer, struct imc_error *error);
enum imc_status jpeg_writer_write_row(struct imc_writer *writer, const void *row, struct imc_error *error);
enum imc_status jpeg_writer_finish(struct imc_writer *writer, struct imc_error *error);
void jpeg_writer_destroy(struct imc_writer *writer);

#endif
