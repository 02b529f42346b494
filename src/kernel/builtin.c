/* builtin.c: the fixed kernels, which are the files of kernels/ built into the program, and the list of all names. The list is
 * made from those files at its first use and then stays. */
#include "kernel/builtin.h"

#include "base/embedded.h"
#include "base/memory.h"
#include "kernel/bank.h"
#include "kernel/generate.h"
#include "kernel/kernfile.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { ENTRIES_MAX = 128, WHOLE_FILE = -1 };

/* Where an entry of the list comes from. */
struct source {
    const struct embedded_file *file; /* NULL for a generator */
    int filter;                       /* in the file, or WHOLE_FILE */
    const char *stem;                 /* of the file; the generator's name */
};

static struct imc_kernel_entry entries[ENTRIES_MAX];
static struct source sources[ENTRIES_MAX];
static int entry_count;

static const char *const groups[] = {"smoothing", "first derivative", "second derivative", "other", NULL};

static int group_order(const char *group)
{
    int i = 0;
    while (groups[i] && strcmp(groups[i], group) != 0)
        i++;
    return i;
}

static int family_length(const char *stem)
{
    return (int)strcspn(stem, "-");
}

/* Purpose first; then sobel before sobel-45 before sobel-135, the filters of a bank behind the bank. */
static int compare_entries(int a, int b)
{
    int by_group = group_order(entries[a].group) - group_order(entries[b].group);
    const char *x = sources[a].stem, *y = sources[b].stem;
    int nx = family_length(x), ny = family_length(y), by_family = strncmp(x, y, (size_t)(nx < ny ? nx : ny));
    if (by_group || by_family || nx != ny)
        return by_group ? by_group : by_family ? by_family : nx - ny;
    if (strlen(x) != strlen(y))
        return strlen(x) < strlen(y) ? -1 : 1;
    int by_stem = strcmp(x, y);
    return by_stem ? by_stem : sources[a].filter - sources[b].filter;
}

static void sort_entries(void)
{
    for (int i = 1; i < entry_count; i++)
        for (int j = i; j > 0 && compare_entries(j - 1, j) > 0; j--) {
            struct imc_kernel_entry entry = entries[j];
            struct source source = sources[j];
            entries[j] = entries[j - 1];
            sources[j] = sources[j - 1];
            entries[j - 1] = entry;
            sources[j - 1] = source;
        }
}

/* A copy that stays as long as the program. */
static const char *keep(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = mem_alloc(size, 1);
    return copy ? memcpy(copy, text, size) : NULL;
}

static bool add_entry(const struct embedded_file *file, int filter, const char *name, const char *group, const char *answers)
{
    if (entry_count == ENTRIES_MAX)
        return false;
    const struct generator *sized = generator_find(name, strlen(name));
    entries[entry_count] = (struct imc_kernel_entry){keep(name), keep(group), keep(answers), sized ? sized->entry.params : ""};
    sources[entry_count] = (struct source){file, filter, file->name};
    return entries[entry_count].name && entries[entry_count].group && entries[entry_count++].answers;
}

/* A file of one kernel is one entry; a bank is one, and each of its filters. */
static bool add_file(const struct embedded_file *file)
{
    struct imc_bank *bank;
    struct kern_note *notes;
    char name[KERN_WORD_MAX];
    snprintf(name, sizeof name, "%s.kern", file->name);
    if (kernfile_parse((const char *)file->bytes, file->size, name, &bank, &notes, NULL))
        return false;
    const struct kern_note *whole = bank->filters == 1 ? &notes[1] : &notes[0];
    bool added = add_entry(file, WHOLE_FILE, file->name, whole->group, whole->answers);
    for (int f = 0; added && bank->filters > 1 && f < bank->filters; f++)
        added = add_entry(file, f, bank->names[f], whole->group, notes[f + 1].answers);
    mem_free(notes);
    imc_bank_free(bank);
    return added;
}

static void make_list(void)
{
    const struct generator *generator;
    for (int i = 0; (generator = generator_at(i)); i++)
        if (!generator->file_is_default) {
            entries[entry_count] = generator->entry;
            sources[entry_count++] = (struct source){NULL, WHOLE_FILE, generator->entry.name};
        }
    bool whole = true;
    for (const struct embedded_file *file = embedded_kernels; whole && file->name; file++)
        whole = add_file(file);
    sort_entries();
}

