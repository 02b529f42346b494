/* expression.c: imc_bank_parse. The tree of a kernel text is worked out from the leaves up: neg, flip and rot45 change taps, mag,
 * max, sum and abs gather filters into one bank and say how their responses are combined. One combination is all that a bank has,
 * so they nest only within themselves: mag(mag(a,b),c) is mag(a,b,c). */
#include "base/fail.h"
#include "base/memory.h"
#include "kernel/bank.h"
#include "kernel/leaf.h"
#include "kernel/parse.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct evaluator {
    const struct tree *tree;
    const struct imc_kernel_params *params;
    struct imc_error *error;
    size_t taps;                      /* of all leaves so far */
    struct imc_bank *bank[NODES_MAX]; /* what each node gave; NULL before, and after it went into its parent */
};

static const enum imc_combine combine_of[OPERATIONS] = {
    [OP_MAG] = IMC_COMBINE_MAGNITUDE, [OP_MAX] = IMC_COMBINE_MAX, [OP_SUM] = IMC_COMBINE_SUM, [OP_ABS] = IMC_COMBINE_ABS};

static const char *combination_word(enum imc_combine combine)
{
    int operation = 0;
    while (operation <= OP_ABS && combine_of[operation] != combine)
        operation++;
    return operation_name((enum operation)operation);
}

static void negate(struct imc_bank *bank)
{
    size_t taps = (size_t)bank->filters * bank_filter_taps(bank);
    for (size_t i = 0; i < taps; i++)
        bank->weights[i] = 0 - bank->weights[i]; /* not -0 */
}

/* The place of tap `step` of the ring at distance `r` around the centre of a square of side n, clockwise from its upper left
 * corner. */
static int ring_place(int n, int r, int step)
{
    int side = 2 * r, first = n / 2 - r, last = n / 2 + r, along = step % side;
    switch (step / side) {
    case 0:
        return first * n + first + along;
    case 1:
        return (first + along) * n + last;
    case 2:
        return last * n + last - along;
    default:
        return (last - along) * n + first;
    }
}

/* Turns each ring of taps clockwise by an eighth of its length. */
static void turn_taps(const float *from, float *to, int n)
{
    to[n / 2 * n + n / 2] = from[n / 2 * n + n / 2];
    for (int r = 1; r <= n / 2; r++)
        for (int step = 0; step < 8 * r; step++)
            to[ring_place(n, r, (step + r) % (8 * r))] = from[ring_place(n, r, step)];
}

static enum imc_status rotate(struct evaluator *e, const struct node *node, struct imc_bank *bank)
{
    int n = bank->kh;
    if (n % 2 == 0 || bank->kw != n || bank->anchor_y != n / 2 || bank->anchor_x != n / 2)
        return fail_at(e->error, IMC_ERR_ARGUMENT, &e->tree->place, node->at,
                       "rot45 turns odd squares about their centre, not a kernel of %dx%d taps with anchor %d,%d", bank->kh,
                       bank->kw, bank->anchor_y, bank->anchor_x);
    struct imc_bank *turned;
    enum imc_status status = imc_bank_copy(bank, &turned, e->error);
    if (status)
        return status;
    size_t plane = (size_t)n * (size_t)n;
    for (size_t p = 0; p < (size_t)bank->filters * (size_t)bank->in_c; p++)
        turn_taps(turned->weights + p * plane, bank->weights + p * plane, n);
    imc_bank_free(turned);
    return IMC_OK;
}

/* What was "log" becomes "neg(log)": these are no longer the taps of that name. */
static bool rename_filter(struct imc_bank *bank, int filter, const char *operation)
{
    char *name;
    if (asprintf(&name, "%s(%s)", operation, bank->names[filter]) < 0)
        return false;
    bool done = bank_set_name(bank, filter, name);
    free(name);
    return done;
}

