/* predict_options.c: the options of `predict`, and which of them go together. */
#include "cli/predict_options.h"
#include "cli/message.h"
#include "cli/numbers.h"

#include <math.h>
#include <string.h>

#define AT(member) offsetof(struct predict_request, member)

static const struct number_range top_range = {1, 256}, threads_range = {0, 256}, random_range = {1, 10000},
                                 seed_range = {0, 0x1p53};

static bool set_seed(const struct option_spec *spec, void *request, const char *value)
{
    double seed;
    if (!number_read(value, &seed) || seed < seed_range.lo || seed > seed_range.hi || seed != floor(seed))
        return refuse("--%s wants a whole number of 0 or more, not '%s'", spec->name, value);
    ((struct predict_request *)request)->seed = seed;
    return true;
}

const struct option_spec predict_table[] = {
    {NULL, 0, NULL, NULL, 0, NULL, "Options:"},
    {"model", 'm', "MODEL", option_set_text, AT(model), NULL, "the network; without it the first word is the model"},
    {"top", 0, "N", option_set_int, AT(top), &top_range, "the N likeliest classes, each with its confidence; *1"},
    {"as-is", 0, NULL, option_set_flag, AT(as_is), NULL, "pictures of the network's own size (28x28), light on dark, unchanged"},
    {"show-input", 0, "FILE", option_set_text, AT(show_input), NULL,
     "draw the pictures as the network sees them, with its answers"},
    {"maps", 0, "FILE", option_set_text, AT(maps), NULL, "draw what each layer makes of one picture"},
    {"threads", 0, "N", option_set_int, AT(threads), &threads_range, "*0: all"},
    {"json", 0, NULL, option_set_flag, AT(json), NULL, "the same as JSON"},
    {NULL, 0, NULL, NULL, 0, NULL, "Random test pictures:"},
    {"random", 0, "N", option_set_int, AT(random), &random_range, "N of the test pictures instead of files"},
    {"data", 0, "DIR", option_set_text, AT(data), NULL, "where they are, as of train; or 'builtin'"},
    {"seed", 0, "N", set_seed, AT(seed), NULL, "which ones; without it others each time, and the seed is told"},
    {"sheet", 0, "FILE", option_set_text, AT(sheet), NULL, "draw them with label and prediction, wrong ones framed in red"},
    OPTION_HELP,
    {0},
};

static bool check(const struct predict_request *request)
{
    const char *drawn[] = {request->show_input, request->maps, request->sheet};
    if (!request->model)
        return refuse("no MODEL: name a network and pictures, for example: imgconv predict digits.safetensors seven.png");
    if (request->random && request->inputs)
        return refuse("--random takes its pictures from the data, not from files ('%s')", request->input[0]);
    if (request->random && (request->as_is || request->show_input))
        return refuse("--%s is for files; --random has --sheet", request->as_is ? "as-is" : "show-input");
    if (!request->random && (request->data || request->sheet || !isnan(request->seed)))
        return refuse("--%s goes with --random N", request->data ? "data" : request->sheet ? "sheet" : "seed");
    if (!request->random && !request->inputs)
        return refuse("no INPUT: name pictures of digits, or ask for test pictures with --random 4");
    if (request->maps && request->inputs + request->random > 1)
        return refuse("--maps draws one picture, not %d", request->inputs + request->random);
    for (size_t i = 0; i < sizeof drawn / sizeof *drawn; i++)
        if (drawn[i] && strcmp(drawn[i], "-") == 0)
            return refuse("a sheet cannot go to standard output, where the answers go; name a file");
    return true;
}

enum options_result predict_request_parse(struct predict_request *request, int argc, char **argv)
{
    int operands;
    *request = (struct predict_request){.top = 1, .seed = NAN};
    enum options_result result = options_parse(predict_table, argc, argv, request, &operands);
    if (result != OPTIONS_OK)
        return result;
    request->input = argv;
    request->inputs = operands;
    if (!request->model && operands > 0) {
        request->model = *request->input++;
        request->inputs--;
    }
    return check(request) ? OPTIONS_OK : OPTIONS_BAD;
}
