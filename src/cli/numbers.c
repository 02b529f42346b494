/* numbers.c: reading and writing numbers. strtod and printf use a point here because the locale is always "C". */
#include "cli/numbers.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One finite number at the start of `text`; NULL where there is none. strtod would skip blanks and read "inf". */
static const char *read_one(const char *text, double *value)
{
    const char *digits = text + (*text == '-' || *text == '+');
    if (!isdigit((unsigned char)digits[*digits == '.']))
        return NULL;
    char *end;
    *value = strtod(text, &end);
    return isfinite(*value) ? end : NULL;
}

bool number_read(const char *text, double *value)
{
    const char *end = read_one(text, value);
    return end && !*end;
}

bool number_read_share(const char *text, double *value)
{
    const char *end = read_one(text, value);
    bool percent = end && *end == '%';
    if (percent)
        *value /= 100;
    return end && !end[percent];
}

int number_read_list(const char *text, double *values, int least, int most)
{
    int count = 0;
    for (; count < most; text++) {
        text = read_one(text, &values[count]);
        if (!text)
            return 0;
        count++;
        if (*text != ',')
            break;
    }
    return *text == '\0' && count >= least ? count : 0;
}

/* A whole number in lo..hi at the start of `text`; NULL where there is none. */
static const char *read_whole(const char *text, int lo, int hi, int *value)
{
    if (!isdigit((unsigned char)text[*text == '-' || *text == '+']))
        return NULL;
    char *end;
    long long number = strtoll(text, &end, 10);
    if (number < lo || number > hi)
        return NULL;
    *value = (int)number;
    return end;
}

bool number_read_pair(const char *text, int lo, int hi, int pair[2])
{
    const char *end = read_whole(text, lo, hi, &pair[0]);
    if (!end)
        return false;
    pair[1] = pair[0];
    if (*end == ',' || *end == 'x')
        end = read_whole(end + 1, lo, hi, &pair[1]);
    return end && !*end;
}

bool number_read_size(const char *text, unsigned thousand, uint64_t *value)
{
    double number;
    const char *end = read_one(text, &number);
    if (!end)
        return false;
    if (*end) {
        static const char letters[] = "KMGT";
        const char *letter = strchr(letters, toupper((unsigned char)*end));
        if (!letter || end[1])
            return false;
        for (; letter >= letters; letter--)
            number *= thousand;
    }
    if (number < 1 || number >= 18446744073709551616.0)
        return false;
    *value = (uint64_t)number;
    return true;
}

const char *number_float_text(char out[NUMBER_TEXT_MAX], float value)
{
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(out, NUMBER_TEXT_MAX, "%.*g", digits, (double)value);
        if (strtof(out, NULL) == value)
            break;
    }
    return out;
}

const char *number_double_text(char out[NUMBER_TEXT_MAX], double value)
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out, NUMBER_TEXT_MAX, "%.*g", digits, value);
        if (strtod(out, NULL) == value)
            break;
    }
    return out;
}

const char *number_grouped_text(char out[NUMBER_TEXT_MAX], uint64_t number)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, number), at = 0;
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = 0;
    return out;
}

const char *number_bytes_text(char out[NUMBER_TEXT_MAX], uint64_t bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024) {
        snprintf(out, NUMBER_TEXT_MAX, "%d %s", (int)bytes, bytes == 1 ? "byte" : "bytes");
        return out;
    }
    double size = (double)bytes / 1024;
    size_t unit = 0;
    for (; ceil(size * 10) >= 10240; unit++)
        size /= 1024;
    snprintf(out, NUMBER_TEXT_MAX, "%.10g %s", ceil(size * 10) / 10, units[unit]);
    return out;
}
