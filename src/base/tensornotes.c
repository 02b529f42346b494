/* tensornotes.c: see tensornotes.h. */
#include "base/tensornotes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool note_add(struct note_list *list, const char *key, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    bool added = list->count < NOTES_MAX && vasprintf(&list->text[list->count], format, arguments) >= 0;
    va_end(arguments);
    if (!added)
        return false;
    list->note[list->count] = (struct imc_tensor_note){key, list->text[list->count]};
    list->count++;
    return true;
}

void note_list_free(struct note_list *list)
{
    for (int i = 0; i < list->count; i++)
        free(list->text[i]);
    list->count = 0;
}
