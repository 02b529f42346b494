/* test_published_layers.c: the network's layers, losses and optimiser against ONNX's node tests: pools, Gemm, ReLU, softmax,
 * cross-entropy, Adam. The data lie outside the project; where they are absent the test says so and passes.
 *
 * What a layer of ours cannot do is left out: pools with dilation, with windows that reach beyond the picture (ceil_mode), or whose
 * mean counts fewer samples at the edge; softmax along another axis than the last; losses with a weight for each class.
 */
#include "base/pool.h"
#include "conformance/onnx_node.h"
#include "nn/optimiser.h"
#include "nn/pass.h"
#include "support/testing.h"

#include <dirent.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of the published floats, which come from another order of sums. */
static const double TOLERANCE = 2e-6;

/* An array of up to four dimensions as images of h x w pixels and c channels; leading ones are missing. */
struct batch {
    int n, c, h, w;
    const struct npz_array *array;
};

static struct batch batch_of(const struct npz_array *array)
{
    int size[4] = {1, 1, 1, 1};
    ck_assert(array && array->dims <= 4);
    for (int i = 0; i < array->dims; i++)
        size[4 - array->dims + i] = (int)array->shape[i];
    return (struct batch){size[0], size[1], size[2], size[3], array};
}

static double sample_of(const struct batch *batch, int n, int c, int y, int x)
{
    size_t at = (((size_t)n * (size_t)batch->c + (size_t)c) * (size_t)batch->h + (size_t)y) * (size_t)batch->w + (size_t)x;
    return npz_number(batch->array, at);
}

static void expect(const char *name, size_t i, double got, double want)
{
    ck_assert_msg(fabs(got - want) <= TOLERANCE * fmax(1, fabs(want)), "%s: value %zu is %.9g, published %.9g", name, i, got, want);
}

/* ---- a layer ---- */

/* One image, with `before` and `after` rows and columns of `fill` around it. */
struct framed {
    const struct batch *in;
    int image, top, left;
    float fill;
};

static void load(void *context, int image, int thread, const struct layout *layout, float *block)
{
    const struct framed *framed = context;
    (void)image, (void)thread;
    for (int y = 0; y < layout->h; y++)
        for (int x = 0; x < layout->w; x++)
            for (int c = 0; c < layout->c; c++) {
                int row = y - framed->top, column = x - framed->left;
                bool inside = row >= 0 && row < framed->in->h && column >= 0 && column < framed->in->w;
                block[layout_pixel(layout, y, x) + (size_t)c] =
                    inside ? (float)sample_of(framed->in, framed->image, c, row, column) : framed->fill;
            }
}

struct network_run {
    struct network *net;
    struct workspace *workspace;
    struct pool *pool;
};

/* A network of the layer `text` and a dense one, which every network ends with. */
static struct network_run start(const char *text, int h, int w, int c)
{
    struct network_run run;
    struct imc_error error = {0};
    char whole[64];
    snprintf(whole, sizeof whole, "%s,dense2", text);
    ck_assert_msg(network_create(whole, h, w, c, NETWORK_WEIGHTS_MAX, &run.net, &error) == IMC_OK, "%s: %s", whole, error.message);
    ck_assert_int_eq(workspace_create(run.net, 1, 1, false, &run.workspace, &error), IMC_OK);
    ck_assert_ptr_nonnull(run.pool = pool_create(1));
    return run;
}

static void stop(struct network_run *run)
{
    pool_destroy(run->pool);
    workspace_free(run->workspace);
    network_free(run->net);
}

