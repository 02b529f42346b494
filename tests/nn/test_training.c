/* test_training.c: runs as a whole: a few pictures learned by heart, a resume that ends in the same bytes, threads that change
 * none, a fixed beginning, and files that are not what they claim. */
#include "base/memory.h"
#include "data/opened.h"
#include "nn/trainer.h"
#include "support/testing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIDE = 12, CLASSES = 3, PICTURES = 60 };

/* Bars across, bars down and squares, with noise: easy to tell apart. */
static void draw(uint8_t *pixels, int label, struct test_rng *rng)
{
    int at = test_random_int(rng, 2, SIDE - 4);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            bool across = y >= at && y < at + 2, down = x >= at && x < at + 2;
            bool ink = label == 0                        ? across
                       : label == 1                      ? down
                       : across && x > 1 && x < SIDE - 2 ? true
                                                         : down && y > 1 && y < SIDE - 2;
            pixels[y * SIDE + x] = (uint8_t)(ink ? 200 + test_random_int(rng, 0, 55) : test_random_int(rng, 0, 60));
        }
}

static struct imc_dataset *make_set(uint64_t seed)
{
    struct test_rng rng = {seed};
    struct imc_error error = {0};
    struct imc_dataset *set = mem_zalloc(1, sizeof *set);
    struct dataset *part[2] = {&set->pair.train, &set->pair.test};
    for (int p = 0; p < 2; p++) {
        ck_assert_int_eq(dataset_create(part[p], PICTURES, 1, SIDE, SIDE, CLASSES, "drawn bars", &error), IMC_OK);
        for (int i = 0; i < PICTURES; i++) {
            part[p]->labels[i] = (uint8_t)(i % CLASSES);
            draw(part[p]->pixels + (size_t)i * SIDE * SIDE, i % CLASSES, &rng);
        }
    }
    return set;
}

static struct imc_train_options small_options(void)
{
    struct imc_train_options options;
    struct imc_error error;
    ck_assert_int_eq(imc_train_options_recipe("notes", &options, &error), IMC_OK);
    options.arch = "conv8x3,relu,pool2,conv8x3,relu,pool2,dropout0.1,dense16,relu,dense3";
    options.batch = 20;
    options.epochs = 3;
    options.rate = 0.01;
    options.validation = 0.2;
    return options;
}

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    char *bytes = malloc(1 << 20);
    *size = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

static void assert_same_file(const char *a, const char *b)
{
    size_t size[2];
    char *bytes[2] = {read_file(a, &size[0]), read_file(b, &size[1])};
    ck_assert_uint_eq(size[0], size[1]);
    ck_assert_mem_eq(bytes[0], bytes[1], size[0]);
    free(bytes[0]);
    free(bytes[1]);
}

START_TEST(a_few_pictures_are_learned_by_heart)
{
    struct imc_dataset *set = make_set(1);
    struct imc_train_options options = small_options();
    struct imc_error error = {0};
    struct imc_evaluation seen;
    struct imc_net *net;
    options.epochs = 30;
    options.validation = 0;
    options.optimiser = (enum imc_optimiser)_i;
    options.rate = _i == IMC_OPTIMISER_SGD ? 0.05 : 0.01;
    ck_assert_msg(imc_train(&options, set, NULL, NULL, &net, &error) == IMC_OK, "%s", error.message);
    ck_assert_int_eq(imc_net_evaluate(net, set, IMC_DATASET_TRAIN, 1, &seen, NULL, &error), IMC_OK);
    ck_assert_int_eq(seen.right, PICTURES);
    ck_assert_int_eq(imc_net_evaluate(net, set, IMC_DATASET_TEST, 1, &seen, NULL, &error), IMC_OK);
    ck_assert_int_ge(seen.right, PICTURES * 9 / 10);
    imc_net_free(net);
    imc_dataset_free(set);
}
END_TEST

/* Stops after so many calls of the watcher. */
static bool stop_after(void *context, const struct imc_train_progress *progress)
{
    (void)progress;
    return --*(int *)context > 0;
}

