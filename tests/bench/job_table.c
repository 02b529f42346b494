/* job_table.c: the pictures and programs that are timed end to end. Each peer does what its user would write, and less where it
 * cannot do the same: gm has no magnitude and computes sobel-x alone. */
#include "bench/job.h"

/* clang-format off */
#define OURS(kernel)  {"imgconv", 0, {"%P", "-k", kernel, "--quiet", "%I", "%O"}}
#define OPENCV(op, n) {"OpenCV, C++ program", n, {"%B/program_opencv", op, "%I", "%O"}}
#define VIPS_SOBEL(n) {"vips", 0, {"vips", "sobel", "%I", "%O"}}, \
                      {"vips, PNG level 1", n, {"vips", "sobel", "%I", "%O[compression=1]"}}
#define VIPS_GAUSS(n) {"vips", 0, {"vips", "gaussblur", "%I", "%O", "3"}}, \
                      {"vips, PNG level 1", n, {"vips", "gaussblur", "%I", "%O[compression=1]", "3"}}
#define VIPS_JPEG(n)  {"vips, C program", n, {"%B/program_vips", "%I", "%O[Q=92]"}}
#define CV2(op)       {"OpenCV, Python script", 0, {"python3", "%S/program_cv2.py", op, "%I", "%O"}}
#define GM_BLUR       {"gm", 0, {"gm", "convert", "%I", "-blur", "9x3", "%O"}}
#define GM_SOBEL_X    {"gm, sobel-x alone", 0, {"gm", "convert", "%I", "-convolve", "-1,0,1,-2,0,2,-1,0,1", "%O"}}
#define NETPBM(n)     {"netpbm", n, {"sh", "-c", "pngtopam \"$1\" | pamedge | pnmtopng >\"$2\"", "sh", "%I", "%O"}}
#define DECODE(n)     {"libpng, decode alone", n, {"%B/program_libpng", "%I"}}

const struct job jobs[] = {
    {"4K gray PNG, sobel", "gray-4k.png", "png", 3840, 2160, 1, false, 0,
     {OURS("sobel"), OPENCV("sobel", 4), VIPS_SOBEL(4), CV2("sobel"), GM_SOBEL_X, NETPBM(1), DECODE(0.8)}},
    {"4K RGB PNG, gaussian sigma 3", "rgb-4k.png", "png", 3840, 2160, 3, false, 0,
     {OURS("gaussian:sigma=3,size=19"), OPENCV("gaussian", 2.2), VIPS_GAUSS(3), CV2("gaussian"), GM_BLUR, DECODE(0.8)}},
    {"12 Mpix JPEG, sobel to JPEG", "rgb-12m.jpg", "jpg", 4000, 3000, 3, false, 0,
     {OURS("sobel"), OPENCV("sobel", 4), VIPS_JPEG(4), CV2("sobel")}},
    {"512x512 PNG, sobel", "gray-512.png", "png", 512, 512, 1, false, 0,
     {OURS("sobel"), OPENCV("sobel", 1), VIPS_SOBEL(10), CV2("sobel"), GM_SOBEL_X, NETPBM(3), DECODE(0)}},
    {"20000x20000 gray PNG, sobel", "gray-20000.png", "png", 20000, 20000, 1, true, 64,
     {OURS("sobel"), OPENCV("sobel", 1), VIPS_SOBEL(2.5), DECODE(0)}},
};
/* clang-format on */
const int job_count = sizeof jobs / sizeof *jobs;
