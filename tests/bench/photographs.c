/* photographs.c: how many photographs of digits, drawn by the project's own generator, a model reads right: uneven light, noise,
 * turned by up to 10 degrees, different pens.
 *
 *     photographs MODEL [COUNT]     prints the share and the digits taken for others; exit 1 below 95 %
 */
#include "data/digit_input.h"
#include "support/digitphoto.h"

#include <imgconv/net.h>

#include <stdio.h>
#include <stdlib.h>

enum { HEIGHT = 240, WIDTH = 200, SEED = 2026, NEEDED_PERCENT = 95 };

static int best_of(const float *confidences)
{
    int best = 0;
    for (int c = 1; c < 10; c++)
        best = confidences[c] > confidences[best] ? c : best;
    return best;
}

/* Reads photograph `index`; -1 where the network cannot be asked. */
static int read_photo(const struct imc_net *net, int index, bool *doubt)
{
    static uint8_t gray[HEIGHT * WIDTH];
    struct digit_photo photo;
    struct digit_input input;
    struct imc_error error = {0};
    float confidences[10];
    digit_photo_draw(SEED, (uint32_t)index, index % 10, HEIGHT, WIDTH, gray, &photo);
    if (digit_input_gray(gray, HEIGHT, WIDTH, "photograph", &input, &error) != IMC_OK ||
        imc_net_predict(net, input.pixels, 1, 1, confidences, &error) != IMC_OK) {
        fprintf(stderr, "photographs: %s\n", error.message);
        return -1;
    }
    *doubt = input.verdict != DIGIT_FINE;
    return best_of(confidences);
}

static int measure(const struct imc_net *net, int count)
{
    int right = 0, doubts = 0, taken[10][10] = {{0}};
    for (int i = 0; i < count; i++) {
        bool doubt = false;
        int digit = read_photo(net, i, &doubt);
        if (digit < 0)
            return 1;
        right += digit == i % 10;
        doubts += doubt;
        taken[i % 10][digit]++;
    }
    printf("photographs  %d of %d right (%.2f %%, needed %d %%)  %d doubted\n", right, count, 100.0 * right / count, NEEDED_PERCENT,
           doubts);
    for (int i = 0; i < 100; i++)
        if (i / 10 != i % 10 && taken[i / 10][i % 10])
            printf("  %d taken for %d: %d\n", i / 10, i % 10, taken[i / 10][i % 10]);
    return 100 * right < NEEDED_PERCENT * count;
}

int main(int argc, char **argv)
{
    struct imc_error error = {0};
    struct imc_net_info info;
    struct imc_net *net;
    int count = argc > 2 ? atoi(argv[2]) : 2000;
    if (argc < 2 || count < 1) {
        fputs("photographs MODEL [COUNT]\n", stderr);
        return 2;
    }
    if (imc_net_load(argv[1], &net, &error) != IMC_OK) {
        fprintf(stderr, "photographs: %s\n", error.message);
        return 1;
    }
    imc_net_get_info(net, &info);
    if (info.classes != 10 || info.height != DIGITS_SIDE || info.width != DIGITS_SIDE) {
        fprintf(stderr, "photographs: %s does not read digits of 28x28\n", argv[1]);
        return 1;
    }
    int code = measure(net, count);
    imc_net_free(net);
    return code;
}