/* neg, flip and rot45 work on the bank itself, which keeps its combination, scale, offset and map. */
static enum imc_status change_taps(struct evaluator *e, const struct node *node, struct imc_bank *bank)
{
    enum imc_status status = IMC_OK;
    if (node->operation == OP_ROT45)
        status = rotate(e, node, bank);
    else if (node->operation == OP_NEG)
        negate(bank);
    else
        imc_bank_flip(bank);
    for (int f = 0; f < bank->filters && !status; f++)
        if (bank->names[f][0] && !rename_filter(bank, f, operation_name(node->operation)))
            status = fail_memory(e->error, "a kernel's name");
    return status;
}

/* Can this argument go into the combination? */
static enum imc_status check_argument(struct evaluator *e, const struct node *node, const struct node *argument,
                                      const struct imc_bank *bank, const struct imc_bank *first)
{
    const struct place *place = &e->tree->place;
    const char *word = operation_name(node->operation);
    enum imc_combine combine = combine_of[node->operation];
    if (bank->combine != IMC_COMBINE_NONE && bank->combine != combine)
        return fail_at(e->error, IMC_ERR_ARGUMENT, place, argument->at, "%s cannot take what %s has combined; it takes kernels%s",
                       word, combination_word(bank->combine), node->operation == OP_ABS ? "" : ", and its own kind nested");
    if (node->operation == OP_ABS && bank->filters > 1)
        return fail_at(e->error, IMC_ERR_ARGUMENT, place, argument->at,
                       "abs takes a single kernel, not a bank of %d; mag, max and sum combine several", bank->filters);
    if (bank->offset != 0)
        return fail_at(
            e->error, IMC_ERR_ARGUMENT, place, argument->at,
            "this kernel has an offset of its own, which %s cannot keep; take the offset out of its file and give --offset", word);
    for (int f = 0; f < bank->filters; f++)
        if (imc_bank_abs_sum(bank, f) * fabs((double)bank->scale) > FLT_MAX)
            return fail_at(e->error, IMC_ERR_ARGUMENT, place, argument->at, "this kernel's scale makes its taps too large");
    if (bank->in_c != first->in_c)
        return fail_at(e->error, IMC_ERR_ARGUMENT, place, argument->at, "filters on %d and on %d channels cannot be combined",
                       bank->in_c, first->in_c);
    return IMC_OK;
}

/* The size that holds all arguments with their anchors on one tap. */
struct frame {
    int filters, above, left, below, right; /* taps around the anchor */
};

static void widen(struct frame *frame, const struct imc_bank *bank)
{
    int below = bank->kh - 1 - bank->anchor_y, right = bank->kw - 1 - bank->anchor_x;
    frame->filters += bank->filters;
    frame->above = bank->anchor_y > frame->above ? bank->anchor_y : frame->above;
    frame->left = bank->anchor_x > frame->left ? bank->anchor_x : frame->left;
    frame->below = below > frame->below ? below : frame->below;
    frame->right = right > frame->right ? right : frame->right;
}

/* Copies the filters of `from` behind the first `filter` ones of `to`, anchors aligned, its own scale multiplied into the taps
 * (each rounded once). */
static bool place_filters(const struct imc_bank *from, struct imc_bank *to, int filter)
{
    size_t rows = (size_t)from->in_c * (size_t)from->kh;
    for (int f = 0; f < from->filters; f++) {
        const float *taps = from->weights + (size_t)f * bank_filter_taps(from);
        float *target = to->weights + (size_t)(filter + f) * bank_filter_taps(to);
        for (size_t row = 0; row < rows; row++) {
            size_t c = row / (size_t)from->kh, i = row % (size_t)from->kh + (size_t)(to->anchor_y - from->anchor_y);
            float *out = target + (c * (size_t)to->kh + i) * (size_t)to->kw + (to->anchor_x - from->anchor_x);
            for (int j = 0; j < from->kw; j++)
                out[j] = (float)((double)taps[row * (size_t)from->kw + (size_t)j] * from->scale);
        }
        if (!bank_set_name(to, filter + f, from->names[f]))
            return false;
    }
    to->learned |= from->learned;
    if (from->bias && !to->bias && !(to->bias = mem_zalloc((size_t)to->filters, sizeof *to->bias)))
        return false;
    if (from->bias)
        memcpy(to->bias + filter, from->bias, (size_t)from->filters * sizeof *to->bias);
    return true;
}