/* The first layer's answers to every image against the published ones. */
static void check_layer(const char *name, struct network_run *run, struct framed *framed, const struct npz_array *output)
{
    struct batch want = batch_of(output);
    const struct layout *out = &run->net->layer[0].out;
    uint32_t number = 0;
    struct pass pass = {.image = &number, .images = 1, .pool = run->pool};
    struct source source = {load, framed};
    ck_assert_msg(want.c == out->c && want.h == out->h && want.w == out->w, "%s: %dx%dx%d, published %dx%dx%d", name, out->c,
                  out->h, out->w, want.c, want.h, want.w);
    for (framed->image = 0; framed->image < want.n; framed->image++) {
        const float *got = pass_forward_to(run->workspace, &pass, &source, 1);
        for (int c = 0; c < want.c; c++)
            for (int y = 0; y < want.h; y++)
                for (int x = 0; x < want.w; x++)
                    expect(name, (size_t)(y * want.w + x), got[layout_pixel(out, y, x) + (size_t)c],
                           sample_of(&want, framed->image, c, y, x));
    }
}

static bool check_pool(const char *name, const struct onnx_node *node)
{
    bool mean = strstr(node->op, "Average"), global = strncmp(node->op, "Global", 6) == 0;
    struct batch in = batch_of(onnx_input(node, 0));
    struct imc_conv_axis y = {.kernel = onnx_int(node, "kernel_shape", 0, in.h)};
    struct imc_conv_axis x = {.kernel = onnx_int(node, "kernel_shape", 1, in.w)};
    onnx_axis(node, 0, in.h, &y);
    onnx_axis(node, 1, in.w, &x);
    bool padded = y.before || y.after || x.before || x.after;
    if (y.dilation != 1 || x.dilation != 1 || onnx_int(node, "ceil_mode", 0, 0) ||
        (mean && padded && !onnx_int(node, "count_include_pad", 0, 0)))
        return false;
    ck_assert(global || cJSON_GetObjectItem(node->attributes, "kernel_shape"));
    char text[32];
    snprintf(text, sizeof text, "%spool%dx%ds%dx%d", mean ? "avg" : "", y.kernel, x.kernel, y.stride, x.stride);
    struct network_run run = start(text, in.h + y.before + y.after, in.w + x.before + x.after, in.c);
    struct framed framed = {&in, 0, y.before, x.before, mean ? 0 : -FLT_MAX};
    check_layer(name, &run, &framed, onnx_output(node, 0));
    stop(&run);
    return true;
}

static bool check_relu(const char *name, const struct onnx_node *node)
{
    struct batch in = batch_of(onnx_input(node, 0));
    struct network_run run = start("relu", in.h, in.w, in.c);
    struct framed framed = {.in = &in};
    check_layer(name, &run, &framed, onnx_output(node, 0));
    stop(&run);
    return true;
}

/* ---- Gemm: alpha * A' * B' + beta * C, rows of A' as images and one value of C for each output ---- */

static double matrix(const struct npz_array *array, bool turned, size_t row, size_t column)
{
    return npz_number(array, turned ? column * array->shape[1] + row : row * array->shape[1] + column);
}

struct rows {
    const struct npz_array *array;
    bool turned;
    int row;
};

static void load_row(void *context, int image, int thread, const struct layout *layout, float *block)
{
    const struct rows *rows = context;
    (void)image, (void)thread;
    for (int c = 0; c < layout->c; c++)
        block[c] = (float)matrix(rows->array, rows->turned, (size_t)rows->row, (size_t)c);
}

static void load_gemm(struct network_run *run, const struct onnx_node *node, int inputs, int outputs)
{
    const struct npz_array *b = onnx_input(node, 1), *c = onnx_input(node, 2);
    const struct layer *layer = &run->net->layer[0];
    float *weights = calloc((size_t)inputs * (size_t)outputs, sizeof *weights), *biases = calloc((size_t)outputs, sizeof *biases);
    double alpha = onnx_number(node, "alpha", 1), beta = onnx_number(node, "beta", 1);
    for (int o = 0; o < outputs; o++) {
        for (int k = 0; k < inputs; k++)
            weights[o * inputs + k] = (float)(alpha * matrix(b, onnx_int(node, "transB", 0, 0), (size_t)k, (size_t)o));
        biases[o] = c ? (float)(beta * npz_number(c, c->count > 1 ? (size_t)o : 0)) : 0;
    }
    layer->kind->copy_in(layer, run->net->parameter, weights, biases);
    network_load(run->net);
    free(weights);
    free(biases);
}

