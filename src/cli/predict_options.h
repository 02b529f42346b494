/* predict_options.h: what the command line of `predict` asks for. */
#ifndef PREDICT_OPTIONS_H
#define PREDICT_OPTIONS_H

#include "cli/options.h"

struct predict_request {
    const char *model;
    int inputs;
    char **input;
    int top, threads;
    bool as_is, json;
    const char *show_input, *maps; /* files to draw */
    int random;                    /* samples of the test pictures; 0: INPUTs */
    const char *data, *sheet;
    double seed; /* a whole number; NAN: a new one */
};

extern const struct option_spec predict_table[];

/* Reads the command line and checks what goes together; a refusal has been told. */
enum options_result predict_request_parse(struct predict_request *request, int argc, char **argv);

#endif
