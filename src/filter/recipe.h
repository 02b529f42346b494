/* recipe.h: what a run will do, settled before the first row: options, kernels and picture in, decisions out. filter.c runs it,
 * explain.c tells it. */
#ifndef RECIPE_H
#define RECIPE_H

#include <imgconv/filter.h>

/* How many lanes a pixel has while it is filtered, and what they hold. */
struct layout {
    int colours;        /* colour lanes: 1 or 3; 2 or 4 of channels that are no colours */
    int planes;         /* input channels that the first kernel sums: 1, or 3 for a three-channel filter (then colours is 1) */
    bool alpha_lane;    /* one more lane carries alpha */
    int lanes;          /* colours + alpha_lane */
    bool premultiply;   /* colours come multiplied by alpha */
    bool divide;        /* and are divided by the filtered alpha afterwards */
    bool copy_alpha;    /* the alpha lane is copied instead of filtered */
    bool native;        /* rows go to the first stage as the reader delivers them */
    enum imc_type type; /* of the rows that the first stage gets */
};

struct recipe {
    const struct imc_filter_options *options;
    struct imc_image_info input, output;
    struct imc_bank *banks[IMC_STAGES_MAX]; /* the recipe's own copies: flipped, normalized */
    struct imc_plan *plans[IMC_STAGES_MAX];
    int stages;
    bool derivative;            /* some stage is */
    enum imc_channels channels; /* as resolved, never AUTO */
    enum imc_alpha alpha;
    enum imc_map map;
    struct layout layout;
    float white_in;   /* the value of white while filtering: full scale, 1 under unit, 0 if unknown (float samples) */
    float white_out;  /* the output's full scale; for float files white_in, or 1 */
    float alpha_gain; /* what the stages do to the alpha of an opaque picture: it is divided out again */
    float noise;      /* values this close, for a largest sample of 1, may be rounding alone: twice the bound of design law 2 */
    bool encode;      /* sRGB encoding of the result */
    bool composite;   /* the output has no room for alpha */
    bool fused;       /* the last plan writes output samples; nothing is left to finish */
    float shift;      /* added by map offset */
};

/* Does the first stage act on luma? Known before the picture is opened, so that a JPEG can decode its luma plane alone. */
bool recipe_wants_luma(const struct imc_filter_options *options);
/* Settles everything; `input` is the reader's info, `output` a path or NULL. Recipe is the caller's, freed by recipe_free (also
 * after a failure). Errors: ARGUMENT, LIMIT, MEMORY. */
enum imc_status recipe_settle(struct recipe *recipe, const struct imc_filter_options *options, const struct imc_image_info *input,
                              const char *output, struct imc_error *error);
void recipe_free(struct recipe *recipe);
/* The last step of settling: the plans, and with them the output's size. */
enum imc_status recipe_make_plans(struct recipe *recipe, struct imc_error *error);

/* Rows that the stages' results are made in at once. */
int recipe_band_rows(const struct recipe *recipe, int stage, int threads);
/* The threads of a run: those asked for, else as many as the machine has, but one for a picture that is done before a thread has
 * started. */
int recipe_threads(const struct recipe *recipe);
/* Bytes that the buffers of a run take, all included. *holds (NULL allowed) says what holds the picture, "" if nothing does. */
uint64_t recipe_memory(const struct recipe *recipe, int threads, char *holds, size_t size);
/* Channels of the input without its alpha. */
int recipe_colours_in(const struct recipe *recipe);
/* Samples of a pixel as the first stage gets it, and as stage i delivers it. */
int recipe_samples_in(const struct recipe *recipe);
int recipe_samples_out(const struct recipe *recipe, int stage);

#endif
