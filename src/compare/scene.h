/* scene.h: a picture on which filters are compared. */
#ifndef SCENE_H
#define SCENE_H

#include "image/flatpicture.h"

#include <imgconv/compare.h>

struct scene {
    struct flat_picture picture;
    size_t pixels;
    int threads;
    float *luma;
    float *gx, *gy;       /* Sobel's gradient */
    unsigned char *edges; /* the reference */
    size_t edge_count;
};

enum imc_status scene_open(const char *input, int threads, struct scene *scene, struct imc_error *error);
void scene_free(struct scene *scene);

/* The response [height][width] to a filter [channels][kh][kw] on 1 (luma) or 3 channels; of a gray picture all three are alike. */
enum imc_status scene_respond(const struct scene *scene, const float *taps, int channels, int kh, int kw, float *response,
                              struct imc_error *error);
/* How well the thinned |response| finds the reference edges: sets precision, recall and edge_f. */
enum imc_status scene_edges(const struct scene *scene, const float *response, struct imc_compared *out, struct imc_error *error);

#endif
