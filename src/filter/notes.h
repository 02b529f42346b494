/* notes.h: what a user should be told about a result. */
#ifndef NOTES_H
#define NOTES_H

#include "filter/recipe.h"

/* Adds notes to a report whose other members are filled. */
void notes_write(const struct recipe *recipe, struct imc_filter_report *report);

#endif
