/* profile.c: an RGB profile on a gray file, or a CMYK one on RGB, makes viewers show nonsense. The colour space signature of an ICC
 * profile stands at byte 16 of its header (ICC.1:2022, 7.2.6). */
#include "filter/profile.h"

#include <string.h>

struct imc_metadata profile_for(const struct recipe *recipe)
{
    struct imc_metadata metadata = recipe->input.metadata;
    const char *wanted = recipe->output.channels >= 3 ? "RGB " : "GRAY";
    const char *header = metadata.icc.data;
    if (metadata.icc.size < 128 || memcmp(header + 16, wanted, 4) != 0)
        metadata.icc = (struct imc_blob){NULL, 0};
    return metadata;
}
