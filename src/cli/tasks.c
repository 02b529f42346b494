/* tasks.c: all names are made and checked before any work begins: two results of one name, a result that would replace the input of
 * another task, and suffixes of no format are refused while nothing has happened yet. */
#include "cli/tasks.h"
#include "cli/filelist.h"
#include "cli/message.h"
#include "cli/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char example[] = "imgconv -k sobel in.png out.png";

/* Are the operands a command that can be understood? */
static bool check_operands(const struct filter_request *request, int operands)
{
    bool named = request->output, writes = !request->explain && !request->preview;
    if (request->files_from && !named && writes)
        return refuse("--files-from needs -o: name the results with -o DIR/ or -o '{dir}/{stem}-{kernel}.{ext}'");
    if (request->null_separated && !request->files_from)
        return refuse("-0 says how names in --files-from end: give --files-from too");
    if (operands == 0 && !request->files_from)
        return refuse("no INPUT: name a picture, for example: %s", example);
    if (operands == 1 && !named && writes)
        return refuse("no OUTPUT: give a second name, or -o; for example: %s", example);
    if (operands > 2 && !named && !request->files_from)
        return refuse("%d pictures without -o: name the results with -o DIR/ or -o '{dir}/{stem}-{kernel}.{ext}'", operands);
    return true;
}

static bool check_stdin(const struct filelist *inputs, const struct filter_request *request)
{
    int users = request->files_from && strcmp(request->files_from, "-") == 0;
    for (int i = 0; i < inputs->count; i++)
        users += strcmp(inputs->names[i], "-") == 0;
    return users < 2 || refuse("standard input ('-') can be read only once");
}

static const struct imc_bank *last_bank(const struct filter_request *request)
{
    return request->banks[request->kernel_count - 1];
}

/* Has a run several results: a response for each filter of the last bank? */
static bool has_responses(const struct filter_request *request)
{
    return last_bank(request)->filters > 1 && last_bank(request)->combine == IMC_COMBINE_NONE;
}

/* The format of a result of that name. */
static enum imc_format format_of(const struct task *task, enum imc_format asked)
{
    enum imc_format format = asked == IMC_FORMAT_AUTO ? imc_format_from_path(task->output) : asked;
    return format == IMC_FORMAT_AUTO ? imc_format_from_path(task->input) : format;
}

char *tasks_kernel_label(const struct filter_request *request, int filter, const char *glue)
{
    char *all = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&all, &size);
    if (!out)
        return NULL;
    for (int i = 0; i < request->kernel_count; i++)
        fprintf(out, "%s%s", i ? glue : "",
                filter >= 0 && i + 1 == request->kernel_count ? last_bank(request)->names[filter] : request->banks[i]->label);
    if (fclose(out) == 0)
        return all;
    free(all);
    return NULL;
}

/* The kernels as one part of a file name. */
static char *kernel_part(const struct filter_request *request, int filter)
{
    char *all = tasks_kernel_label(request, filter, "-"), *clean = all ? name_clean(all) : NULL;
    free(all);
    return clean;
}

static int digits_of(int count)
{
    return snprintf(NULL, 0, "%d", count);
}

/* Names the result of one task by a template. */
static bool name_result(struct task *task, const char *template, struct name_parts *parts, enum imc_format format)
{
    if (!name_parts_make(task->input, format, parts, &task->early))
        return false;
    if (task->early.status != IMC_OK && !strstr(template, "{ext}"))
        task->early.status = IMC_OK; /* it is not asked for: the run itself will tell */
    task->output = template_fill(template, parts);
    name_parts_free(parts);
    if (!task->output)
        return false;
    if (task->early.status == IMC_ERR_ARGUMENT)
        return refuse("%s", task->early.message);
    return task->early.status != IMC_OK || name_check_result(task->output, format, OR_FORMAT);
}

