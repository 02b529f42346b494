/* predict_answers.h: what a network said about pictures: as lines, as JSON, as sheets. */
#ifndef PREDICT_ANSWERS_H
#define PREDICT_ANSWERS_H

#include <imgconv/net.h>

struct shown {
    const char *path;      /* of a file */
    int index, label;      /* of a test picture */
    const uint8_t *pixels; /* as the network saw it */
    const char *doubt;     /* as of imc_digit_picture */
};

struct answers {
    const struct imc_net *net;
    const char *model;
    int count, top;
    bool random; /* they are test pictures, of `source`, picked by `seed` */
    const char *source;
    uint64_t seed;
    struct shown *shown; /* [count] */
    float *confidences;  /* [count][classes] */
};

void answers_print(const struct answers *answers);
void answers_print_json(const struct answers *answers);
/* All pictures with their answers; test pictures with their labels too. */
enum imc_status answers_draw(const struct answers *answers, const char *path, struct imc_error *error);
/* The maps of the first. */
enum imc_status answers_draw_maps(const struct answers *answers, const char *path, struct imc_error *error);

#endif