const struct imc_kernel_entry *imc_kernel_list(int *count)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_list);
    *count = entry_count;
    return entries;
}

enum imc_status builtin_make(const char *name, size_t length, struct imc_bank **bank, struct imc_error *error)
{
    int count, i = 0;
    const struct imc_kernel_entry *list = imc_kernel_list(&count);
    *bank = NULL;
    while (i < count && !(sources[i].file && strlen(list[i].name) == length && strncasecmp(list[i].name, name, length) == 0))
        i++;
    if (i == count)
        return IMC_OK;
    const struct embedded_file *file = sources[i].file;
    enum imc_status status = kernfile_parse((const char *)file->bytes, file->size, list[i].name, bank, NULL, error);
    if (!status && sources[i].filter != WHOLE_FILE)
        imc_bank_select(*bank, sources[i].filter);
    return status;
}

/* Words that other programs and books have for what imgconv has, or has not. */
static const struct {
    const char *word, *advice;
} foreign[] = {
    {"box", "imgconv calls it mean"},
    {"blur", "imgconv has mean and gaussian"},
    {"average", "imgconv calls it mean"},
    {"avg", "imgconv calls it mean"},
    {"uniform", "imgconv calls it mean"},
    {"boxblur", "imgconv calls it mean"},
    {"gauss", "imgconv calls it gaussian"},
    {"gaussblur", "imgconv calls it gaussian"},
    {"smooth", "imgconv has gaussian and mean"},
    {"laplacian", "imgconv has laplacian4 (centre -4) and laplacian8 (centre -8)"},
    {"laplace", "imgconv has laplacian4 (centre -4) and laplacian8 (centre -8)"},
    {"laplacian-of-gaussian", "imgconv calls it log"},
    {"mexican-hat", "imgconv has log, which is its negative"},
    {"marr", "imgconv calls it log"},
    {"edge", "sobel answers to edges"},
    {"edges", "sobel answers to edges"},
    {"gradient", "sobel gives the gradient's magnitude"},
    {"canny", "it is more than a convolution; sobel gives the gradient that it starts from"},
    {"median", "it is no convolution; mean and gaussian smooth too"},
    {"bilateral", "it is no convolution; gaussian smooths too"},
    {"dog", "it is not built in; log answers to the same"},
    {"derivative-of-gaussian", "imgconv has gaussian-dx, gaussian-dy, gaussian-dxx, gaussian-dxy and gaussian-dyy"},
    {"motion", "it is not built in; mean:size=1x9 blurs along a row"},
    {"unsharp", "imgconv has sharpen"},
    {"compass", "imgconv calls it kirsch"},
    {"robinson", "imgconv has kirsch"},
    {"frei-chen", "it is not built in; sobel and scharr are near"},
    {"delta", "imgconv calls it identity"},
    {"none", "imgconv calls it identity"},
    {"magnitude", "imgconv writes mag(a,b)"},
};

static const char *foreign_advice(const char *word)
{
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (strcasecmp(foreign[i].word, word) == 0)
            return foreign[i].advice;
    return NULL;
}

enum imc_status fail_unknown_kernel(const char *name, size_t length, const struct place *place, struct imc_error *error)
{
    char word[KERN_WORD_MAX];
    const char *names[ENTRIES_MAX + 1];
    int count;
    const struct imc_kernel_entry *list = imc_kernel_list(&count);
    for (int i = 0; i < count; i++)
        names[i] = list[i].name;
    names[count] = NULL;
    snprintf(word, sizeof word, "%.*s", (int)(length < sizeof word ? length : sizeof word), name);
    const char *advice = foreign_advice(word), *near = imc_name_nearest(word, names);
    if (advice)
        return fail_at(error, IMC_ERR_ARGUMENT, place, NULL, "no kernel is named %s: %s", word, advice);
    if (near)
        return fail_at(error, IMC_ERR_ARGUMENT, place, NULL, "no kernel is named %s; did you mean %s?", word, near);
    return fail_at(error, IMC_ERR_ARGUMENT, place, NULL,
                   "no kernel is named %s; 'imgconv kernels' lists the names, and a file's name has a . or / in it", word);
}
