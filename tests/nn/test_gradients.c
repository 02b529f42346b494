/* test_gradients.c: outputs against a plain float64 network, and every layer's gradients against that network's central
 * differences. Numbers that lie at a kink (of a ReLU, a maximum, a hinge), where no derivative exists, are drawn again. */
#include "nn/small_run.h"

#include <math.h>
#include <stdlib.h>

static const struct {
    const char *arch;
    int height, width, images;
} cases[] = {
    {"dense3", 3, 4, 2},
    {"dense7,relu,dense3", 4, 4, 3},
    {"dense9,dense3,svm", 3, 3, 5},
    {"conv3x3,dense4", 5, 6, 2},
    {"conv1x1,dense2", 1, 1, 1},
    {"conv3x3,relu,pool2,dense4", 6, 6, 2},
    {"conv8x3,pool2,relu,dense4", 7, 5, 2},
    {"conv9x3,relu,pool3s2,dense4", 8, 9, 2},
    {"conv2x3,relu,pool17,dense3", 20, 18, 2},
    {"conv2x3,pool17x16s1x2,relu,dense3", 19, 21, 3},
    {"conv2x2,relu,avgpool2x1,dense3", 5, 5, 2},
    {"conv3x3,relu,conv10x3,relu,pool2,dense3", 6, 6, 2},
    {"conv16x3,relu,conv9x5p0,relu,dense3", 7, 7, 2},
    {"conv8x3s2,relu,conv3x3s2,relu,dense3", 8, 9, 2},
    {"conv4x2x3s2x1,relu,conv9x3d2,avgpool2,dense3,svm", 9, 8, 2},
    {"conv9x1,relu,conv17x2,pool2s1,relu,flatten,dense5,dropout0,relu,dense3", 5, 4, 2},
    {"conv3x5p4s3,pool1,dense3", 4, 4, 2},
    {"conv2x3p0,conv9x3,dense12,relu,dense10", 6, 7, 19},
    {"conv8x3p2,relu,pool2s3,conv8x3,relu,dense3", 8, 8, 9},
};
enum { CASES = sizeof cases / sizeof *cases };

/* A run whose numbers stay clear of kinks. */
static void make_clear_run(struct small_run *run, int i, int threads, struct test_rng *rng)
{
    for (int tries = 0;; tries++) {
        double near;
        small_run_make(run, cases[i].arch, cases[i].height, cases[i].width, cases[i].images, threads, rng);
        ref_net_loss(&run->ref, run->pictures, run->labels, run->images, &near);
        if (near > 2e-5 || tries == 200)
            return;
        small_run_free(run);
    }
}

START_TEST(outputs_are_right)
{
    struct test_rng rng = {test_seed() + (uint64_t)_i};
    struct small_run run;
    const float *outputs;
    double right[256];
    small_run_make(&run, cases[_i].arch, cases[_i].height, cases[_i].width, cases[_i].images, 1, &rng);
    double loss = small_run_loss(&run, 0.1f, &outputs, NULL);
    run.ref.smoothing = 0.1f;
    for (int n = 0; n < run.images; n++) {
        int count = ref_net_outputs(&run.ref, run.pictures + (size_t)n * (size_t)(cases[_i].height * cases[_i].width), right, NULL);
        int step = run.net->value[run.net->values - 1].step;
        for (int c = 0; c < count; c++)
            ck_assert_double_le(fabs(outputs[n * step + c] - right[c]), 1e-5 * (1 + fabs(right[c])));
    }
    double wanted = ref_net_loss(&run.ref, run.pictures, run.labels, run.images, NULL);
    ck_assert_double_le(fabs(loss - wanted), 1e-5 * (1 + fabs(wanted)));
    small_run_free(&run);
}
END_TEST

/* What predicts keeps less of a batch than what trains: the outputs are the same. */
START_TEST(predicting_gives_the_same_outputs)
{
    struct test_rng rng = {test_seed() + (uint64_t)_i};
    struct small_run run;
    struct workspace *small;
    struct imc_error error = {0};
    const float *outputs;
    small_run_make(&run, cases[_i].arch, cases[_i].height, cases[_i].width, cases[_i].images, 2, &rng);
    small_run_loss(&run, 0, &outputs, NULL);
    size_t bytes = (size_t)run.images * (size_t)run.net->value[run.net->values - 1].step * sizeof *outputs;
    ck_assert_int_eq(workspace_create(run.net, run.images, 2, false, &small, &error), IMC_OK);
    struct pass pass = {.image = run.numbers, .images = run.images, .pool = run.pool};
    ck_assert_mem_eq(pass_forward(small, &pass, &run.source), outputs, bytes);
    workspace_free(small);
    small_run_free(&run);
}
END_TEST

