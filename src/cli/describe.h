/* describe.h: pictures, kernels and model files in words and in JSON, the same in every command. */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include "cli/json.h"
#include <imgconv/imgconv.h>
#include <imgconv/net.h>

/* "PNG, 640 wide, 480 high, RGB, 8 bits" on one line, without a newline. */
void describe_picture(FILE *out, const struct imc_image_info *info);
/* The same as members of the open object. */
void describe_picture_json(struct json *json, const struct imc_image_info *info);

enum { TAPS_NO, TAPS_YES, TAPS_GRID }; /* GRID: in colour where `out` is a terminal that has them */
/* The heading and a line for each filter; where taps are asked for, what it does and its taps as a matrix. */
void describe_bank(FILE *out, const struct imc_bank *bank, int taps);
/* As members of the open object. */
void describe_bank_json(struct json *json, const struct imc_bank *bank, int taps);

/* The heading, a line for each tensor and each piece of metadata, and the hash of the weights. */
void describe_model(FILE *out, const char *path, const struct imc_tensors *tensors);
/* As members of the open object. */
void describe_model_json(struct json *json, const struct imc_tensors *tensors);

/* A table of a network's layers with their shapes and costs. */
void describe_net(FILE *out, const struct imc_net *net);
/* As a member "network" of the open object. */
void describe_net_json(struct json *json, const struct imc_net *net);

const char *describe_combine(enum imc_combine combine);
const char *describe_class(bool derivative);

#endif
