/* border.c: the padding rule. Which pixel stands outside the picture?
 *
 * Each rule continues periodically: wrap with period n, symmetric with 2n (the picture and its mirror), reflect101 with 2n-2 (the
 * edges not repeated). Mirrored periods are folded back onto 0..n-1.
 */
#include <imgconv/conv.h>

static int modulo(int64_t pos, int64_t period)
{
    int64_t rest = pos % period;
    return (int)(rest < 0 ? rest + period : rest);
}

int imc_border_index(enum imc_border border, int64_t pos, int size)
{
    if (pos >= 0 && pos < size)
        return (int)pos;
    int64_t n = size;
    int folded;
    switch (border) {
    case IMC_BORDER_REPLICATE:
        return pos < 0 ? 0 : size - 1;
    case IMC_BORDER_WRAP:
        return modulo(pos, n);
    case IMC_BORDER_SYMMETRIC:
        folded = modulo(pos, 2 * n);
        return folded < size ? folded : (int)(2 * n - 1 - folded);
    case IMC_BORDER_REFLECT101:
        if (size == 1)
            return 0;
        folded = modulo(pos, 2 * n - 2);
        return folded < size ? folded : (int)(2 * n - 2 - folded);
    case IMC_BORDER_CONSTANT:
        break;
    }
    return -1;
}