static bool check_gemm(const char *name, const struct onnx_node *node)
{
    const struct npz_array *want = onnx_output(node, 0), *c = onnx_input(node, 2);
    struct rows rows = {onnx_input(node, 0), onnx_int(node, "transA", 0, 0), 0};
    if (c && c->count > want->shape[1]) /* a bias for each image */
        return false;
    int images = (int)want->shape[0], outputs = (int)want->shape[1];
    int inputs = (int)(rows.turned ? rows.array->shape[0] : rows.array->shape[1]);
    char text[32];
    snprintf(text, sizeof text, "dense%d", outputs);
    struct network_run run = start(text, 1, 1, inputs);
    load_gemm(&run, node, inputs, outputs);
    uint32_t number = 0;
    struct pass pass = {.image = &number, .images = 1, .pool = run.pool};
    struct source source = {load_row, &rows};
    for (rows.row = 0; rows.row < images; rows.row++) {
        const float *got = pass_forward_to(run.workspace, &pass, &source, 1);
        for (int o = 0; o < outputs; o++)
            expect(name, (size_t)o, got[o], matrix(want, false, (size_t)rows.row, (size_t)o));
    }
    stop(&run);
    return true;
}

/* ---- heads ---- */

static float *row_of(const struct npz_array *array, size_t row, size_t count)
{
    float *made = malloc(count * sizeof *made);
    ck_assert_ptr_nonnull(made);
    for (size_t i = 0; i < count; i++)
        made[i] = (float)npz_number(array, row * count + i);
    return made;
}

static bool check_softmax(const char *name, const struct onnx_node *node)
{
    const struct npz_array *in = onnx_input(node, 0), *want = onnx_output(node, 0);
    int axis = onnx_int(node, "axis", 0, -1), classes = (int)in->shape[in->dims - 1];
    if (axis != -1 && axis != in->dims - 1)
        return false;
    float *got = malloc((size_t)classes * sizeof *got);
    for (size_t row = 0; row < in->count / (size_t)classes; row++) {
        float *out = row_of(in, row, (size_t)classes);
        head_confidences(out, classes, got);
        for (size_t i = 0; i < (size_t)classes; i++)
            expect(name, i, got[i], npz_number(want, row * (size_t)classes + i));
        free(out);
    }
    free(got);
    return true;
}

/* By row, summed, or the mean, which is the loss that training reports. */
static bool check_cross_entropy(const char *name, const struct onnx_node *node)
{
    const struct npz_array *in = onnx_input(node, 0), *label = onnx_input(node, 1), *want = onnx_output(node, 0);
    const char *reduction = cJSON_GetStringValue(cJSON_GetObjectItem(node->attributes, "reduction"));
    if (in->dims != 2 || onnx_input(node, 2) || !reduction)
        return false;
    size_t rows = in->shape[0], classes = in->shape[1];
    struct head head = {ARCH_SOFTMAX, (int)classes, 0};
    double total = 0;
    for (size_t row = 0; row < rows; row++) {
        float *out = row_of(in, row, classes);
        uint8_t of = (uint8_t)npz_number(label, row);
        double loss = 0;
        int right = 0;
        head_loss(&head, out, (int)classes, &of, 1, NULL, &loss, &right);
        if (strcmp(reduction, "none") == 0)
            expect(name, row, loss, npz_number(want, row));
        total += loss;
        free(out);
    }
    if (strcmp(reduction, "none") != 0)
        expect(name, 0, strcmp(reduction, "mean") == 0 ? total / (double)rows : total, npz_number(want, 0));
    return true;
}

/* ---- Adam: the published steps have number 0, before which no corrections are made, so that the rate is the step's own. Where a
 * node does not name its epsilon, the published values are those of 1e-2 (not of the operator's default, 1e-6). ---- */