static bool has_checkpoint(void *context, const struct imc_train_progress *progress)
{
    (void)progress;
    ck_assert_int_eq(access(context, F_OK), 0);
    return true;
}

START_TEST(resume_ends_in_the_same_bytes)
{
    struct imc_dataset *set = make_set(2);
    struct imc_train_options options = small_options();
    struct imc_error error = {0};
    struct imc_net *net;
    char straight[4096], parted[4096];
    snprintf(straight, sizeof straight, "%s/straight.safetensors", test_folder());
    snprintf(parted, sizeof parted, "%s/parted.safetensors", test_folder());
    options.schedule = IMC_SCHEDULE_ONE_CYCLE;
    options.optimiser = IMC_OPTIMISER_ADAMW;
    options.weight_decay = 0.01;
    options.patience = 2;
    options.command = "imgconv train --seed 1"; /* a checkpoint brings it back */
    options.path = straight;
    char *beside = imc_checkpoint_path(straight);
    unlink(beside);
    ck_assert_int_eq(imc_train(&options, set, has_checkpoint, beside, &net, &error), IMC_OK);
    imc_net_free(net);
    free(beside);
    options.path = parted;
    options.threads = 1;
    int calls = _i + 1; /* three batches and the end of an epoch, three times */
    enum imc_status status = imc_train(&options, set, stop_after, &calls, &net, &error);
    char *checkpoint = imc_checkpoint_path(parted);
    for (int parts = 0; status == IMC_ERR_CANCELLED; parts++) {
        ck_assert_int_lt(parts, 100);
        ck_assert_int_eq(access(checkpoint, F_OK), 0);
        calls = _i + 1;
        status = imc_train_resume(checkpoint, set, 3, stop_after, &calls, &net, &error);
    }
    ck_assert_msg(status == IMC_OK, "%s", error.message);
    imc_net_free(net);
    assert_same_file(straight, parted);
    /* Killed after its last epoch, a run has nothing more to train. */
    ck_assert_msg(imc_train_resume(checkpoint, set, 1, NULL, NULL, &net, &error) == IMC_OK, "%s", error.message);
    ck_assert_int_eq(imc_net_save(net, parted, &error), IMC_OK);
    imc_net_free(net);
    assert_same_file(straight, parted);
    imc_checkpoint_remove(parted);
    ck_assert_int_ne(access(checkpoint, F_OK), 0);
    free(checkpoint);
    imc_dataset_free(set);
}
END_TEST

START_TEST(resume_wants_the_same_data)
{
    struct imc_dataset *set = make_set(2), *other = make_set(2);
    struct imc_train_options options = small_options();
    struct imc_error error = {0};
    struct imc_net *net;
    char path[4096];
    snprintf(path, sizeof path, "%s/data.safetensors", test_folder());
    options.path = path;
    int calls = 2;
    ck_assert_int_eq(imc_train(&options, set, stop_after, &calls, &net, &error), IMC_ERR_CANCELLED);
    char *checkpoint = imc_checkpoint_path(path);
    if (_i == 0)
        other->pair.train.labels[5] ^= 1;
    else
        other->pair.train.pixels[5] ^= 1;
    ck_assert_int_eq(imc_train_resume(checkpoint, other, 1, NULL, NULL, &net, &error), IMC_ERR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "other data"));
    free(checkpoint);
    imc_dataset_free(set);
    imc_dataset_free(other);
}
END_TEST

/* Losses of the first ten steps; the double of a float64 implementation would agree to some five digits. What is fixed here is
 * that a change of arithmetic does not pass unseen. */
struct curve {
    int steps;
    double loss[10];
    double sum;
};

static bool note_loss(void *context, const struct imc_train_progress *progress)
{
    struct curve *curve = context;
    double sum = progress->result.loss * progress->seen;
    if (!progress->epoch_ended && curve->steps < 10)
        curve->loss[curve->steps++] = (sum - curve->sum) / 6;
    curve->sum = progress->seen == progress->pictures ? 0 : sum;
    return curve->steps < 10;
}

