/* main.c: which command is meant? The short form, which has no command word, is told by a first word that begins with '-' or
 * 'sample:', or contains '.' or '/': command names never do, so a new command can change the meaning of no old command line. */
#include "cli/commands.h"
#include "cli/message.h"

#include <string.h>

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
    if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0)
        return cmd_help(1, argv);
    if (is_short_form(word))
        return cmd_filter(argc, argv);
    const struct command *command = command_find(word);
    return command ? command->run(argc - 1, argv + 1) : command_unknown(word, COMMAND_RUN);
}
