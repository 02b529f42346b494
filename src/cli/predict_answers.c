/* predict_answers.c: see predict_answers.h. */
#include "cli/predict_answers.h"
#include "cli/json.h"

#include <imgconv/sheet.h>

#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 160, TITLE_MAX = 400 };

static const float *confidences_of(const struct answers *answers, int picture)
{
    struct imc_net_info info;
    imc_net_get_info(answers->net, &info);
    return answers->confidences + (size_t)picture * (size_t)info.classes;
}

/* Does class a come before b? Of equal ones the first does. */
static bool goes_before(const float *confidence, int a, int b)
{
    return confidence[a] > confidence[b] || (confidence[a] == confidence[b] && a < b);
}

/* The likeliest class after `last`; -1: the likeliest of all. */
static int next_class(const struct answers *answers, int picture, int last)
{
    struct imc_net_info info;
    const float *confidence = confidences_of(answers, picture);
    int best = -1;
    imc_net_get_info(answers->net, &info);
    for (int c = 0; c < info.classes; c++)
        if ((last < 0 || goes_before(confidence, last, c)) && (best < 0 || goes_before(confidence, c, best)))
            best = c;
    return best;
}

void answers_print(const struct answers *answers)
{
    for (int i = 0; i < answers->count; i++) {
        const struct shown *shown = &answers->shown[i];
        if (answers->random)
            printf("%d\t%s", shown->index, imc_net_class_name(answers->net, shown->label));
        else
            fputs(shown->path, stdout);
        for (int n = 0, c = -1; n < answers->top; n++) {
            c = next_class(answers, i, c);
            printf("\t%s\t%.4f", imc_net_class_name(answers->net, c), (double)confidences_of(answers, i)[c]);
        }
        putchar('\n');
    }
}

static void print_picture_json(struct json *json, const struct answers *answers, int picture)
{
    const struct shown *shown = &answers->shown[picture];
    json_object(json, NULL);
    if (answers->random) {
        json_int(json, "index", shown->index);
        json_string(json, "label", imc_net_class_name(answers->net, shown->label));
    } else {
        json_string(json, "file", shown->path);
        json_string(json, "doubt", shown->doubt);
    }
    json_array(json, "predictions");
    for (int n = 0, c = -1; n < answers->top; n++) {
        c = next_class(answers, picture, c);
        json_object(json, NULL);
        json_string(json, "class", imc_net_class_name(answers->net, c));
        json_float(json, "confidence", confidences_of(answers, picture)[c]);
        json_close(json);
    }
    json_close(json);
    json_close(json);
}

void answers_print_json(const struct answers *answers)
{
    struct json json;
    json_begin(&json, stdout);
    json_string(&json, "model", answers->model);
    if (answers->random) {
        json_string(&json, "data", answers->source);
        json_unsigned(&json, "seed", answers->seed);
    }
    json_array(&json, answers->random ? "samples" : "files");
    for (int i = 0; i < answers->count; i++)
        print_picture_json(&json, answers, i);
    json_close(&json);
    json_end(&json);
}

/* "7  99.8 %" */
static void write_answer(const struct answers *answers, int picture, char text[LINE_MAX_BYTES])
{
    int c = next_class(answers, picture, -1);
    snprintf(text, LINE_MAX_BYTES, "%.80s  %.1f %%", imc_net_class_name(answers->net, c),
             100 * (double)confidences_of(answers, picture)[c]);
}

/* What stands below a picture. */
static void write_lines(const struct answers *answers, int picture, struct imc_sheet_sample *sample, char text[2][LINE_MAX_BYTES])
{
    const struct shown *shown = &answers->shown[picture];
    char answer[LINE_MAX_BYTES];
    write_answer(answers, picture, answer);
    if (answers->random) {
        snprintf(text[0], LINE_MAX_BYTES, "label %.80s", imc_net_class_name(answers->net, shown->label));
        snprintf(text[1], LINE_MAX_BYTES, "says %.140s", answer);
        sample->marked = next_class(answers, picture, -1) != shown->label;
    } else {
        const char *name = strrchr(shown->path, '/');
        snprintf(text[0], LINE_MAX_BYTES, "%s", name ? name + 1 : shown->path);
        snprintf(text[1], LINE_MAX_BYTES, "%s%.140s", shown->doubt ? "? " : "", answer);
        sample->marked = shown->doubt != NULL;
    }
    sample->pixels = shown->pixels;
    sample->line[0] = text[0];
    sample->line[1] = text[1];
}

enum imc_status answers_draw(const struct answers *answers, const char *path, struct imc_error *error)
{
    struct imc_net_info info;
    char title[TITLE_MAX];
    struct imc_sheet_sample *samples = calloc((size_t)answers->count, sizeof *samples);
    char(*text)[2][LINE_MAX_BYTES] = calloc((size_t)answers->count, sizeof *text);
    enum imc_status status = IMC_ERR_MEMORY;
    imc_net_get_info(answers->net, &info);
    error->status = status;
    if (samples && text) {
        for (int i = 0; i < answers->count; i++)
            write_lines(answers, i, &samples[i], text[i]);
        if (answers->random)
            snprintf(title, sizeof title, "%.120s: %.200s, seed %llu", answers->model, answers->source,
                     (unsigned long long)answers->seed);
        else
            snprintf(title, sizeof title, "%.300s", answers->model);
        status = imc_sheet_samples(samples, answers->count, info.height, info.width, title, path, NULL, error);
    }
    free(samples);
    free(text);
    return status;
}

enum imc_status answers_draw_maps(const struct answers *answers, const char *path, struct imc_error *error)
{
    char title[TITLE_MAX], answer[LINE_MAX_BYTES], sample[64];
    const struct shown *shown = answers->shown;
    write_answer(answers, 0, answer);
    snprintf(sample, sizeof sample, "test picture %d", shown->index);
    snprintf(title, sizeof title, "%.100s: %.100s: %.150s", answers->model, answers->random ? sample : shown->path, answer);
    return imc_sheet_maps(answers->net, shown->pixels, title, path, NULL, error);
}