/* mag, max, sum and abs. */
static enum imc_status combine(struct evaluator *e, const struct node *node, struct imc_bank **bank)
{
    const struct node *nodes = e->tree->node;
    const struct imc_bank *first = e->bank[node->first];
    struct frame frame = {0};
    for (int i = node->first; i; i = nodes[i].next) {
        enum imc_status status = check_argument(e, node, &nodes[i], e->bank[i], first);
        if (status)
            return status;
        widen(&frame, e->bank[i]);
    }
    enum imc_status status =
        imc_bank_create(frame.filters, first->in_c, frame.above + 1 + frame.below, frame.left + 1 + frame.right, bank, e->error);
    if (status)
        return status;
    (*bank)->anchor_y = frame.above;
    (*bank)->anchor_x = frame.left;
    (*bank)->combine = combine_of[node->operation];
    int filter = 0;
    for (int i = node->first; i; i = nodes[i].next) {
        if (!place_filters(e->bank[i], *bank, filter))
            return fail_memory(e->error, "a filter bank");
        filter += e->bank[i]->filters;
    }
    return IMC_OK;
}

static enum imc_status evaluate(struct evaluator *e, int index);

static enum imc_status evaluate_call(struct evaluator *e, int index)
{
    const struct node *nodes = e->tree->node, *node = &nodes[index];
    for (int i = node->first; i; i = nodes[i].next) {
        enum imc_status status = evaluate(e, i);
        if (status)
            return status;
    }
    if (node->operation > OP_ABS) {
        e->bank[index] = e->bank[node->first];
        e->bank[node->first] = NULL;
        return change_taps(e, node, e->bank[index]);
    }
    enum imc_status status = combine(e, node, &e->bank[index]);
    for (int i = node->first; i; i = nodes[i].next) {
        imc_bank_free(e->bank[i]);
        e->bank[i] = NULL;
    }
    return status;
}

/* Fills e->bank[index]. The depth is that of the tree, which is limited. */
static enum imc_status evaluate(struct evaluator *e, int index)
{
    const struct node *node = &e->tree->node[index];
    if (node->kind == NODE_CALL)
        return evaluate_call(e, index);
    enum imc_status status =
        leaf_make(&e->tree->place, node, index == e->tree->last_leaf ? e->params : NULL, &e->bank[index], e->error);
    if (status)
        return status;
    e->taps += (size_t)e->bank[index]->filters * bank_filter_taps(e->bank[index]);
    if (e->taps > IMC_BANK_TAPS_MAX)
        return fail_at(e->error, IMC_ERR_LIMIT, &e->tree->place, node->at, "more than %d taps in all", IMC_BANK_TAPS_MAX);
    return IMC_OK;
}

enum imc_status imc_bank_parse(const char *text, const struct imc_kernel_params *params, struct imc_bank **bank,
                               struct imc_error *error)
{
    struct tree tree;
    *bank = NULL;
    enum imc_status status = tree_parse(text, &tree, error);
    if (status)
        return status;
    struct evaluator evaluator = {.tree = &tree, .params = params, .error = error};
    status = evaluate(&evaluator, 0);
    if (!status && !bank_set_label(evaluator.bank[0], text))
        status = fail_memory(error, "a filter bank");
    if (!status) {
        *bank = evaluator.bank[0];
        evaluator.bank[0] = NULL;
    }
    for (int i = 0; i < tree.count; i++)
        imc_bank_free(evaluator.bank[i]);
    return status;
}
