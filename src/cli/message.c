/* message.c: the only file that writes sentences to standard error. */
#include "cli/message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void print_line(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

void message_clean(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 32 || *text == 127)
            *text = '?';
}

static void print_line(const char *format, va_list args)
{
    char line[1024];
    vsnprintf(line, sizeof line, format, args);
    message_clean(line);
    fprintf(stderr, "imgconv: %s\n", line);
}

void complain(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_line(format, args);
    va_end(args);
}

bool refuse(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_line(format, args);
    va_end(args);
    return false;
}

void complain_error(const char *name, const struct imc_error *error)
{
    const char *sentence = *error->message ? error->message : imc_status_text(error->status);
    if (name && strncmp(sentence, name, strlen(name)) != 0)
        complain("%s: %s", name, sentence);
    else
        complain("%s", sentence);
}

enum exit_code exit_code_of(enum imc_status status)
{
    if (status == IMC_OK)
        return EXIT_DONE;
    return status == IMC_ERR_ARGUMENT ? EXIT_USAGE : EXIT_FAILED;
}

enum exit_code finish_stdout(enum exit_code code)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    complain("standard output: cannot write: %s", errno ? strerror(errno) : "an earlier write failed");
    return code == EXIT_DONE ? EXIT_FAILED : code;
}
