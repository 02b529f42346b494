/* textnum.c: strtod and printf obey the host program's locale; these do not. Each call switches this thread to the C locale and
 * back (POSIX uselocale), which leaves other threads and the host alone. */
#include "base/textnum.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static locale_t c_locale;

static void make_c_locale(void)
{
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static locale_t enter_c_locale(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_c_locale);
    return c_locale ? uselocale(c_locale) : (locale_t)0;
}

static void leave_c_locale(locale_t before)
{
    if (before)
        uselocale(before);
}

static bool starts_number(const char *text)
{
    if (*text == '+' || *text == '-')
        text++;
    return isdigit((unsigned char)text[0]) || (text[0] == '.' && isdigit((unsigned char)text[1]));
}

bool text_to_double(const char *text, const char **end, double *value)
{
    *end = text;
    if (!starts_number(text)) /* refuses blanks, "inf" and "nan" */
        return false;
    locale_t before = enter_c_locale();
    char *stop;
    double number = strtod(text, &stop);
    leave_c_locale(before);
    if (!isfinite(number))
        return false;
    *end = stop;
    *value = number;
    return true;
}

bool text_to_int(const char *text, const char **end, int lo, int hi, int *value)
{
    *end = text;
    const char *digits = *text == '-' || *text == '+' ? text + 1 : text;
    if (!isdigit((unsigned char)*digits))
        return false;
    char *stop;
    errno = 0;
    long number = strtol(text, &stop, 10);
    if (errno || number < lo || number > hi)
        return false;
    *end = stop;
    *value = (int)number;
    return true;
}

void text_from_float(char *out, size_t size, float value)
{
    locale_t before = enter_c_locale();
    int digits = 1;
    for (; digits < 9; digits++) {
        snprintf(out, size, "%.*e", digits - 1, (double)value);
        if (strtof(out, NULL) == value)
            break;
    }
    const char *power = strchr(out, 'e'); /* not that of the value: the float next to 0.01 lies below it */
    int exponent = power ? (int)strtol(power + 1, NULL, 10) : 0;
    if (exponent >= -5 && exponent < 9) /* people read 840 and 0.0625 more easily than 8.4e+02 and 6.25e-02 */
        snprintf(out, size, "%.*f", digits - 1 > exponent ? digits - 1 - exponent : 0, (double)value);
    else
        snprintf(out, size, "%.*g", digits, (double)value);
    leave_c_locale(before);
}

const char *text_from_bytes(char out[TEXT_BYTES_MAX], uint64_t bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024) {
        snprintf(out, TEXT_BYTES_MAX, "%d %s", (int)bytes, bytes == 1 ? "byte" : "bytes");
        return out;
    }
    double size = (double)bytes / 1024;
    int unit = 0;
    for (; ceil(size * 10) >= 10240; unit++) /* 1024 of a unit are one of the next, also where rounding makes them so */
        size /= 1024;
    int tenths = (int)ceil(size * 10);
    if (tenths % 10)
        snprintf(out, TEXT_BYTES_MAX, "%d.%d %s", tenths / 10, tenths % 10, units[unit]);
    else
        snprintf(out, TEXT_BYTES_MAX, "%d %s", tenths / 10, units[unit]);
    return out;
}
