/* batchfeed.c: see batchfeed.h. */
#include "nn/batchfeed.h"

#include "base/fail.h"
#include "base/memory.h"

#include <string.h>

static void load(void *context, int image, int thread, const struct layout *layout, float *block)
{
    const struct feed *feed = context;
    const struct dataset *set = feed->pictures;
    const struct pass *pass = feed->pass;
    const uint8_t *picture = dataset_picture(set, pass->image[image]);
    if (feed->changes) {
        uint8_t *changed = feed->changed + (size_t)thread * feed->scratch_bytes;
        augment_picture(&feed->augment, set->height, set->width, picture, changed, pass->seed, pass->epoch, pass->image[image],
                        changed + size_align(dataset_picture_size(set)));
        picture = changed;
    }
    for (int y = 0; y < layout->h; y++, picture += layout->w) {
        float *row = block + layout_pixel(layout, y, 0);
        for (int x = 0; x < layout->w; x++)
            row[(ptrdiff_t)x * layout->step] = feed->unit[picture[x]];
    }
}

enum imc_status feed_create(struct feed *feed, const struct dataset *pictures, const struct imc_augment *augment, int threads,
                            struct imc_error *error)
{
    *feed = (struct feed){.source = {load, feed}, .pictures = pictures};
    for (int i = 0; i < 256; i++)
        feed->unit[i] = (float)i / 255;
    if (augment)
        feed->augment =
            (struct augment){augment->shift, augment->rotation, augment->scale, augment->shear, augment->stroke, augment->elastic};
    feed->changes = augment && augment_is_any(&feed->augment);
    if (!feed->changes)
        return IMC_OK;
    feed->scratch_bytes =
        size_align(dataset_picture_size(pictures)) + size_align(augment_scratch(pictures->height, pictures->width));
    feed->changed = mem_alloc((size_t)threads, feed->scratch_bytes);
    return feed->changed ? IMC_OK : fail_memory(error, "changed pictures");
}

void feed_free(struct feed *feed)
{
    mem_free(feed->changed);
}
