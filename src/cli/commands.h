/* commands.h: the commands and their help. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "cli/options.h"

#include <stdio.h>

struct command {
    const char *name;                  /* NULL ends the list */
    int (*run)(int argc, char **argv); /* argv[0] is ignored; returns the exit code */
    const char *summary;
};

extern const struct command commands[];

int cmd_filter(int argc, char **argv);
int cmd_kernels(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_info(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_train(int argc, char **argv);
int cmd_eval(int argc, char **argv);
int cmd_predict(int argc, char **argv);
int cmd_help(int argc, char **argv);
int print_version(void);

extern const struct option_spec kernels_table[], compare_table[], info_table[], bench_table[], eval_table[];

/* The command of a name, or NULL. */
const struct command *command_find(const char *name);
/* Says that there is no such command, and which was meant; returns the exit code. The word was to be run, where it may also have
 * been meant as a file, or to be explained. */
enum command_use { COMMAND_RUN, COMMAND_EXPLAIN };
int command_unknown(const char *name, enum command_use use);

/* What `imgconv --help` prints. */
void help_overview(FILE *out);
/* What `imgconv COMMAND --help` prints, on standard output; returns the exit code. */
int help_command(const char *name);

#endif
