/* batchfeed.c: see batchfeed.h. */
#include "nn/batchfeed.h"

#include "base/fail.h"
#include "base/memory.h"
#include "simd/rowops.h"

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
    for (int y = 0; y < layout->h; y++, picture += layout->w) /* of one channel: pixels lie side by side */
        rowops()->unit_u8(block + layout_pixel(layout, y, 0), picture, layout->w);
}

enum imc_status feed_create(struct feed *feed, const struct dataset *pictures, const struct imc_augment *augment, int threads,
                            struct imc_error *error)
{
    *feed = (struct feed){.source = {load, feed}, .pictures = pictures};
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
