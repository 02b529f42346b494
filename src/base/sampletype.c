/* sampletype.c: the types of samples, known on every floor. */
#include <imgconv/image.h>

size_t imc_type_size(enum imc_type type)
{
    static const unsigned char sizes[] = {[IMC_U8] = 1, [IMC_U16] = 2, [IMC_F32] = 4, [IMC_S16] = 2};
    return sizes[type];
}
