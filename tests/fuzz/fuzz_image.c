/* fuzz_image.c: hostile pictures. Opens any bytes as a picture, under small limits, and reads all rows. It must return; what it
 * finds in the bytes does not matter. Built with a fuzzer:
 *     clang -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -Iinclude -Isrc -Itests tests/fuzz/fuzz_image.c LIBRARY-SOURCES ...
 * and without one by replay_main.c and by test_corpus.c. */
#include <imgconv/image.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct imc_reader_options options;
    struct imc_reader *reader;
    struct imc_error error;
    imc_reader_options_default(&options);
    options.max_pixels = 1 << 16;
    options.max_memory = 1 << 24;
    options.luma = size & 1;
    if (imc_reader_open_memory(data, size, "fuzz", &options, &reader, &error) != IMC_OK)
        return 0;
    const struct imc_image_info *info = imc_reader_info(reader);
    void *row = malloc((size_t)info->width * (size_t)info->channels * imc_type_size(info->type));
    enum imc_status status = row ? IMC_OK : IMC_ERR_MEMORY;
    for (int y = 0; y < info->height && status == IMC_OK; y++)
        status = imc_reader_read(reader, row, 1, &error);
    free(row);
    imc_reader_close(reader);
    return 0;
}
