/* kernmeta.h: the "# key: value" lines of a .kern file. */
#ifndef KERNMETA_H
#define KERNMETA_H

#include "kernel/kernfile.h"
#include "kernel/place.h"

/* What holds for a whole file. */
struct kern_meta {
    float scale, offset;
    enum imc_combine combine;
    enum imc_map map;
    bool has_anchor;
    int anchor_y, anchor_x;
    int anchor_line; /* where it was given, for the message if it lies outside */
    bool learned;
    int channels;  /* a kernel's rows are those of its channels, one after the other */
    bool has_bias; /* some kernel has one */
};

/* Reads the comment at..end, which starts with '#'. name, group, answers and bias go to `note`; the rest to `meta`, or is refused
 * where `begun` because it stands behind the first kernel. A comment that is no known "key: value" is left alone. *known tells. */
enum imc_status kernmeta_read(const char *at, const char *end, struct kern_note *note, struct kern_meta *meta, bool begun,
                              bool *known, const struct place *place, struct imc_error *error);

#endif