START_TEST(the_first_ten_steps_are_fixed)
{
    struct imc_dataset *set = make_set(4);
    struct imc_train_options options = small_options();
    struct imc_error error = {0};
    struct imc_net *net;
    struct curve first = {0}, again = {0};
    options.batch = 6;
    options.validation = 0;
    options.threads = 1;
    ck_assert_int_eq(imc_train(&options, set, note_loss, &first, &net, &error), IMC_ERR_CANCELLED);
    options.threads = 3;
    ck_assert_int_eq(imc_train(&options, set, note_loss, &again, &net, &error), IMC_ERR_CANCELLED);
    ck_assert_int_eq(first.steps, 10);
    ck_assert_mem_eq(first.loss, again.loss, sizeof first.loss);
    ck_assert_double_le(fabs(first.loss[0] - log(CLASSES)), 0.3); /* nothing is known yet */
    ck_assert_double_lt(first.loss[9], first.loss[0]);
    imc_dataset_free(set);
}
END_TEST

START_TEST(a_run_that_diverges_ends)
{
    struct imc_dataset *set = make_set(4);
    struct imc_train_options options = small_options();
    struct imc_error error = {0};
    struct imc_net *net;
    options.optimiser = IMC_OPTIMISER_SGD;
    options.rate = 1e12;
    options.epochs = 50;
    if (_i == 1) { /* the only step is the one too far */
        options.rate = 1e30;
        options.batch = PICTURES;
        options.epochs = 1;
        options.patience = 1;
    }
    ck_assert_int_eq(imc_train(&options, set, NULL, NULL, &net, &error), IMC_ERR_ARGUMENT);
    ck_assert_ptr_null(net);
    ck_assert_ptr_nonnull(strstr(error.message, "diverged"));
    imc_dataset_free(set);
}
END_TEST

/* Real digits where they are, drawn ones elsewhere: the reference network on a few of them. */
START_TEST(digits_are_learned)
{
    enum { TRAIN = 3000, TEST = 1000 };
    char folder[600];
    struct imc_train_options options;
    struct imc_error error = {0};
    struct imc_evaluation seen;
    struct imc_dataset *set;
    struct imc_net *net;
    snprintf(folder, sizeof folder, "%s/mnist", test_shared() ? test_shared() : "");
    bool real = access(folder, F_OK) == 0;
    ck_assert_int_eq(imc_train_options_recipe("notes", &options, &error), IMC_OK);
    ck_assert_msg(imc_dataset_open(real ? folder : "builtin", IMC_DATASET_TRAIN | IMC_DATASET_TEST, &set, &error) == IMC_OK, "%s",
                  error.message);
    set->pair.train.count = TRAIN;
    set->pair.test.count = TEST;
    options.batch = 32;
    options.epochs = 2;
    options.validation = 0;
    ck_assert_msg(imc_train(&options, set, NULL, NULL, &net, &error) == IMC_OK, "%s", error.message);
    ck_assert_int_eq(imc_net_evaluate(net, set, IMC_DATASET_TEST, 0, &seen, NULL, &error), IMC_OK);
    ck_assert_msg(seen.right >= TEST * 85 / 100, "%d of %d", seen.right, TEST);
    imc_net_free(net);
    imc_dataset_free(set);
}
END_TEST

START_TEST(early_stopping_keeps_the_best)
{
    struct imc_dataset *set = make_set(5);
    struct imc_train_options options = small_options();
    struct imc_error error = {0};
    struct imc_net_info info;
    struct imc_net *net;
    options.epochs = 200;
    options.patience = 3;
    options.rate = 0.02;
    ck_assert_int_eq(imc_train(&options, set, NULL, NULL, &net, &error), IMC_OK);
    imc_net_get_info(net, &info);
    ck_assert_int_lt(info.epochs, 200);
    double best = INFINITY;
    for (int e = 0; e < info.epochs; e++)
        best = fmin(best, info.history[e].validation_loss);
    ck_assert_double_eq(best, info.history[info.epochs - 4].validation_loss);
    imc_net_free(net);
    imc_dataset_free(set);
}
END_TEST

