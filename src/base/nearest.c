/* nearest.c: which known name did the user mean? Edit distance with transpositions (Damerau 1964, restricted form): a swap of two
 * neighbours, the commonest slip, counts as one. */
#include <imgconv/status.h>

#include <ctype.h>
#include <stddef.h>
#include <string.h>

enum { WORD_MAX = 48, NAME_MIN = 3 }; /* one slip away from a name of one or two letters is almost every short word */

static int min3(int a, int b, int c)
{
    int m = a < b ? a : b;
    return m < c ? m : c;
}

static int lower(char c)
{
    return tolower((unsigned char)c);
}

/* Distance of a and b, both shorter than WORD_MAX. */
static int edit_distance(const char *a, const char *b)
{
    int rows[3][WORD_MAX + 1];
    int *before = rows[0], *above = rows[1], *row = rows[2];
    int na = (int)strlen(a), nb = (int)strlen(b);
    for (int j = 0; j <= nb; j++)
        above[j] = j;
    for (int i = 1; i <= na; i++) {
        row[0] = i;
        for (int j = 1; j <= nb; j++) {
            int differ = lower(a[i - 1]) != lower(b[j - 1]);
            row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + differ);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]) &&
                before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
        int *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[nb];
}

const char *imc_name_nearest(const char *word, const char *const *names)
{
    const char *best = NULL;
    size_t length = strlen(word);
    if (length >= WORD_MAX)
        return NULL;
    int limit = length < 4 ? 1 : length < 8 ? 2 : 3;
    for (; *names; names++) {
        size_t size = strlen(*names);
        if (size < NAME_MIN || size >= WORD_MAX)
            continue;
        int distance = edit_distance(word, *names);
        if (distance <= limit) {
            limit = distance - 1;
            best = *names;
        }
    }
    return best;
}
