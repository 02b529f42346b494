/* train_options.c: the options of `train`. The recipe comes first, whatever the order on the command line; what was given goes over
 * it. */
#include "cli/train_options.h"
#include "cli/message.h"
#include "cli/numbers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define AT(member)  offsetof(struct train_request, member)
#define SET(member) offsetof(struct train_request, set.member)

static const struct word optimiser[] = {
    {"sgd", IMC_OPTIMISER_SGD}, {"adam", IMC_OPTIMISER_ADAM}, {"adamw", IMC_OPTIMISER_ADAMW}, {0}};
static const struct foreign_word optimiser_foreign[] = {{"momentum", "write sgd, which has a momentum of 0.9"}, {0}};
const struct words words_optimiser = {optimiser, optimiser_foreign};

static const struct word schedule[] = {
    {"constant", IMC_SCHEDULE_CONSTANT}, {"cosine", IMC_SCHEDULE_COSINE}, {"one-cycle", IMC_SCHEDULE_ONE_CYCLE}, {0}};
static const struct foreign_word schedule_foreign[] = {{"onecycle", "write one-cycle"},
                                                       {"onecyclelr", "write one-cycle"},
                                                       {"none", "write constant"},
                                                       {"cosineannealing", "write cosine"},
                                                       {0}};
const struct words words_schedule = {schedule, schedule_foreign};

static const struct number_range epochs_range = {1, 100000}, batch_range = {1, 65536}, threads_range = {0, 256},
                                 patience_range = {0, 100000}, share_range = {0, 0.999}, rate_range = {1e-12, 1e6},
                                 decay_range = {0, 1e6}, seed_range = {0, 0x1p53};

/* Each setter of an option that a recipe has too marks that something was given. */
static bool set_int(const struct option_spec *spec, void *request, const char *value)
{
    ((struct train_request *)request)->overrides = true;
    return option_set_int(spec, request, value);
}

static bool set_word(const struct option_spec *spec, void *request, const char *value)
{
    ((struct train_request *)request)->overrides = true;
    return option_set_word(spec, request, value);
}

static bool set_text(const struct option_spec *spec, void *request, const char *value)
{
    ((struct train_request *)request)->overrides = true;
    return option_set_text(spec, request, value);
}

static bool set_flag(const struct option_spec *spec, void *request, const char *value)
{
    ((struct train_request *)request)->overrides = true;
    return option_set_flag(spec, request, value);
}

/* A number, or a percentage with %. */
static bool set_double(const struct option_spec *spec, void *request, const char *value)
{
    const struct number_range *range = spec->detail;
    double number;
    if (!number_read_share(value, &number) || number < range->lo || number > range->hi)
        return refuse("--%s wants a number from %g to %g, not '%s'", spec->name, range->lo, range->hi, value);
    ((struct train_request *)request)->overrides = true;
    *(double *)((char *)request + spec->at) = number;
    return true;
}

static bool set_seed(const struct option_spec *spec, void *request, const char *value)
{
    if (!set_double(spec, request, value))
        return false;
    double seed = ((struct train_request *)request)->seed;
    return seed == floor(seed) ? true : refuse("--seed wants a whole number, not '%s'", value);
}

const struct option_spec train_table[] = {
    {NULL, 0, NULL, NULL, 0, NULL, "Data and files:"},
    {"data", 0, "DIR", option_set_text, AT(data), NULL, "IDX files or a folder a class; or 'builtin': digits drawn by imgconv"},
    {"output", 'o', "MODEL", option_set_text, AT(output), NULL, "*digits.safetensors"},
    {"resume", 0, "CHECKPOINT", option_set_text, AT(resume), NULL, "go on with a run that was interrupted"},
    {"log", 0, "FILE", option_set_text, AT(log), NULL, "a line an epoch: FILE.csv or FILE.jsonl"},
    {"plot", 0, "FILE", option_set_text, AT(plot), NULL, "curves of loss and accuracy: FILE.svg or FILE.png"},
    {"keep-filters", 0, "DIR", option_set_text, AT(keep_filters), NULL, "first layers: DIR/epoch-001.safetensors"},
    {NULL, 0, NULL, NULL, 0, NULL, "Training:"},
    {"recipe", 0, "NAME", set_text, AT(recipe), NULL, "notes, *fast or best: what the options below are by default"},
    {"arch", 0, "SPEC", set_text, SET(arch), NULL, "*conv16x3,relu,pool2,conv32x3,relu,pool2,dense128,relu,dense10"},
    {"epochs", 0, "N", set_int, SET(epochs), &epochs_range, "times through the data"},
    {"batch", 0, "N", set_int, SET(batch), &batch_range, "pictures a step"},
    {"lr", 0, "X", set_double, SET(rate), &rate_range, "learning rate, or its peak"},
    {"schedule", 0, "WORD", set_word, SET(schedule), &words_schedule, "constant, cosine or one-cycle"},
    {"optimiser", 0, "WORD", set_word, SET(optimiser), &words_optimiser, "sgd, adam or adamw"},
    {"momentum", 0, "X", set_double, SET(momentum), &share_range, "of sgd"},
    {"weight-decay", 0, "X", set_double, SET(weight_decay), &decay_range, "of weights, not of biases"},
    {"label-smoothing", 0, "X", set_double, SET(label_smoothing), &share_range, "share of a label that goes to all classes"},
    {"validation", 0, "X", set_double, SET(validation), &share_range, "share of the pictures, the last, that is held back"},
    {"patience", 0, "N", set_int, SET(patience), &patience_range, "stop after N epochs without a better validation loss"},
    {"augment", 0, NULL, set_flag, AT(augment), NULL, "change pictures at random: shift, turn, scale, slant, ink, bend"},
    {"distort", 0, "LIST", set_text, AT(distort), NULL, "how: shift=2,rotation=10,scale=0.1,shear=0.1,stroke=0.3,elastic=1"},
    {"seed", 0, "N", set_seed, AT(seed), &seed_range, "first weights, order and changes; *1"},
    {"threads", 0, "N", option_set_int, AT(threads), &threads_range, "*0: all; they change no bit of the result"},
    {NULL, 0, NULL, NULL, 0, NULL, "Words:"},
    {"json", 0, NULL, option_set_flag, AT(json), NULL, "JSON Lines on standard output"},
    {"quiet", 'q', NULL, option_set_flag, AT(quiet), NULL, "no bar and no notes"},
    OPTION_HELP,
    {0},
};

