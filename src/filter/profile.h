/* profile.h: which metadata a result may carry. */
#ifndef PROFILE_H
#define PROFILE_H

#include "filter/recipe.h"

/* The input's metadata, blobs borrowed, without an ICC profile that speaks of another colour model than the output has. */
struct imc_metadata profile_for(const struct recipe *recipe);

#endif
