/* commands.c: the table of commands, and what to say where a word is none of them. */
#include "cli/commands.h"
#include "cli/message.h"
#include <imgconv/imgconv.h>

#include <string.h>
#include <strings.h>

const struct command commands[] = {
    {"filter", cmd_filter, "filter pictures with kernels (the command word may be left out)"},
    {"kernels", cmd_kernels, "list, show and export kernels"},
    {"compare", cmd_compare, "hold learned filters beside hand-made ones"},
    {"info", cmd_info, "tell what a picture or a kernel file is"},
    {"train", cmd_train, "train a network on labelled pictures"},
    {"eval", cmd_eval, "tell how well a network classifies labelled pictures"},
    {"predict", cmd_predict, "tell which digits pictures show, by a network"},
    {"bench", cmd_bench, "measure how long each mode takes on this machine"},
    {"help", cmd_help, "explain a command"},
    {0},
};

const struct command *command_find(const char *name)
{
    for (const struct command *command = commands; command->name; command++)
        if (strcmp(command->name, name) == 0)
            return command;
    return NULL;
}

static const char *nearest(const char *name)
{
    const char *names[16];
    size_t count = 0;
    for (const struct command *command = commands; command->name; command++)
        names[count++] = command->name;
    names[count] = NULL;
    return imc_name_nearest(name, names);
}

static bool is_kernel_name(const char *name)
{
    int count;
    const struct imc_kernel_entry *entry = imc_kernel_list(&count);
    for (int i = 0; i < count; i++)
        if (strcasecmp(entry[i].name, name) == 0)
            return true;
    return false;
}

int command_unknown(const char *name, enum command_use use)
{
    const char *near = nearest(name);
    bool kernel = !near && is_kernel_name(name);
    if (near && use == COMMAND_RUN)
        complain("no command '%s'; did you mean '%s'? for a file of that name write ./%s", name, near, name);
    else if (near)
        complain("no command '%s'; did you mean '%s'?", name, near);
    else if (kernel && use == COMMAND_RUN)
        complain("no command '%s'; for the kernel of that name write: imgconv -k %s INPUT OUTPUT", name, name);
    else if (kernel)
        complain("no command '%s'; for the kernel of that name write: imgconv kernels %s", name, name);
    else if (use == COMMAND_RUN)
        complain("no command '%s' ('imgconv help' lists them); for a file of that name write ./%s", name, name);
    else
        complain("no command '%s'; 'imgconv help' lists them", name);
    return EXIT_USAGE;
}
