/* progress.c: the bar appears after one second, is drawn ten times a second at most, and leaves no trace. It has no colours, so
 * NO_COLOR asks nothing of it; a dumb terminal cannot redraw a line and gets none. */
#include "cli/progress.h"
#include "cli/interrupt.h"
#include "cli/terminal.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { BAR_WIDTH = 40 };

double progress_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void progress_start(struct progress *progress, bool quiet, int files)
{
    *progress = (struct progress){.start = progress_seconds(), .files = files};
    progress->allowed = !quiet && terminal_redraws(STDERR_FILENO);
}

static void draw(struct progress *progress, double part)
{
    char bar[BAR_WIDTH + 1];
    int filled = (int)(part * BAR_WIDTH);
    for (int i = 0; i < BAR_WIDTH; i++)
        bar[i] = i < filled ? '#' : '-';
    bar[BAR_WIDTH] = '\0';
    if (progress->files > 1)
        fprintf(stderr, "\r%d/%d ", progress->file, progress->files);
    else
        fputc('\r', stderr);
    fprintf(stderr, "[%s] %3d %%", bar, (int)(part * 100));
    fflush(stderr);
    progress->drawn = true;
}

int progress_step(void *context, int64_t done, int64_t total)
{
    struct progress *progress = context;
    double now = progress->allowed ? progress_seconds() : 0;
    if (progress->allowed && now - progress->start > 1 && now - progress->last > 0.1) {
        progress->last = now;
        draw(progress, total > 0 ? (double)done / (double)total : 0);
    }
    return interrupt_came();
}

void progress_clear(struct progress *progress)
{
    if (progress->drawn)
        fputs("\r\033[K", stderr);
    progress->drawn = false;
}