void train_request_init(struct train_request *request)
{
    *request = (struct train_request){.recipe = "fast", .seed = NAN};
    struct imc_train_options *set = &request->set;
    int none = -1; /* also of the enumerations */
    set->epochs = set->batch = set->patience = none;
    memcpy(&set->schedule, &none, sizeof none);
    memcpy(&set->optimiser, &none, sizeof none);
    set->rate = set->momentum = set->weight_decay = set->label_smoothing = set->validation = NAN;
}

/* What the list does not name is left out. */
static bool read_distort(const char *text, struct imc_augment *augment)
{
    *augment = (struct imc_augment){0};
    const struct {
        const char *name;
        float *value;
    } parts[] = {{"shift", &augment->shift}, {"rotation", &augment->rotation}, {"scale", &augment->scale},
                 {"shear", &augment->shear}, {"stroke", &augment->stroke},     {"elastic", &augment->elastic}};
    while (*text) {
        char item[64];
        double number;
        size_t length = strcspn(text, ","), i = 0;
        snprintf(item, sizeof item, "%.*s", (int)length, text);
        char *value = strchr(item, '=');
        if (value)
            *value++ = 0;
        while (i < sizeof parts / sizeof *parts && strcmp(parts[i].name, item) != 0)
            i++;
        if (i == sizeof parts / sizeof *parts)
            return refuse("--distort: '%s' is none of shift, rotation, scale, shear, stroke and elastic", item);
        if (!value || !number_read(value, &number) || number < 0 || number > 360)
            return refuse("--distort: %s wants a number from 0 to 360, as in %s=1", item, item);
        *parts[i].value = (float)number;
        text += length + (text[length] == ',');
    }
    return true;
}

static void take_int(int *option, int given)
{
    *option = given < 0 ? *option : given;
}

static void take_double(double *option, double given)
{
    *option = isnan(given) ? *option : given;
}

bool train_request_options(const struct train_request *request, struct imc_train_options *options)
{
    struct imc_error error = {0};
    const struct imc_train_options *set = &request->set;
    int schedule_given, optimiser_given;
    if (imc_train_options_recipe(request->recipe, options, &error) != IMC_OK) {
        complain("--recipe: %s", error.message);
        return false;
    }
    memcpy(&schedule_given, &set->schedule, sizeof schedule_given);
    memcpy(&optimiser_given, &set->optimiser, sizeof optimiser_given);
    options->schedule = schedule_given < 0 ? options->schedule : set->schedule;
    options->optimiser = optimiser_given < 0 ? options->optimiser : set->optimiser;
    options->arch = set->arch ? set->arch : options->arch;
    take_int(&options->epochs, set->epochs);
    take_int(&options->batch, set->batch);
    take_int(&options->patience, set->patience);
    take_double(&options->rate, set->rate);
    take_double(&options->momentum, set->momentum);
    take_double(&options->weight_decay, set->weight_decay);
    take_double(&options->label_smoothing, set->label_smoothing);
    take_double(&options->validation, set->validation);
    options->seed = isnan(request->seed) ? options->seed : (uint64_t)request->seed;
    options->threads = request->threads;
    if (request->augment)
        imc_augment_default(&options->augment);
    return !request->distort || read_distort(request->distort, &options->augment);
}
