/* scene.c: filters run by the engine as in any filtering; the reference edges are made once. */
#include "compare/scene.h"

#include "base/fail.h"
#include "base/memory.h"
#include "compare/edgemap.h"

#include <imgconv/conv.h>

#include <math.h>
#include <string.h>

static enum imc_status respond(const struct scene *scene, const float *planes, ptrdiff_t plane_step, const float *taps,
                               int channels, int kh, int kw, float *response, struct imc_error *error)
{
    struct imc_conv_desc desc;
    struct imc_plan *plan;
    ptrdiff_t width = scene->picture.width;
    imc_conv_desc_default(&desc);
    desc.in_h = scene->picture.height;
    desc.in_w = scene->picture.width;
    desc.in_c = channels;
    desc.y.kernel = kh;
    desc.x.kernel = kw;
    desc.weights = taps;
    const struct imc_view in = {(float *)planes, IMC_F32, 1, width, plane_step, 0}, out = {response, IMC_F32, 1, width, 0, 0};
    enum imc_status status = imc_plan_create(&desc, &plan, error);
    if (!status)
        status = imc_plan_run_all(plan, &in, &out, 1, scene->threads, NULL, error);
    imc_plan_destroy(plan);
    return status;
}

enum imc_status scene_respond(const struct scene *scene, const float *taps, int channels, int kh, int kw, float *response,
                              struct imc_error *error)
{
    const float *planes = channels == 1 ? scene->luma : scene->picture.planes;
    ptrdiff_t step = scene->picture.channels == channels ? (ptrdiff_t)scene->pixels : 0;
    return respond(scene, planes, step, taps, channels, kh, kw, response, error);
}

/* The weights of BT.601, as everywhere here. */
static void make_luma(struct scene *scene)
{
    const float *red = scene->picture.planes, *green = red + scene->pixels, *blue = green + scene->pixels;
    if (scene->picture.channels == 1)
        memcpy(scene->luma, red, scene->pixels * sizeof *red);
    else
        for (size_t i = 0; i < scene->pixels; i++)
            scene->luma[i] = 0.299f * red[i] + 0.587f * green[i] + 0.114f * blue[i];
}

static enum imc_status make_edges(struct scene *scene, struct imc_error *error)
{
    static const float sobel[2][9] = {{-1, 0, 1, -2, 0, 2, -1, 0, 1}, {-1, -2, -1, 0, 0, 0, 1, 2, 1}};
    int width = scene->picture.width, height = scene->picture.height;
    float *strength = mem_alloc(scene->pixels, sizeof *strength), *thin = mem_alloc(scene->pixels, sizeof *thin);
    enum imc_status status = strength && thin ? IMC_OK : fail_memory(error, "a picture's edges");
    if (!status)
        status = scene_respond(scene, sobel[0], 1, 3, 3, scene->gx, error);
    if (!status)
        status = scene_respond(scene, sobel[1], 1, 3, 3, scene->gy, error);
    if (!status) {
        for (size_t i = 0; i < scene->pixels; i++)
            strength[i] = sqrtf(fmaf(scene->gx[i], scene->gx[i], scene->gy[i] * scene->gy[i]));
        edge_thin(strength, scene->gx, scene->gy, width, height, thin);
        size_t wanted = (size_t)ceil(IMC_COMPARE_EDGE_SHARE * (double)scene->pixels);
        scene->edge_count = edge_mark_strongest(thin, scene->pixels, wanted, scene->edges);
    }
    mem_free(strength);
    mem_free(thin);
    return status;
}

enum imc_status scene_open(const char *input, int threads, struct scene *scene, struct imc_error *error)
{
    *scene = (struct scene){.threads = threads};
    enum imc_status status = flat_picture_read(input, IMC_COMPARE_SIDE, &scene->picture, error);
    if (status)
        return status;
    scene->pixels = (size_t)scene->picture.width * (size_t)scene->picture.height;
    scene->luma = mem_alloc(scene->pixels, sizeof *scene->luma);
    scene->gx = mem_alloc(scene->pixels, sizeof *scene->gx);
    scene->gy = mem_alloc(scene->pixels, sizeof *scene->gy);
    scene->edges = mem_alloc(scene->pixels, 1);
    if (!scene->luma || !scene->gx || !scene->gy || !scene->edges)
        status = fail_memory(error, "a picture");
    if (!status) {
        make_luma(scene);
        status = make_edges(scene, error);
    }
    if (status)
        scene_free(scene);
    return status;
}

void scene_free(struct scene *scene)
{
    flat_picture_free(&scene->picture);
    mem_free(scene->luma);
    mem_free(scene->gx);
    mem_free(scene->gy);
    mem_free(scene->edges);
    *scene = (struct scene){0};
}

enum imc_status scene_edges(const struct scene *scene, const float *response, struct imc_compared *out, struct imc_error *error)
{
    int width = scene->picture.width, height = scene->picture.height;
    float *strength = mem_alloc(scene->pixels, sizeof *strength), *thin = mem_alloc(scene->pixels, sizeof *thin);
    unsigned char *found = mem_alloc(scene->pixels, 1);
    enum imc_status status = strength && thin && found ? IMC_OK : fail_memory(error, "a response's edges");
    if (!status) {
        for (size_t i = 0; i < scene->pixels; i++)
            strength[i] = fabsf(response[i]);
        edge_thin(strength, scene->gx, scene->gy, width, height, thin);
        edge_mark_strongest(thin, scene->pixels, scene->edge_count, found);
        out->precision = edge_share_near(found, scene->edges, width, height);
        out->recall = edge_share_near(scene->edges, found, width, height);
        double sum = out->precision + out->recall;
        out->edge_f = sum > 0 ? 2 * out->precision * out->recall / sum : 0;
    }
    mem_free(strength);
    mem_free(thin);
    mem_free(found);
    return status;
}