static bool name_literally(struct task *task, const char *output, enum imc_format format)
{
    task->output = strdup(output);
    return task->output ? name_check_result(output, format, OR_FORMAT) : refuse("out of memory for the name of the result");
}

/* One task becomes one for each filter of the last bank. */
static bool split_task(struct tasks *tasks, int index, int filters)
{
    struct task *more = realloc(tasks->task, (size_t)(tasks->count + filters) * sizeof *more);
    if (!more)
        return refuse("out of memory for names of results");
    tasks->task = more;
    memmove(more + index + filters, more + index + 1, (size_t)(tasks->count - index - 1) * sizeof *more);
    tasks->count += filters - 1;
    bool ok = true;
    struct task whole = more[index];
    for (int f = 0; f < filters; f++) {
        more[index + f] = (struct task){.input = strdup(whole.input), .filter = f};
        ok = ok && more[index + f].input;
    }
    free(whole.input);
    free(whole.output);
    return ok || refuse("out of memory for names of results");
}

/* Names the results of all tasks by a template. A bank's responses have files of their own where the template has {kernel} and one
 * file cannot hold them as channels. */
static bool name_by_template(struct tasks *tasks, const struct filter_request *request, const char *template)
{
    struct name_parts parts = {.digits = digits_of(tasks->count)};
    enum imc_format asked = request->options.format;
    bool ok = true, splits = has_responses(request) && strstr(template, "{kernel}");
    for (int i = 0; ok && i < tasks->count; i++) {
        struct task *task = &tasks->task[i];
        char *kernel = kernel_part(request, task->filter);
        parts.kernel = kernel;
        parts.number += task->filter <= 0; /* those of one input have one number */
        ok = kernel ? name_result(task, template, &parts, asked) : refuse("out of memory for names of results");
        free(kernel);
        if (!ok || !splits || task->filter >= 0 || format_of(task, asked) == IMC_FORMAT_NPY)
            continue;
        ok = split_task(tasks, i, last_bank(request)->filters);
        parts.number--;
        i--;
    }
    return ok;
}

/* `output` is a template where it comes from -o; a name given as operand is taken as it is, but may be a folder too. */
static bool name_results(struct tasks *tasks, const struct filter_request *request, const char *output)
{
    char *template = template_of(output);
    bool ok = template || refuse("out of memory for names of results");
    bool literal = !request->output && !names_folder(output);
    if (ok && !literal)
        ok = name_by_template(tasks, request, template);
    for (int i = 0; ok && literal && i < tasks->count; i++)
        ok = name_literally(&tasks->task[i], output, request->options.format);
    for (int i = 0; ok && i < tasks->count; i++)
        tasks->task[i].sheet = has_responses(request) && tasks->task[i].filter < 0 &&
                               format_of(&tasks->task[i], request->options.format) != IMC_FORMAT_NPY;
    free(template);
    return ok;
}

/* A path reduced so that "./a", "a" and ".//a" compare equal. */
static char *reduce_path(const char *path)
{
    char *copy = strdup(path), *to = copy;
    for (const char *from = path; copy && *from;) {
        bool start = from == path || from[-1] == '/';
        if (start && from[0] == '.' && from[1] == '/')
            from += 2;
        else if (from[0] == '/' && from != path && from[-1] == '/')
            from++;
        else
            *to++ = *from++;
    }
    if (copy)
        *to = '\0';
    return copy;
}

struct place {
    char *path;
    int task;
    bool result;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *left = a, *right = b;
    int order = strcmp(left->path, right->path);
    if (!order)
        order = left->task - right->task;
    return order ? order : left->result - right->result;
}

