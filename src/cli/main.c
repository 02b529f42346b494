/* main.c: which command is meant? The short form, which has no command word, is told by a first word that begins with '-' or
 * 'sample:', or contains '.' or '/': command names never do, so a new command can change the meaning of no old command line. */
#include "cli/commands.h"
#include "cli/message.h"
#include <imgconv/imgconv.h>

#include <string.h>
#include <strings.h>

const struct command commands[] = {
    {"filter", cmd_filter, "filter pictures with kernels (the command word may be left out)"},
    {"kernels", cmd_kernels, "list, show and export kernels"},
    {"info", cmd_info, "tell what a picture or a kernel file is"},
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

static bool is_kernel_name(const char *name)
{
    int count;
    const struct imc_kernel_entry *entry = imc_kernel_list(&count);
    for (int i = 0; i < count; i++)
        if (strcasecmp(entry[i].name, name) == 0)
            return true;
    return false;
}

int command_unknown(const char *name)
{
    const char *names[16];
    size_t count = 0;
    for (const struct command *command = commands; command->name; command++)
        names[count++] = command->name;
    names[count] = NULL;
    const char *near = imc_name_nearest(name, names);
    if (near)
        complain("no command '%s'; did you mean '%s'? for a file of that name write ./%s", name, near, name);
    else if (is_kernel_name(name))
        complain("no command '%s'; for the kernel of that name write: imgconv -k %s INPUT OUTPUT", name, name);
    else
        complain("no command '%s' ('imgconv help' lists them); for a file of that name write ./%s", name, name);
    return EXIT_USAGE;
}

static bool is_short_form(const char *word)
{
    return word[0] == '-' || strpbrk(word, "./") || strncmp(word, "sample:", 7) == 0;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        help_overview(stderr);
        return EXIT_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--version") == 0)
        return print_version();
    if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0)
        return cmd_help(1, argv);
    if (is_short_form(word))
        return cmd_filter(argc, argv);
    const struct command *command = command_find(word);
    return command ? command->run(argc - 1, argv + 1) : command_unknown(word);
}
