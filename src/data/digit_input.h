/* digit_input.h: from a picture of one digit, of any size, dark on light or light on dark, to the 28x28 that the network learned
 * on: what MNIST itself did with its forms. */
#ifndef DIGIT_INPUT_H
#define DIGIT_INPUT_H

#include "data/digits.h"
#include <imgconv/status.h>
#include <stdbool.h>

enum digit_verdict {
    DIGIT_FINE,
    DIGIT_EMPTY,   /* no ink found */
    DIGIT_SEVERAL, /* more than one shape of that size, or one too wide */
    DIGIT_CUT,     /* the ink touches the edge of the picture */
    DIGIT_SMALL,   /* too few pixels to tell */
    DIGIT_SOLID    /* a blot: ink fills its box */
};

struct digit_input {
    uint8_t pixels[DIGITS_PIXELS]; /* ink 255 on 0; all 0 where empty */
    enum digit_verdict verdict;
    bool light_on_dark;
    int left, top, right, bottom; /* the box of ink in the picture; right and bottom are the first pixels outside */
};

/* Why a picture does not look like one digit, "no ink found" ...; NULL for DIGIT_FINE. */
const char *digit_verdict_text(enum digit_verdict verdict);

/* From a file, read as gray. With `as_is` the picture must be 28x28 and is taken unchanged, ink being light. Errors: those of
 * imc_reader_open, and ARGUMENT where as_is does not fit. */
enum imc_status digit_input_read(const char *path, bool as_is, struct digit_input *input, struct imc_error *error);
/* From gray pixels in memory; `name` stands in messages. */
enum imc_status digit_input_gray(const uint8_t *gray, int height, int width, const char *name, struct digit_input *input,
                                 struct imc_error *error);

#endif
