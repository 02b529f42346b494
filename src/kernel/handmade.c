/* handmade.c: the kernels that people wrote down, all of one size: the list of imgconv kernels, and turns that have no name of
 * their own. Each is made from a KERNEL text, so that an entry's name is also how to get it. */
#include "base/fail.h"
#include "kernel/bank.h"
#include "kernel/generate.h"

#include <imgconv/match.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 96, ENTRIES_MAX = 160 };

/* Entries whose cosine is this large are one kernel. */
static const double SAME = 1 - 1e-6;

/* Turns that are not in the list. */
static const char *const turned[] = {
    "rot45(scharr-x)",       "rot45(rot45(rot45(scharr-x)))", "gaussian-dx:theta=45",
    "gaussian-dx:theta=135", "gaussian-dxx:theta=45",         "gaussian-dxx:theta=135",
};

/* Gabors: lines and edges, in directions that a small square tells apart, in finer steps from 5 taps on; and a longer wave where
 * one fits in. */
static const double STEP = 45, FINE_STEP = 22.5;
enum { USUAL_SIDE = 3, FINE_SIDE = 5, LONG_SIDE = 7 };

struct collection {
    int kh, kw, count;
    struct imc_bank *bank; /* of ENTRIES_MAX, the first `count` filled */
    struct imc_error *error;
};

static bool is_new(const struct collection *all, const float *taps)
{
    size_t plane = (size_t)all->kh * (size_t)all->kw;
    double own = taps_inner(taps, taps, plane);
    for (int k = 0; k < all->count; k++) {
        const float *other = all->bank->weights + (size_t)k * plane;
        if (fabs(taps_inner(taps, other, plane)) >= SAME * sqrt(own * taps_inner(other, other, plane)))
            return false;
    }
    return own > 0;
}

/* Adds the single kernel `made`, with zeros around it, where it fits and is new. */
static enum imc_status add_bank(struct collection *all, const struct imc_bank *made, const char *name)
{
    if (all->count == ENTRIES_MAX)
        return fail(all->error, IMC_ERR_LIMIT, "more than %d hand-made kernels", ENTRIES_MAX);
    if (made->filters != 1 || !bank_lay(made, 0, all->bank, all->count))
        return IMC_OK;
    float *taps = all->bank->weights + (size_t)all->count * (size_t)all->kh * (size_t)all->kw;
    if (!is_new(all, taps)) {
        memset(taps, 0, (size_t)all->kh * (size_t)all->kw * sizeof *taps);
        return IMC_OK;
    }
    return bank_set_name(all->bank, all->count++, name) ? IMC_OK : fail_memory(all->error, "hand-made kernels");
}

/* Makes the kernel of `text` and adds it; *made is whether it could be made: an argument that is refused (Sobel of an even size, a
 * derivative along a single tap) is no failure. */
static enum imc_status add_text(struct collection *all, const char *text, bool *made)
{
    struct imc_bank *bank;
    enum imc_status status = imc_bank_parse(text, NULL, &bank, all->error);
    *made = status == IMC_OK;
    if (status)
        return status == IMC_ERR_ARGUMENT ? IMC_OK : status;
    status = add_bank(all, bank, text);
    imc_bank_free(bank);
    return status;
}

/* Does the list say "size=3" of it? */
static bool has_usual_side(const char *text)
{
    const struct generator *generator = generator_find(text, strlen(text));
    return generator && strcmp(generator->entry.params, "size=3") == 0;
}

/* The computed kernel `text` at the size. Where its own size is that one, as Sobel's at 3x3, it needs no size in its name. */
static enum imc_status add_sized(struct collection *all, const char *text)
{
    char whole[TEXT_MAX];
    bool made;
    int length = snprintf(whole, sizeof whole, "%s%csize=%d", text, strchr(text, ':') ? ',' : ':', all->kh);
    if (all->kw != all->kh)
        snprintf(whole + length, sizeof whole - (size_t)length, "x%d", all->kw);
    bool usual = all->kh == USUAL_SIDE && all->kw == USUAL_SIDE && has_usual_side(text);
    enum imc_status status = add_text(all, usual ? text : whole, &made);
    return status || made ? status : add_text(all, text, &made);
}

static enum imc_status add_list(struct collection *all)
{
    int entries;
    const struct imc_kernel_entry *entry = imc_kernel_list(&entries);
    enum imc_status status = IMC_OK;
    bool made;
    for (int i = 0; !status && i < entries; i++)
        status = *entry[i].params ? add_sized(all, entry[i].name) : add_text(all, entry[i].name, &made);
    for (size_t i = 0; !status && i < sizeof turned / sizeof *turned; i++)
        status = strchr(turned[i], ':') ? add_sized(all, turned[i]) : add_text(all, turned[i], &made);
    return status;
}

static enum imc_status add_gabors(struct collection *all)
{
    static const char *const waves[] = {"", "wavelength=8,"};
    int side = all->kh < all->kw ? all->kh : all->kw;
    enum imc_status status = IMC_OK;
    for (int wave = 0; wave < (side < LONG_SIDE ? 1 : 2); wave++)
        for (int psi = 0; psi <= 90; psi += 90)
            for (double theta = 0; !status && theta < 180; theta += side < FINE_SIDE ? STEP : FINE_STEP) {
                char text[TEXT_MAX];
                snprintf(text, sizeof text, "gabor:%stheta=%g,psi=%d", waves[wave], theta, psi);
                status = add_sized(all, text);
            }
    return status;
}

enum imc_status imc_handmade_create(int kh, int kw, struct imc_bank **bank, struct imc_error *error)
{
    enum imc_status status = imc_bank_create(ENTRIES_MAX, 1, kh, kw, bank, error);
    if (status)
        return status;
    struct collection all = {kh, kw, 0, *bank, error};
    if (!(status = add_list(&all)) && !(status = add_gabors(&all)))
        bank_cut(*bank, all.count);
    if (!status && !bank_set_label(*bank, "hand-made"))
        status = fail_memory(error, "hand-made kernels");
    return bank_settle(status, bank);
}
