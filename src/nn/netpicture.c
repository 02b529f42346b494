/* netpicture.c: picture files as the input of a network. */
#include "base/fail.h"
#include "base/memory.h"
#include "data/digit_input.h"
#include "data/graypicture.h"
#include "nn/model.h"

#include <string.h>

enum imc_status imc_digit_read(const char *path, bool as_is, struct imc_digit_picture *digit, struct imc_error *error)
{
    struct digit_input input;
    memset(digit, 0, sizeof *digit);
    enum imc_status status = digit_input_read(path, as_is, &input, error);
    if (status)
        return status;
    memcpy(digit->pixels, input.pixels, sizeof digit->pixels);
    digit->doubt = digit_verdict_text(input.verdict);
    return IMC_OK;
}

enum imc_status imc_net_read_picture(const struct imc_net *net, const char *path, uint8_t *pixels, struct imc_error *error)
{
    const struct network *n = net->network;
    uint8_t *gray;
    int height, width;
    uint64_t most = 1 << 26; /* enough to tell the size of what was named by mistake */
    enum imc_status status = gray_read(path, most, &gray, &height, &width, error);
    if (status)
        return status;
    if (height == n->height && width == n->width)
        memcpy(pixels, gray, (size_t)height * (size_t)width);
    else
        status = fail(error, IMC_ERR_ARGUMENT, "%s: is %dx%d pixels; as they are, the network reads pictures of %dx%d", path, width,
                      height, n->width, n->height);
    mem_free(gray);
    return status;
}
