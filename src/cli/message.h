/* message.h: words for the user, on standard error, one line each. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <imgconv/status.h>
#include <stdbool.h>

/* What the program answers to its caller; BELOW: all was done, and --min-accuracy is not reached. */
enum exit_code { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_BELOW = 3, EXIT_INTERRUPTED = 130 };

/* Prints "imgconv: " and the sentence. Control characters are shown as '?': a file name must not drive the terminal. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Control characters become '?'. */
void message_clean(char *text);

/* complain() for a wrong request: returns false, so that a setter of an option is one line. */
bool refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints a failure of the library, led by `name` where the sentence does not begin with it; NULL: as it is. */
void complain_error(const char *name, const struct imc_error *error);

/* The exit code that a status stands for. */
enum exit_code exit_code_of(enum imc_status status);

/* Flushes standard output; a failure (full disk) is told and turns EXIT_DONE into EXIT_FAILED. */
enum exit_code finish_stdout(enum exit_code code);

#endif