static bool check_adam(const char *name, const struct onnx_node *node)
{
    int tensors = (cJSON_GetArraySize(node->inputs) - 2) / 4;
    ck_assert_int_eq((int)npz_number(onnx_input(node, 1), 0), 0);
    struct optimiser_rule rule = {.kind = IMC_OPTIMISER_ADAM,
                                  .beta1 = (float)onnx_number(node, "alpha", 0.9),
                                  .beta2 = (float)onnx_number(node, "beta", 0.999),
                                  .epsilon = (float)onnx_number(node, "epsilon", 1e-2),
                                  .weight_decay = (float)onnx_number(node, "norm_coefficient", 0)};
    struct optimiser_step step = {(float)npz_number(onnx_input(node, 0), 0), rule.weight_decay};
    for (int t = 0; t < tensors; t++) {
        size_t count = onnx_input(node, 2 + t)->count;
        struct optimiser optimiser = {.rule = rule, .count = count};
        float *value = row_of(onnx_input(node, 2 + t), 0, count), *gradient = row_of(onnx_input(node, 2 + tensors + t), 0, count);
        optimiser.first = row_of(onnx_input(node, 2 + 2 * tensors + t), 0, count);
        optimiser.second = row_of(onnx_input(node, 2 + 3 * tensors + t), 0, count);
        optimiser_update(&optimiser, &step, value, gradient, 0, count, 1);
        for (size_t i = 0; i < count; i++) {
            expect(name, i, value[i], npz_number(onnx_output(node, t), i));
            expect(name, i, optimiser.first[i], npz_number(onnx_output(node, tensors + t), i));
            expect(name, i, optimiser.second[i], npz_number(onnx_output(node, 2 * tensors + t), i));
        }
        free(value);
        free(gradient);
        free(optimiser.first);
        free(optimiser.second);
    }
    return true;
}

/* ---- */

/* `least`: how many cases of each kind the data hold, so that a reader that silently takes fewer is noticed. */
static const struct {
    const char *op;
    bool (*check)(const char *name, const struct onnx_node *node);
    int least;
} kinds[] = {{"MaxPool", check_pool, 10},      {"AveragePool", check_pool, 7},
             {"GlobalMaxPool", check_pool, 2}, {"GlobalAveragePool", check_pool, 2},
             {"Relu", check_relu, 2},          {"Gemm", check_gemm, 11},
             {"Softmax", check_softmax, 8},    {"SoftmaxCrossEntropyLoss", check_cross_entropy, 6},
             {"Adam", check_adam, 2}};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* The kind of the file's node, where it was checked; -1 otherwise. */
static int check_file(const char *path, const char *name)
{
    struct onnx_node node;
    int kind = -1;
    ck_assert_msg(onnx_read(path, &node), "%s: not understood", name);
    for (int k = 0; k < KINDS && node.nodes == 1; k++)
        if (strcmp(node.op, kinds[k].op) == 0 && kinds[k].check(name, &node))
            kind = k;
    onnx_free(&node);
    return kind;
}

START_TEST(values_of_onnx)
{
    char path[1024];
    int count[KINDS] = {0};
    if (!test_shared()) {
        printf("skipped: the published values (onnx) are not here\n");
        return;
    }
    snprintf(path, sizeof path, "%s/onnx", test_shared());
    DIR *directory = opendir(path);
    ck_assert_msg(directory, "%s cannot be read", path);
    for (const struct dirent *entry; (entry = readdir(directory));) {
        size_t length = strlen(entry->d_name);
        if (length < 4 || strcmp(entry->d_name + length - 4, ".npz") != 0)
            continue;
        snprintf(path, sizeof path, "%s/onnx/%s", test_shared(), entry->d_name);
        int kind = check_file(path, entry->d_name);
        if (kind >= 0)
            count[kind]++;
    }
    closedir(directory);
    for (int k = 0; k < KINDS; k++) {
        printf("%d published cases of %s\n", count[k], kinds[k].op);
        ck_assert_int_ge(count[k], kinds[k].least);
    }
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("published layers");
    TCase *tests = tcase_create("published layers");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, values_of_onnx);
    suite_add_tcase(suite, tests);
    return suite;
}
