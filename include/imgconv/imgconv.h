/* imgconv.h: everything. libimgconv applies filter banks to pictures: a convolution engine (conv.h) with kernels (kernel.h),
 * readers and writers (image.h), and the two joined (filter.h).
 */
#ifndef IMGCONV_IMGCONV_H
#define IMGCONV_IMGCONV_H

#include <imgconv/analysis.h>
#include <imgconv/compare.h>
#include <imgconv/conv.h>
#include <imgconv/filter.h>
#include <imgconv/image.h>
#include <imgconv/kernel.h>
#include <imgconv/match.h>
#include <imgconv/sheet.h>
#include <imgconv/status.h>
#include <imgconv/tensor.h>
#include <imgconv/thumbnail.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IMC_VERSION "0.1.0"

/* The version of the library in use, IMC_VERSION at its build. */
IMC_API const char *imc_version(void);

/* The parts the library was built with: name, version and licence of the i-th ("libpng", "1.6.39", "libpng-2.0"); false past the
 * last. Strings are static. */
struct imc_part {
    const char *name, *version, *licence;
};
IMC_API bool imc_version_part(int i, struct imc_part *part);
/* The CPU level in use: "c", "avx2"; IMGCONV_CPU lowers it. */
IMC_API const char *imc_cpu_level(void);

#ifdef __cplusplus
}
#endif
#endif
