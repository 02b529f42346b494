/* writermem.h: the memory of a writer, for those who count before they open one. */
#ifndef WRITERMEM_H
#define WRITERMEM_H

#include <imgconv/image.h>

/* About, without a few rows. */
uint64_t writer_memory(const struct imc_image_info *info, int compression, int threads);

#endif
