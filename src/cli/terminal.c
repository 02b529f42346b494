/* terminal.c: what a terminal can do is what the environment says of it: COLORTERM for 24 bits, TERM, NO_COLOR (no-color.org). The
 * encoding is read from the names of the locale, in the order of POSIX; the locale itself need not be installed. 256 colours are
 * those of xterm: 16..231 a cube with six levels a side, 232..255 a ramp of grays. */
#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS_USUAL = 80, LINES_LEAST = 24, SIZE_MAX_READ = 10000 };

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

bool terminal_redraws(int descriptor)
{
    const char *kind = environment("TERM");
    return isatty(descriptor) && *kind && strcmp(kind, "dumb") != 0;
}

static enum terminal_colours colours_of(int descriptor)
{
    const char *depth = environment("COLORTERM");
    if (!terminal_redraws(descriptor) || *environment("NO_COLOR"))
        return TERMINAL_PLAIN;
    return strcasecmp(depth, "truecolor") == 0 || strcasecmp(depth, "24bit") == 0 ? TERMINAL_24BIT : TERMINAL_256;
}

static bool speaks_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *locale = "";
    for (size_t i = 0; i < sizeof names / sizeof *names && !*locale; i++)
        locale = environment(names[i]);
    return strcasestr(locale, "utf-8") || strcasestr(locale, "utf8");
}

/* A variable's whole number above 0, or `otherwise`. */
static int size_from(const char *name, int otherwise)
{
    char *end;
    long size = strtol(environment(name), &end, 10);
    return size > 0 && size <= SIZE_MAX_READ && !*end ? (int)size : otherwise;
}

struct terminal terminal_of(int descriptor)
{
    struct terminal terminal = {.colours = colours_of(descriptor), .utf8 = speaks_utf8()};
    struct winsize window = {0};
    if (isatty(descriptor) && ioctl(descriptor, TIOCGWINSZ, &window) == 0) {
        terminal.columns = window.ws_col;
        terminal.lines = window.ws_row;
    }
    if (terminal.columns == 0)
        terminal.columns = size_from("COLUMNS", COLUMNS_USUAL);
    if (terminal.lines == 0)
        terminal.lines = size_from("LINES", terminal.columns / 2 > LINES_LEAST ? terminal.columns / 2 : LINES_LEAST);
    return terminal;
}

static int square(int number)
{
    return number * number;
}

/* The level of the cube nearest to a sample: 0, 95, 135, 175, 215, 255. */
static int cube_level(int sample)
{
    return sample < 48 ? 0 : sample < 115 ? 1 : (sample - 35) / 40;
}

static int cube_sample(int level)
{
    return level ? 55 + 40 * level : 0;
}

/* The nearest of xterm's colours, by the sum of squares. */
static int colour_of_256(uint32_t colour)
{
    int sample[3] = {(int)(colour >> 16 & 255), (int)(colour >> 8 & 255), (int)(colour & 255)};
    int mean = (sample[0] + sample[1] + sample[2]) / 3, step = mean < 8 ? 0 : mean > 238 ? 23 : (mean - 3) / 10;
    int cube = 0, cube_error = 0, gray_error = 0;
    for (int c = 0; c < 3; c++) {
        int level = cube_level(sample[c]);
        cube = 6 * cube + level;
        cube_error += square(sample[c] - cube_sample(level));
        gray_error += square(sample[c] - (8 + 10 * step));
    }
    return gray_error < cube_error ? 232 + step : 16 + cube;
}

/* `which` is 38 for the letters, 48 for the ground. */
static void set_colour(FILE *out, const struct terminal *terminal, int which, uint32_t colour)
{
    if (terminal->colours == TERMINAL_24BIT)
        fprintf(out, "\033[%d;2;%d;%d;%dm", which, (int)(colour >> 16 & 255), (int)(colour >> 8 & 255), (int)(colour & 255));
    else
        fprintf(out, "\033[%d;5;%dm", which, colour_of_256(colour));
}

void terminal_ink(FILE *out, const struct terminal *terminal, uint32_t colour)
{
    set_colour(out, terminal, 38, colour);
}

void terminal_ground(FILE *out, const struct terminal *terminal, uint32_t colour)
{
    set_colour(out, terminal, 48, colour);
}

void terminal_end_colours(FILE *out)
{
    fputs("\033[0m", out);
}
