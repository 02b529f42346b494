/* writebehind.h: rows encoded by a thread of their own, for codecs that have none, while the rows after them are made. */
#ifndef WRITEBEHIND_H
#define WRITEBEHIND_H

#include "image/codec.h"

struct writebehind;

/* NULL if there are no threads or no memory for it: then without. */
struct writebehind *writebehind_start(struct imc_writer *writer);
/* Hands rows over. A failure may be that of earlier rows. */
enum imc_status writebehind_write(struct writebehind *behind, const void *rows, int count, struct imc_error *error);
/* Waits for the last row and ends the thread. NULL is allowed. */
enum imc_status writebehind_stop(struct writebehind *behind, struct imc_error *error);

#endif