/* Neighbours in sorted order that share a path and belong to different tasks clash if one of them is a result. */
static bool check_neighbours(const struct tasks *tasks, const struct place *place, int count)
{
    for (int i = 0; i + 1 < count; i++) {
        const struct place *a = &place[i], *b = &place[i + 1];
        if (strcmp(a->path, b->path) != 0 || a->task == b->task || (!a->result && !b->result))
            continue;
        const char *first = tasks->task[a->task].input, *second = tasks->task[b->task].input;
        if (a->result && b->result)
            return refuse("%s: the results of %s and %s would both have this name; add {stem}, {n} or {dir} to -o", a->path, first,
                          second);
        return refuse("%s: is an input, and the result of %s would replace it; choose another name with -o", a->path,
                      a->result ? first : second);
    }
    return true;
}

static bool check_collisions(const struct tasks *tasks)
{
    struct place *place = calloc(2 * (size_t)tasks->count, sizeof *place);
    bool ok = place;
    int count = 0;
    for (int i = 0; ok && i < 2 * tasks->count; i++) {
        const struct task *task = &tasks->task[i / 2];
        bool result = i % 2;
        if (!result && strcmp(task->input, "-") == 0)
            continue;
        place[count] = (struct place){reduce_path(result ? task->output : task->input), i / 2, result};
        ok = place[count++].path;
    }
    if (!ok)
        refuse("out of memory for names of results");
    if (ok) {
        qsort(place, (size_t)count, sizeof *place, compare_places);
        ok = check_neighbours(tasks, place, count);
    }
    for (int i = 0; i < count; i++)
        free(place[i].path);
    free(place);
    return ok;
}

/* Turns the list of inputs into tasks, which take the names over. */
static bool adopt_inputs(struct tasks *tasks, struct filelist *inputs)
{
    tasks->task = calloc((size_t)inputs->count + 1, sizeof *tasks->task);
    if (!tasks->task)
        return refuse("out of memory for the names of inputs");
    tasks->count = inputs->count;
    for (int i = 0; i < inputs->count; i++) {
        tasks->task[i].input = inputs->names[i];
        tasks->task[i].filter = -1;
    }
    inputs->count = 0;
    return true;
}

/* The preview of a bank's responses, of which none is chosen, would not show which is which. */
static bool check_preview(const struct tasks *tasks, const struct filter_request *request)
{
    for (int i = 0; request->preview && has_responses(request) && i < tasks->count; i++)
        if (tasks->task[i].filter < 0)
            return refuse("--preview draws one result, and '%s' gives %d: choose a filter, or give -o a name with {kernel}",
                          last_bank(request)->label, last_bank(request)->filters);
    return true;
}

bool tasks_make(struct tasks *tasks, const struct filter_request *request, int operands, char **operand, int *code)
{
    *tasks = (struct tasks){.make_folders = request->output};
    *code = EXIT_USAGE;
    if (!check_operands(request, operands))
        return false;
    bool pair = !request->output && !request->files_from && operands == 2;
    const char *output = pair ? operand[1] : request->output;
    struct filelist inputs = {0};
    bool ok = true;
    for (int i = 0; ok && i < operands; i++)
        ok = *operand[i] ? (pair && i == 1) || filelist_add(&inputs, operand[i]) : refuse("an operand is empty: name a picture");
    if (ok && request->files_from) {
        *code = EXIT_FAILED;
        ok = filelist_read(&inputs, request->files_from, request->null_separated) &&
             (inputs.count || refuse("%s: no names in it", request->files_from));
    }
    if (ok) {
        *code = EXIT_USAGE;
        ok = check_stdin(&inputs, request) && adopt_inputs(tasks, &inputs);
    }
    filelist_free(&inputs);
    if (ok && output)
        ok = name_results(tasks, request, output) && check_collisions(tasks);
    ok = ok && check_preview(tasks, request);
    if (!ok)
        tasks_free(tasks);
    return ok;
}

void tasks_free(struct tasks *tasks)
{
    for (int i = 0; i < tasks->count; i++) {
        free(tasks->task[i].input);
        free(tasks->task[i].output);
    }
    free(tasks->task);
    *tasks = (struct tasks){0};
}
