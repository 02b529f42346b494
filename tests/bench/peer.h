/* peer.h: the other libraries, each behind the same three calls, so that the bench itself is C and knows none of them. */
#ifndef PEER_H
#define PEER_H

#ifdef __cplusplus
extern "C" {
#endif

enum peer_op {
    PEER_SOBEL,
    PEER_SOBEL_F32,
    PEER_PREWITT,
    PEER_SCHARR,
    PEER_SOBEL_X,
    PEER_LAPLACIAN,
    PEER_GAUSSIAN,
    PEER_BOX,
    PEER_FILTER
};
enum peer_vips { VIPS_NONE, VIPS_SOBEL, VIPS_GAUSSIAN, VIPS_CONV };
enum peer_depth { PEER_U8, PEER_S16, PEER_F32 };

/* Packed pictures in memory; all pointers are borrowed until the peer is closed. */
struct peer_job {
    enum peer_op op;
    enum peer_vips vips;
    int width, height, channels, stride;
    enum peer_depth in_depth, out_depth;
    int size; /* of the kernel */
    double sigma;
    const float *taps; /* size x size */
    const void *in;
    void *out;
};

struct peer;

/* Everything that can be made once is made here; NULL where memory or the library fails. */
struct peer *opencv_open(const struct peer_job *job);
void opencv_run(struct peer *peer);
void opencv_close(struct peer *peer);
void opencv_threads(int threads);

/* NULL where the job has no vips operation. The result is thrown away. */
struct peer *vips_peer_open(const struct peer_job *job);
void vips_peer_run(struct peer *peer);
void vips_peer_close(struct peer *peer);
void vips_peer_start(const char *program);
void vips_peer_threads(int threads);

#ifdef __cplusplus
}
#endif
#endif
