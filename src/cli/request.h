/* request.h: what the command line of `filter` asks for. */
#ifndef REQUEST_H
#define REQUEST_H

#include "cli/options.h"
#include <imgconv/imgconv.h>

/* One -k, with the --size and --sigma that belong to it. */
struct kernel_request {
    const char *text;
    struct imc_kernel_params params;
};

struct filter_request {
    struct imc_filter_options options;
    struct kernel_request kernels[IMC_STAGES_MAX];
    int kernel_count;
    int stride[2], dilation[2]; /* rows, columns */
    const char *output;         /* -o: a template, a folder, or one name; NULL where not given */
    const char *files_from;
    bool null_separated;
    bool explain, preview, json, quiet, verbose, version;
    /* made by request_open_kernels */
    struct imc_bank *banks[IMC_STAGES_MAX];
};

/* The options of `filter`. */
extern const struct option_spec filter_table[];

/* Everything at its default. */
void request_init(struct filter_request *request);
/* Makes the banks and points options.stages at them. False after saying why; *code is then the exit code. */
bool request_open_kernels(struct filter_request *request, int *code);
void request_free(struct filter_request *request);

#endif