/* The derivative of the reference's loss by one number. */
static double difference(struct small_run *run, double *number)
{
    const double apart = 1e-6;
    double kept = *number;
    *number = kept + apart;
    double above = ref_net_loss(&run->ref, run->pictures, run->labels, run->images, NULL);
    *number = kept - apart;
    double below = ref_net_loss(&run->ref, run->pictures, run->labels, run->images, NULL);
    *number = kept;
    return (above - below) / (2 * apart);
}

static void check_tensor(struct small_run *run, int tensor, const double *gradient, struct test_rng *rng)
{
    double largest = 1e-3;
    int count = run->ref.count[tensor], stride = 1 + count / 40;
    for (int n = 0; n < count; n++)
        largest = fmax(largest, fabs(gradient[n]));
    for (int n = test_random_int(rng, 0, stride - 1); n < count; n += stride) {
        double wanted = difference(run, &run->ref.tensor[tensor][n]);
        ck_assert_msg(fabs(gradient[n] - wanted) <= 2e-4 * largest, "tensor %d, number %d: %g, not %g", tensor, n, gradient[n],
                      wanted);
    }
}

START_TEST(gradients_are_central_differences)
{
    struct test_rng rng = {test_seed() + 100 + (uint64_t)_i};
    struct small_run run;
    double *tensors[REF_TENSORS_MAX];
    make_clear_run(&run, _i, 1, &rng);
    float *gradient = calloc(run.net->parameters, sizeof *gradient);
    run.ref.smoothing = 0.25;
    small_run_loss(&run, 0.25f, NULL, gradient);
    for (int t = 0; t < run.ref.tensors; t++)
        tensors[t] = malloc(sizeof(double) * (size_t)run.ref.count[t]);
    small_run_tensors(&run, gradient, tensors);
    for (int t = 0; t < run.ref.tensors; t++) {
        check_tensor(&run, t, tensors[t], &rng);
        free(tensors[t]);
    }
    free(gradient);
    small_run_free(&run);
}
END_TEST

START_TEST(threads_change_no_bit)
{
    struct small_run run[2];
    float *gradient[2];
    for (int k = 0; k < 2; k++) {
        struct test_rng rng = {test_seed() + (uint64_t)_i};
        small_run_make(&run[k], cases[_i].arch, cases[_i].height, cases[_i].width, cases[_i].images, 1 + 2 * k, &rng);
        gradient[k] = calloc(run[k].net->parameters, sizeof **gradient);
        small_run_loss(&run[k], 0, NULL, gradient[k]);
    }
    ck_assert_mem_eq(gradient[0], gradient[1], run[0].net->parameters * sizeof **gradient);
    for (int k = 0; k < 2; k++) {
        free(gradient[k]);
        small_run_free(&run[k]);
    }
}
END_TEST

START_TEST(dropout_keeps_the_mean_and_its_mask)
{
    struct test_rng rng = {test_seed()};
    struct small_run run;
    small_run_make(&run, "dropout0.25,dense2", 40, 50, 4, 1, &rng);
    const struct layer *layer = &run.net->layer[0];
    struct pass pass = {.training = true, .seed = 5, .epoch = 3, .image = run.numbers, .images = 4};
    float values[2000], gradient[2000];
    for (int i = 0; i < 2000; i++)
        values[i] = gradient[i] = 1;
    struct image_pass p = {.pass = &pass, .image = 2, .out = values, .d_in = gradient, .d_out = gradient};
    layer->kind->forward(layer, &p);
    layer->kind->backward(layer, &p);
    double kept = 0;
    for (int i = 0; i < 2000; i++) {
        ck_assert(values[i] == 0 || values[i] == 1 / (1 - 0.25f));
        ck_assert(values[i] == gradient[i]);
        kept += values[i] != 0;
    }
    ck_assert_double_le(fabs(kept / 2000 - 0.75), 0.05); /* five deviations */
    pass.training = false;
    values[0] = 3;
    layer->kind->forward(layer, &p);
    ck_assert_float_eq(values[0], 3);
    small_run_free(&run);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("gradients");
    TCase *tests = tcase_create("gradients");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, outputs_are_right, 0, CASES);
    tcase_add_loop_test(tests, predicting_gives_the_same_outputs, 0, CASES);
    tcase_add_loop_test(tests, gradients_are_central_differences, 0, CASES);
    tcase_add_loop_test(tests, threads_change_no_bit, 0, CASES);
    tcase_add_test(tests, dropout_keeps_the_mean_and_its_mask);
    suite_add_tcase(suite, tests);
    return suite;
}
