/* peer_vips.c: a few cells in libvips, from memory to memory. Its Sobel adds absolute values and its Gaussian drops small taps, so
 * results are not compared: times alone are. Pipelines are made anew for each run, as a program that filters a picture does. */
#include "bench/peer.h"

#include <stdlib.h>
#include <vips/vips.h>

struct peer {
    struct peer_job job;
    VipsImage *mask;
};

struct peer *vips_peer_open(const struct peer_job *job)
{
    struct peer *peer = job->vips == VIPS_NONE ? NULL : malloc(sizeof *peer);
    if (!peer)
        return NULL;
    *peer = (struct peer){*job, NULL};
    if (job->vips == VIPS_CONV) {
        peer->mask = vips_image_new_matrix(job->size, job->size);
        for (int i = 0; i < job->size * job->size; i++)
            *VIPS_MATRIX(peer->mask, i % job->size, i / job->size) = job->taps[i];
    }
    return peer;
}

static int filter(const struct peer *peer, VipsImage *in, VipsImage **out)
{
    switch (peer->job.vips) {
    case VIPS_SOBEL:
        return vips_sobel(in, out, NULL);
    case VIPS_GAUSSIAN:
        return vips_gaussblur(in, out, peer->job.sigma, NULL);
    default:
        return vips_conv(in, out, peer->mask, "precision", VIPS_PRECISION_FLOAT, NULL);
    }
}

void vips_peer_run(struct peer *peer)
{
    const struct peer_job *job = &peer->job;
    size_t sample = job->in_depth == PEER_U8 ? 1 : 4, size;
    VipsImage *in =
        vips_image_new_from_memory(job->in, sample * (size_t)job->width * (size_t)job->height * (size_t)job->channels, job->width,
                                   job->height, job->channels, job->in_depth == PEER_U8 ? VIPS_FORMAT_UCHAR : VIPS_FORMAT_FLOAT);
    VipsImage *filtered = NULL;
    if (in && filter(peer, in, &filtered) == 0)
        g_free(vips_image_write_to_memory(filtered, &size));
    else
        vips_error_exit(NULL);
    g_object_unref(filtered);
    g_object_unref(in);
}

void vips_peer_close(struct peer *peer)
{
    if (peer && peer->mask)
        g_object_unref(peer->mask);
    free(peer);
}

void vips_peer_start(const char *program)
{
    if (VIPS_INIT(program))
        vips_error_exit(NULL);
    vips_cache_set_max(0); /* a repeated operation is done again */
}

void vips_peer_threads(int threads)
{
    vips_concurrency_set(threads);
}