START_TEST(a_model_comes_back_as_it_was)
{
    struct imc_dataset *set = make_set(6);
    struct imc_train_options options = small_options();
    struct imc_error error = {0};
    struct imc_net *net, *loaded;
    struct imc_net_info info[2];
    float confidences[2][PICTURES * CLASSES];
    struct imc_evaluation score[2];
    char path[4096], hash[2][IMC_HASH_TEXT_MAX];
    snprintf(path, sizeof path, "%s/model.safetensors", test_folder());
    options.path = path;
    ck_assert_int_eq(imc_train(&options, set, NULL, NULL, &net, &error), IMC_OK);
    ck_assert_msg(imc_net_load(path, &loaded, &error) == IMC_OK, "%s", error.message);
    struct imc_net *both[2] = {net, loaded};
    for (int i = 0; i < 2; i++) {
        imc_net_get_info(both[i], &info[i]);
        ck_assert_int_eq(imc_net_evaluate(both[i], set, IMC_DATASET_TEST, 1 + i, &score[i], confidences[i], &error), IMC_OK);
        ck_assert_int_eq(imc_net_hash(both[i], hash[i], &error), IMC_OK);
    }
    ck_assert_mem_eq(confidences[0], confidences[1], sizeof confidences[0]);
    ck_assert_str_eq(hash[0], hash[1]);
    ck_assert_str_eq(info[0].arch, info[1].arch);
    ck_assert_str_eq(info[1].recipe, "notes");
    ck_assert_int_eq(info[1].epochs, 3);
    ck_assert_mem_eq(info[0].history, info[1].history, 3 * sizeof *info[0].history);
    for (int c = 0; c < CLASSES; c++) {
        char name[2] = {(char)('0' + c), 0};
        ck_assert_str_eq(imc_net_class_name(loaded, c), name);
    }
    imc_net_free(net);
    imc_net_free(loaded);
    imc_dataset_free(set);
}
END_TEST

/* A model file with one thing changed. */
static enum imc_status load_changed(const char *key, const char *value, const char *tensor, float number, struct imc_error *error)
{
    struct imc_net *net, *loaded = NULL;
    struct tensor_list *list = NULL;
    struct note_list notes = {0};
    char path[4096];
    ck_assert_int_eq(imc_net_create("conv3x3,relu,dense2", 5, 5, 2, 1, &net, error), IMC_OK);
    ck_assert_int_eq(tensor_list_add(&list, net->network, net->network->parameter, "", error), IMC_OK);
    ck_assert(model_notes(net, &notes));
    for (int i = 0; i < notes.count; i++)
        if (key && strcmp(notes.note[i].key, key) == 0)
            notes.note[i].value = value;
    for (int i = 0; i < list->count; i++)
        if (tensor && strcmp(list->tensor[i].name, tensor) == 0)
            ((float *)list->tensor[i].numbers)[1] = number;
    snprintf(path, sizeof path, "%s/changed.safetensors", test_folder());
    ck_assert_int_eq(imc_tensors_save(path, false, list->tensor, list->count, notes.note, notes.count, error), IMC_OK);
    enum imc_status status = imc_net_load(path, &loaded, error);
    imc_net_free(loaded);
    imc_net_free(net);
    tensor_list_free(list);
    note_list_free(&notes);
    return status;
}

START_TEST(lying_models_are_refused)
{
    struct imc_error error = {0};
    static const char *const changes[][2] = {
        {"format", "imgconv network 9"},
        {"arch", "conv3x3,relu,dense3"},
        {"arch", "conv3x3,rely,dense2"},
        {"arch", "conv65536x64,dense2"},
        {"input", "5x6x1"},
        {"input", "99999x5x1"},
        {"input", "5x5"},
        {"classes", "a"},
        {"classes", "a\nb\nc"},
        {"classes", ""},
        {"seed", "x"},
        {"history", "1 2"},
        {"history", "0.1 0.2 0.3 0.4\nnan"},
        {"arch", "dense65536,dense65536,dense2"},
    };
    ck_assert_int_eq(load_changed(NULL, NULL, NULL, 0, &error), IMC_OK);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        enum imc_status status = load_changed(changes[i][0], changes[i][1], NULL, 0, &error);
        ck_assert_msg(status != IMC_OK && status != IMC_ERR_ARGUMENT, "%s: %s", changes[i][0],
                      changes[i][1]); /* the file's fault */
        ck_assert_uint_gt(strlen(error.message), 0);
    }
    ck_assert_int_eq(load_changed(NULL, NULL, "conv1.weight", NAN, &error), IMC_ERR_FORMAT);
    ck_assert_int_eq(load_changed(NULL, NULL, "dense1.bias", INFINITY, &error), IMC_ERR_FORMAT);
}
END_TEST

