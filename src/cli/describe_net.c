/* describe_net.c: the layers of a network: what each makes, what it costs, how far it sees. */
#include "cli/describe.h"
#include "cli/numbers.h"

#include <stdio.h>
#include <string.h>

enum { LEAST_WIDTH = 12 };

/* A layer of weights has a rival: the fully connected layer between the same shapes. */
static const char *dense_text(char out[NUMBER_TEXT_MAX], const struct imc_layer_info *layer)
{
    return layer->parameters ? number_grouped_text(out, (uint64_t)layer->dense_parameters) : "";
}

/* Columns up to the last, which says how much a layer sees. */
static void print_columns(FILE *out, int width, const char *text, const char *name, const char *shape, const char *parameters,
                          const char *dense, const char *costs)
{
    fprintf(out, "  %-*s  %-8s %-12s %12s %15s %15s", width, text, name, shape, parameters, dense, costs);
}

static void print_layer(FILE *out, const struct imc_layer_info *layer, int width)
{
    char shape[48], parameters[NUMBER_TEXT_MAX], dense[NUMBER_TEXT_MAX], costs[NUMBER_TEXT_MAX];
    snprintf(shape, sizeof shape, "%dx%dx%d", layer->height, layer->width, layer->channels);
    print_columns(out, width, layer->text, layer->name, shape,
                  layer->parameters ? number_grouped_text(parameters, layer->parameters) : "", dense_text(dense, layer),
                  layer->multiply_adds > 0 ? number_grouped_text(costs, (uint64_t)layer->multiply_adds) : "");
    fprintf(out, "  %dx%d\n", layer->field_y, layer->field_x);
}

/* What all layers have together; `dense` counts those of weights. */
struct net_totals {
    double dense, multiply_adds;
    int width; /* of the longest text */
};

static struct net_totals net_totals(const struct imc_net *net, const struct imc_net_info *info)
{
    struct net_totals totals = {.width = LEAST_WIDTH};
    for (int i = 0; i < info->layers; i++) {
        struct imc_layer_info layer;
        imc_net_get_layer(net, i, &layer);
        totals.dense += layer.parameters ? layer.dense_parameters : 0;
        totals.multiply_adds += layer.multiply_adds;
        totals.width = (int)strlen(layer.text) > totals.width ? (int)strlen(layer.text) : totals.width;
    }
    return totals;
}

void describe_net(FILE *out, const struct imc_net *net)
{
    char parameters[NUMBER_TEXT_MAX], dense[NUMBER_TEXT_MAX], costs[NUMBER_TEXT_MAX];
    struct imc_net_info info;
    imc_net_get_info(net, &info);
    struct net_totals totals = net_totals(net, &info);
    fprintf(out, "network on pictures of %dx%d, %d classes\n", info.height, info.width, info.classes);
    print_columns(out, totals.width, "layer", "name", "output", "parameters", "if dense", "multiply-adds");
    fputs("  sees\n", out);
    for (int i = 0; i < info.layers; i++) {
        struct imc_layer_info layer;
        imc_net_get_layer(net, i, &layer);
        print_layer(out, &layer, totals.width);
    }
    print_columns(out, totals.width, "total", "", "", number_grouped_text(parameters, info.parameters),
                  number_grouped_text(dense, (uint64_t)totals.dense), number_grouped_text(costs, (uint64_t)totals.multiply_adds));
    fputc('\n', out);
}

static void print_layer_json(struct json *json, const struct imc_layer_info *layer)
{
    json_object(json, NULL);
    json_string(json, "layer", layer->text);
    json_string(json, "name", *layer->name ? layer->name : NULL);
    json_array(json, "output");
    json_int(json, NULL, layer->height);
    json_int(json, NULL, layer->width);
    json_int(json, NULL, layer->channels);
    json_close(json);
    json_unsigned(json, "parameters", layer->parameters);
    json_double(json, "dense_parameters", layer->dense_parameters);
    json_double(json, "multiply_adds", layer->multiply_adds);
    json_int(json, "field_y", layer->field_y);
    json_int(json, "field_x", layer->field_x);
    json_int(json, "jump_y", layer->jump_y);
    json_int(json, "jump_x", layer->jump_x);
    json_close(json);
}

void describe_net_json(struct json *json, const struct imc_net *net)
{
    struct imc_net_info info;
    imc_net_get_info(net, &info);
    struct net_totals totals = net_totals(net, &info);
    json_object(json, "network");
    json_string(json, "arch", info.arch);
    json_int(json, "height", info.height);
    json_int(json, "width", info.width);
    json_int(json, "classes", info.classes);
    json_unsigned(json, "parameters", info.parameters);
    json_double(json, "dense_parameters", totals.dense);
    json_double(json, "multiply_adds", totals.multiply_adds);
    json_array(json, "layers");
    for (int i = 0; i < info.layers; i++) {
        struct imc_layer_info layer;
        imc_net_get_layer(net, i, &layer);
        print_layer_json(json, &layer);
    }
    json_close(json);
    json_close(json);
}
