/* program_libpng.c: decodes a PNG row by row and does nothing else: what remains of a filter run when all else costs nothing. */
#include <png.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!file || !info)
        return 1;
    png_init_io(png, file); /* an error aborts: that is one way to fail */
    png_read_info(png, info);
    png_bytep row = malloc(png_get_rowbytes(png, info));
    if (!row)
        return 1;
    for (png_uint_32 y = png_get_image_height(png, info); y > 0; y--)
        png_read_row(png, row, NULL);
    png_read_end(png, NULL);
    png_destroy_read_struct(&png, &info, NULL);
    free(row);
    fclose(file);
    return 0;
}
