/* train_command.c: which words of the command line make these options. */
#include "cli/train_command.h"

#include "cli/numbers.h"
#include "cli/train_options.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void add(char text[COMMAND_MAX], const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(char text[COMMAND_MAX], const char *format, ...)
{
    size_t length = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + length, COMMAND_MAX - length, format, arguments);
    va_end(arguments);
}

static void add_ints(char text[COMMAND_MAX], const struct imc_train_options *o, const struct imc_train_options *usual)
{
    const struct {
        const char *name;
        int value, usual;
    } part[] = {
        {"epochs", o->epochs, usual->epochs}, {"batch", o->batch, usual->batch}, {"patience", o->patience, usual->patience}};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        if (part[i].value != part[i].usual)
            add(text, " --%s %d", part[i].name, part[i].value);
}

static void add_doubles(char text[COMMAND_MAX], const struct imc_train_options *o, const struct imc_train_options *usual)
{
    const struct {
        const char *name;
        double value, usual;
    } part[] = {{"lr", o->rate, usual->rate},
                {"momentum", o->momentum, usual->momentum},
                {"weight-decay", o->weight_decay, usual->weight_decay},
                {"label-smoothing", o->label_smoothing, usual->label_smoothing},
                {"validation", o->validation, usual->validation}};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        if (part[i].value != part[i].usual)
            add(text, " --%s %.15g", part[i].name, part[i].value);
}

static void add_words(char text[COMMAND_MAX], const struct imc_train_options *o, const struct imc_train_options *usual)
{
    if (o->arch)
        add(text, " --arch %s", o->arch);
    if (o->schedule != usual->schedule)
        add(text, " --schedule %s", words_name(&words_schedule, o->schedule));
    if (o->optimiser != usual->optimiser)
        add(text, " --optimiser %s", words_name(&words_optimiser, o->optimiser));
}

static void add_augment(char text[COMMAND_MAX], const struct imc_augment *o, const struct imc_augment *usual)
{
    const struct {
        const char *name;
        float value;
    } part[] = {{"shift", o->shift}, {"rotation", o->rotation}, {"scale", o->scale},
                {"shear", o->shear}, {"stroke", o->stroke},     {"elastic", o->elastic}};
    if (memcmp(o, usual, sizeof *o) == 0)
        return;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        char number[NUMBER_TEXT_MAX];
        add(text, "%s%s=%s", i ? "," : " --distort ", part[i].name, number_float_text(number, part[i].value));
    }
}

/* A shell takes it as it stands? */
static bool is_plain(const char *word)
{
    for (; *word; word++)
        if (!isalnum((unsigned char)*word) && !strchr("._+-", *word))
            return false;
    return true;
}

void train_command(const struct imc_train_options *options, const struct imc_dataset_info *data, char text[COMMAND_MAX])
{
    struct imc_train_options usual;
    const char *name = data->builtin ? "builtin" : data->name, *quote = is_plain(name) ? "" : "'";
    text[0] = 0;
    imc_train_options_recipe(options->recipe, &usual, NULL); /* it was found before */
    add(text, "imgconv train --data %s%.200s%s --recipe %s", quote, name, quote, options->recipe);
    add_words(text, options, &usual);
    add_ints(text, options, &usual);
    add_doubles(text, options, &usual);
    add_augment(text, &options->augment, &usual.augment);
    add(text, " --seed %llu", (unsigned long long)options->seed);
}
