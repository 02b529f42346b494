/* embed.c: a build tool. `embed NAME FILE...` prints a C file that holds the files' bytes as
 *     const struct embedded_file NAME[] = { {"stem", bytes, size}, ..., {0} };
 * the declaration of which is in src/base/embedded.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_stem(const char *path)
{
    const char *slash = strrchr(path, '/'), *stem = slash ? slash + 1 : path;
    const char *dot = strrchr(stem, '.');
    printf("\"%.*s\"", (int)(dot ? dot - stem : (long)strlen(stem)), stem);
}

/* The file's bytes as array `bytes_INDEX`, a zero byte behind them so that text can be used as a string. Returns the size. */
static long print_bytes(const char *path, int index)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(1);
    }
    long size = 0;
    printf("static const unsigned char bytes_%d[] = {", index);
    for (int c; (c = getc(file)) != EOF; size++)
        printf("%s%d,", size % 32 ? "" : "\n", c);
    printf("0};\n");
    if (ferror(file) || fclose(file)) {
        perror(path);
        exit(1);
    }
    return size;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    printf("#include \"base/embedded.h\"\n");
    long *sizes = calloc((size_t)argc, sizeof *sizes);
    if (!sizes)
        return 1;
    for (int i = 2; i < argc; i++)
        sizes[i] = print_bytes(argv[i], i);
    printf("const struct embedded_file %s[] = {\n", argv[1]);
    for (int i = 2; i < argc; i++) {
        printf("    {");
        print_stem(argv[i]);
        printf(", bytes_%d, %ld},\n", i, sizes[i]);
    }
    printf("    {0, 0, 0},\n};\n");
    free(sizes);
    return fflush(stdout) || ferror(stdout);
}
