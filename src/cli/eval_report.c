/* eval_report.c: the result of `eval` as aligned text and as JSON. */
#include "cli/eval_report.h"
#include "cli/json.h"
#include "cli/numbers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *eval_class_name(char out[EVAL_NAME_MAX], const struct eval_result *result, int label)
{
    snprintf(out, EVAL_NAME_MAX, "%s", imc_net_class_name(result->net, label));
    for (char *p = out; *p; p++)
        if ((unsigned char)*p < 32 || *p == 127)
            *p = '?';
    return out;
}

/* What is known of a class. */
struct class_figures {
    int count, right, predicted;
    double precision, recall; /* NAN where there is nothing to divide by */
};

static struct class_figures figures_of(const struct eval_result *result, int label)
{
    struct class_figures f = {.right = result->counts[label * result->classes + label]};
    for (int c = 0; c < result->classes; c++) {
        f.count += result->counts[label * result->classes + c];
        f.predicted += result->counts[c * result->classes + label];
    }
    f.precision = f.predicted ? (double)f.right / f.predicted : NAN;
    f.recall = f.count ? (double)f.right / f.count : NAN;
    return f;
}

/* Characters, not bytes: names are UTF-8. */
static int text_width(const char *text)
{
    int width = 0;
    for (; *text; text++)
        width += (*text & 0xC0) != 0x80;
    return width;
}

static int names_width(const struct eval_result *result, int least)
{
    char name[EVAL_NAME_MAX];
    for (int c = 0; c < result->classes; c++) {
        int width = text_width(eval_class_name(name, result, c));
        least = width > least ? width : least;
    }
    return least;
}

static void print_left(const char *text, int width)
{
    printf("%s%*s", text, width - text_width(text), "");
}

static void print_right(const char *text, int width)
{
    printf("%*s%s", width - text_width(text), "", text);
}

static void print_share(double share)
{
    char text[NUMBER_TEXT_MAX] = "-";
    if (!isnan(share))
        snprintf(text, sizeof text, "%.2f %%", 100 * share);
    print_right(text, 11);
}

static void print_classes(const struct eval_result *result)
{
    char name[EVAL_NAME_MAX];
    int width = names_width(result, (int)strlen("class"));
    print_left("class", width);
    printf("%9s%9s%11s%11s\n", "count", "right", "precision", "recall");
    for (int c = 0; c < result->classes; c++) {
        struct class_figures f = figures_of(result, c);
        print_left(eval_class_name(name, result, c), width);
        printf("%9d%9d", f.count, f.right);
        print_share(f.precision);
        print_share(f.recall);
        putchar('\n');
    }
}

/* Points stand for zeros, so that errors are seen. */
static void print_matrix(const struct eval_result *result)
{
    char name[EVAL_NAME_MAX];
    int names = names_width(result, 0), width = names_width(result, 1);
    for (int i = 0; i < result->classes * result->classes; i++) {
        int digits = snprintf(NULL, 0, "%d", result->counts[i]);
        width = digits > width ? digits : width;
    }
    puts("confusion matrix (a row is a label, a column what was predicted)");
    print_left("", names);
    for (int c = 0; c < result->classes; c++)
        print_right(eval_class_name(name, result, c), width + 2);
    putchar('\n');
    for (int label = 0; label < result->classes; label++) {
        print_left(eval_class_name(name, result, label), names);
        for (int c = 0; c < result->classes; c++) {
            int count = result->counts[label * result->classes + c];
            if (count)
                printf("%*d", width + 2, count);
            else
                print_right(".", width + 2);
        }
        putchar('\n');
    }
}

void eval_report(const struct eval_result *result)
{
    char parameters[NUMBER_TEXT_MAX];
    printf("data  %s  model %s  network %s  parameters %s\n", result->data.source, result->model, result->info.arch,
           number_grouped_text(parameters, result->info.parameters));
    printf("%s  loss %.4f  accuracy %.2f %%  (%d of %d)\n\n", result->test ? "test" : "training pictures", result->loss,
           100 * result->accuracy, result->right, result->count);
    print_classes(result);
    putchar('\n');
    print_matrix(result);
}

static void print_classes_json(struct json *json, const struct eval_result *result)
{
    json_array(json, "classes");
    for (int c = 0; c < result->classes; c++) {
        struct class_figures f = figures_of(result, c);
        json_object(json, NULL);
        json_string(json, "name", imc_net_class_name(result->net, c));
        json_int(json, "count", f.count);
        json_int(json, "predicted", f.predicted);
        json_int(json, "right", f.right);
        json_double(json, "precision", f.precision);
        json_double(json, "recall", f.recall);
        json_close(json);
    }
    json_close(json);
}

static void print_matrix_json(struct json *json, const struct eval_result *result)
{
    json_array(json, "confusion");
    for (int label = 0; label < result->classes; label++) {
        json_array(json, NULL);
        for (int c = 0; c < result->classes; c++)
            json_int(json, NULL, result->counts[label * result->classes + c]);
        json_close(json);
    }
    json_close(json);
}

static void print_worst_json(struct json *json, const struct eval_result *result)
{
    json_array(json, "worst");
    for (int i = 0; i < result->worst_count; i++) {
        const struct imc_judged *sample = &result->worst[i];
        json_object(json, NULL);
        json_int(json, "index", sample->index);
        json_string(json, "label", imc_net_class_name(result->net, sample->label));
        json_string(json, "predicted", imc_net_class_name(result->net, sample->predicted));
        json_float(json, "label_confidence", sample->confidence);
        json_float(json, "predicted_confidence", sample->predicted_confidence);
        json_close(json);
    }
    json_close(json);
}

void eval_report_json(const struct eval_result *result)
{
    struct json json;
    json_begin(&json, stdout);
    json_string(&json, "model", result->model);
    json_string(&json, "arch", result->info.arch);
    json_unsigned(&json, "parameters", result->info.parameters);
    json_string(&json, "data", result->data.source);
    json_bool(&json, "builtin", result->data.builtin);
    json_string(&json, "part", result->test ? "test" : "train");
    json_int(&json, "count", result->count);
    json_int(&json, "right", result->right);
    json_double(&json, "loss", result->loss);
    json_double(&json, "accuracy", result->accuracy);
    print_classes_json(&json, result);
    print_matrix_json(&json, result);
    print_worst_json(&json, result);
    json_end(&json);
}
