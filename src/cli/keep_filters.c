/* keep_filters.c: a model of one layer for each epoch, which `imgconv kernels --sheet` draws as strips. */
#include "cli/keep_filters.h"
#include "cli/message.h"

#include <imgconv/tensor.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 2 /* weights and biases */ };

/* The first tensor of filters and, where there is one, that of its biases: how many. */
static int find_layer(const struct imc_tensors *model, int at[PARTS])
{
    char bias[256];
    for (int i = 0; i < imc_tensors_count(model); i++) {
        const struct imc_tensor_info *info = imc_tensors_info(model, i);
        const char *dot = strrchr(info->name, '.');
        if (info->dims != 4)
            continue;
        snprintf(bias, sizeof bias, "%.*s.bias", (int)(dot ? dot - info->name : 0), info->name);
        at[0] = i;
        at[1] = imc_tensors_find(model, bias);
        return at[1] < 0 ? 1 : PARTS;
    }
    return 0;
}

/* Reads the tensors; *numbers are then to be freed. */
static enum imc_status read_layer(const struct imc_tensors *model, const int at[PARTS], int count, struct imc_tensor part[PARTS],
                                  float *numbers[PARTS], struct imc_error *error)
{
    enum imc_status status = IMC_OK;
    for (int i = 0; i < count && !status; i++) {
        const struct imc_tensor_info *info = imc_tensors_info(model, at[i]);
        numbers[i] = malloc((size_t)info->count * sizeof *numbers[i]);
        if (!numbers[i]) {
            *error = (struct imc_error){IMC_ERR_MEMORY, "out of memory for filters"};
            return IMC_ERR_MEMORY;
        }
        part[i] = (struct imc_tensor){.name = info->name, .dims = info->dims, .numbers = numbers[i]};
        memcpy(part[i].shape, info->shape, sizeof part[i].shape);
        status = imc_tensors_read(model, at[i], numbers[i], error);
    }
    return status;
}

bool keep_filters(const char *folder, const char *model, int epoch)
{
    struct imc_tensors *file;
    struct imc_tensor part[PARTS];
    struct imc_error error = {0};
    float *numbers[PARTS] = {0};
    int at[PARTS], count = 0;
    char path[4096], number[16];
    snprintf(path, sizeof path, "%.4000s/epoch-%03d.safetensors", folder, epoch);
    snprintf(number, sizeof number, "%d", epoch);
    const struct imc_tensor_note note = {"epoch", number};
    enum imc_status status = imc_tensors_open(model, &file, &error);
    if (status == IMC_OK)
        count = find_layer(file, at);
    if (status == IMC_OK)
        status = read_layer(file, at, count, part, numbers, &error);
    if (status == IMC_OK && count)
        status = imc_tensors_save(path, false, part, count, &note, 1, &error);
    for (int i = 0; i < PARTS; i++)
        free(numbers[i]);
    imc_tensors_close(file);
    if (status != IMC_OK)
        complain_error(NULL, &error);
    return status == IMC_OK;
}
