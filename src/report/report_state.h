/* report_state.h: the inside of a report on a comparison. */
#ifndef REPORT_STATE_H
#define REPORT_STATE_H

#include "report/figures.h"
#include "report/page.h"

#include <imgconv/compare.h>
#include <imgconv/net.h>

enum { WORST_SHOWN = 24, ROWS_SHOWN = 7 };

struct report {
    const struct imc_comparison *c;
    const struct imc_report_options *options;
    struct figures figures;
    float *response; /* scratch: a plane and its bytes */
    unsigned char *gray;
    int kernels; /* the hand-made kernels that are the nearest of some filter */
    int *kernel; /* [kernels]: places in the comparison */
    /* The network on test pictures; counts NULL where there are none. */
    struct imc_net_info net;
    struct imc_evaluation test;
    int *counts; /* [classes][classes] */
    struct imc_judged worst[WORST_SHOWN];
    int worst_count;
    char hash[IMC_HASH_TEXT_MAX];
};

static inline const struct report *report_of(const struct page_scope *scope)
{
    return scope->context;
}

/* True once: for sections that stand there or not. */
static inline bool once(bool there, const struct page_scope *inner)
{
    return there && inner->at == 0;
}

/* Values and lists of the page, of a filter, of a hand-made kernel, of the network. */
extern const struct page_item report_items[], report_filter_items[], report_kernel_items[], report_network_items[];

/* Evaluates the network, where there are data that fit. */
enum imc_status report_judge(struct report *report, struct imc_error *error);

#endif
