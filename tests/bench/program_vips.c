/* program_vips.c: Sobel of a colour picture's luminance by libvips: program_vips IN OUT[OPTIONS]. The command `vips sobel`
 * would filter three channels, three times the work. */
#include <vips/vips.h>

int main(int argc, char **argv)
{
    VipsImage *gray = NULL, *edges = NULL;
    if (argc != 3 || VIPS_INIT(argv[0]))
        return 2;
    VipsImage *in = vips_image_new_from_file(argv[1], "access", VIPS_ACCESS_SEQUENTIAL, NULL);
    if (!in || vips_colourspace(in, &gray, VIPS_INTERPRETATION_B_W, NULL) || vips_sobel(gray, &edges, NULL) ||
        vips_image_write_to_file(edges, argv[2], NULL))
        vips_error_exit(NULL);
    g_object_unref(edges);
    g_object_unref(gray);
    g_object_unref(in);
    return 0;
}
