/* tensornotes.h: the metadata of a model file that is to be written, each text formatted. */
#ifndef TENSORNOTES_H
#define TENSORNOTES_H

#include <imgconv/tensor.h>

/* The notes of a file, as key and text. */
enum { NOTES_MAX = 48 };
struct note_list {
    int count;
    struct imc_tensor_note note[NOTES_MAX];
    char *text[NOTES_MAX];
};
/* Adds a formatted note; false if memory ran out. */
bool note_add(struct note_list *list, const char *key, const char *format, ...) __attribute__((format(printf, 3, 4)));
void note_list_free(struct note_list *list);

#endif
