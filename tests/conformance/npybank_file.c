/* npybank_file.c: see npybank_file.h. The header is padded to 128 bytes, as NumPy writes it. */
#include "conformance/npybank_file.h"

#include <stdio.h>
#include <string.h>

const char *npybank_random(struct test_rng *rng, const char *name, int filters, int channels, int side)
{
    static char path[320];
    char head[128];
    memset(head, ' ', sizeof head);
    memcpy(head, "\x93NUMPY\x01\x00\x76\x00", 10);
    int size = snprintf(head + 10, sizeof head - 10, "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d, %d, %d), }",
                        filters, channels, side, side);
    head[10 + size] = ' ';
    head[sizeof head - 1] = '\n';
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(head, 1, sizeof head, file), sizeof head);
    for (int i = 0; i < filters * channels * side * side; i++) {
        float tap = (float)(test_random_unit(rng) * 2 - 1);
        ck_assert_uint_eq(fwrite(&tap, sizeof tap, 1, file), 1);
    }
    ck_assert_int_eq(fclose(file), 0);
    return path;
}