START_TEST(architectures_are_checked)
{
    static const struct {
        const char *text, *said;
    } wrong[] = {
        {"", "layer 1"},
        {"conv16", "the size of the kernel"},
        {"conv16x3,relo,dense2", "layer 2 of the network, 'relo'"},
        {"conv16x3,relu", "ends with a dense layer"},
        {"dense2,pool2,dense2", "layer 2"},
        {"pool9,dense2", "larger than the picture"},
        {"conv2x9p0,dense2", "layer 1"},
        {"conv2x3q,dense2", "after its end"},
        {"dropout1,dense2", "a rate"},
        {"dense3", "end it with dense2"},
        {"conv0x3,dense2", "number of filters"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct imc_error error = {0};
        struct imc_net *net;
        ck_assert_int_ne(imc_net_create(wrong[i].text, 8, 8, 2, 1, &net, &error), IMC_OK);
        ck_assert_msg(strstr(error.message, wrong[i].said) != NULL, "'%s' says: %s", wrong[i].text, error.message);
        ck_assert_ptr_null(net);
    }
}
END_TEST

START_TEST(layers_are_described)
{
    struct imc_error error = {0};
    struct imc_net *net;
    struct imc_net_info info;
    struct imc_layer_info layer;
    ck_assert_int_eq(imc_net_create(NULL, 28, 28, 10, 1, &net, &error), IMC_OK);
    imc_net_get_info(net, &info);
    ck_assert_uint_eq(info.parameters, 206922);
    ck_assert_int_eq(info.layers, 9);
    imc_net_get_layer(net, 0, &layer);
    ck_assert_str_eq(layer.name, "conv1");
    ck_assert_uint_eq(layer.parameters, 160);
    ck_assert_double_eq(layer.multiply_adds, 112896);
    ck_assert_int_eq(layer.field_y, 3);
    imc_net_get_layer(net, 3, &layer);
    ck_assert_str_eq(layer.text, "conv32x3");
    ck_assert_double_eq(layer.multiply_adds, 903168);
    ck_assert_int_eq(layer.height, 14);
    ck_assert_int_eq(layer.field_x, 8);
    imc_net_get_layer(net, 5, &layer);
    ck_assert_int_eq(layer.jump_y, 4);
    ck_assert_int_eq(layer.field_y, 10);
    imc_net_get_layer(net, 6, &layer);
    ck_assert_uint_eq(layer.parameters, 200832);
    imc_net_free(net);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("training");
    TCase *tests = tcase_create("training");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, a_few_pictures_are_learned_by_heart, IMC_OPTIMISER_SGD, IMC_OPTIMISER_ADAMW + 1);
    tcase_add_loop_test(tests, resume_ends_in_the_same_bytes, 1, 6);
    tcase_add_loop_test(tests, resume_wants_the_same_data, 0, 2);
    tcase_add_test(tests, the_first_ten_steps_are_fixed);
    tcase_add_loop_test(tests, a_run_that_diverges_ends, 0, 2);
    tcase_add_test(tests, digits_are_learned);
    tcase_add_test(tests, early_stopping_keeps_the_best);
    tcase_add_test(tests, a_model_comes_back_as_it_was);
    tcase_add_test(tests, lying_models_are_refused);
    tcase_add_test(tests, architectures_are_checked);
    tcase_add_test(tests, layers_are_described);
    suite_add_tcase(suite, tests);
    return suite;
}
