/* tasks.h: which picture becomes which file. */
#ifndef TASKS_H
#define TASKS_H

#include "cli/request.h"

struct task {
    char *input;
    char *output;           /* NULL where --explain has none */
    int filter;             /* of the last kernel's bank, whose response is the result; -1: all */
    bool sheet;             /* all responses become one contact sheet */
    struct imc_error early; /* set where the input could not even be looked at */
};

struct tasks {
    struct task *task;
    int count;
    bool make_folders; /* names come from -o */
};

/* Makes the list from operands and options; the kernels must be open. False after saying why; *code is then the exit code. */
bool tasks_make(struct tasks *tasks, const struct filter_request *request, int operands, char **operand, int *code);
/* The labels of all kernels with `glue` between them; of the last one a filter's name, where one is chosen (not -1). The caller
 * frees; NULL if memory ran out. */
char *tasks_kernel_label(const struct filter_request *request, int filter, const char *glue);
void tasks_free(struct tasks *tasks);

#endif
