/* interrupt.c: the handler sets a flag, which the library reads through the progress function and then takes back what it began. A
 * read that waits for standard input would wait on; the handler puts /dev/null in its place, so that the read finds the end. */
#include "cli/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t came;

static void note_signal(int number)
{
    int saved = errno;
    (void)number;
    came = 1;
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing >= 0) {
        dup2(nothing, STDIN_FILENO);
        close(nothing);
    }
    errno = saved;
}

/* A signal that the caller chose to ignore (nohup, a shell's background job) stays ignored. */
static void catch_one(int number)
{
    struct sigaction old, action = {.sa_handler = note_signal, .sa_flags = SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
        sigaction(number, &action, NULL);
}

void interrupt_catch(void)
{
    catch_one(SIGINT);
    catch_one(SIGTERM);
    signal(SIGPIPE, SIG_IGN);
}

bool interrupt_came(void)
{
    return came != 0;
}
