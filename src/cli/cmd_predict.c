/* cmd_predict.c: `imgconv predict`: what a network says about pictures. Sheets are drawn before a line is printed, so that a
 * failure leaves standard output empty. */
#include "cli/commands.h"
#include "cli/message.h"
#include "cli/predict_answers.h"
#include "cli/predict_options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DIGIT_SIDE = 28 };

struct run {
    const struct predict_request *request;
    struct imc_net *net;
    struct imc_net_info info;
    struct imc_dataset *data;
    struct answers answers;
    uint8_t *pixels; /* of all shown pictures */
    bool failed;     /* some file could not be read */
};

static int fail_with(const struct imc_error *error)
{
    complain_error(NULL, error);
    return exit_code_of(error->status);
}

static int out_of_memory(void)
{
    complain("out of memory");
    return EXIT_FAILED;
}

static bool reads_digits(const struct run *run)
{
    return run->info.height == DIGIT_SIDE && run->info.width == DIGIT_SIDE;
}

static int load(struct run *run)
{
    struct imc_error error = {0};
    const struct predict_request *request = run->request;
    if (imc_net_load(request->model, &run->net, &error) != IMC_OK)
        return fail_with(&error);
    imc_net_get_info(run->net, &run->info);
    if (!request->random && !request->as_is && !run->info.as_is && !reads_digits(run)) {
        complain("%s reads pictures of %dx%d, not the 28x28 that digits are brought to: give such pictures with --as-is",
                 request->model, run->info.width, run->info.height);
        return EXIT_USAGE;
    }
    size_t count = (size_t)(request->random ? request->random : request->inputs);
    run->pixels = malloc(count * (size_t)run->info.height * (size_t)run->info.width);
    run->answers = (struct answers){.net = run->net,
                                    .model = request->model,
                                    .top = request->top < run->info.classes ? request->top : run->info.classes,
                                    .random = request->random > 0,
                                    .shown = calloc(count, sizeof(struct shown)),
                                    .confidences = calloc(count * (size_t)run->info.classes, sizeof(float))};
    return run->pixels && run->answers.shown && run->answers.confidences ? EXIT_DONE : out_of_memory();
}

static uint8_t *picture_place(const struct run *run, int index)
{
    return run->pixels + (size_t)index * (size_t)run->info.height * (size_t)run->info.width;
}

/* A picture as the network wants it: prepared as MNIST's were, unless it was trained on pictures as they are and this one has
 * their size. */
static enum imc_status read_picture(const struct run *run, const char *path, uint8_t *pixels, const char **doubt,
                                    struct imc_error *error)
{
    struct imc_digit_picture digit = {.doubt = NULL};
    enum imc_status status = IMC_ERR_ARGUMENT;
    *doubt = NULL;
    if (run->request->as_is || run->info.as_is)
        status = imc_net_read_picture(run->net, path, pixels, error);
    if (run->request->as_is || status != IMC_ERR_ARGUMENT || !reads_digits(run))
        return status;
    status = imc_digit_read(path, false, &digit, error);
    if (status == IMC_OK) {
        memcpy(pixels, digit.pixels, sizeof digit.pixels);
        *doubt = digit.doubt;
    }
    if (status == IMC_OK && run->info.as_is)
        complain("note: %s: prepared as MNIST's digits are; this network was trained on pictures as they were", path);
    return status;
}

/* Reads the files; one that cannot be read is told and left out. */
static int read_files(struct run *run)
{
    const struct predict_request *request = run->request;
    struct answers *answers = &run->answers;
    for (int i = 0; i < request->inputs; i++) {
        struct imc_error error = {0};
        uint8_t *pixels = picture_place(run, answers->count);
        const char *path = request->input[i], *doubt;
        if (read_picture(run, path, pixels, &doubt, &error) != IMC_OK) {
            complain_error(path, &error);
            run->failed = true;
            continue;
        }
        answers->shown[answers->count++] = (struct shown){.path = path, .pixels = pixels, .doubt = doubt};
        if (doubt)
            complain("note: %s: does not look like one digit: %s", path, doubt);
    }
    return answers->count ? EXIT_DONE : EXIT_FAILED;
}

/* A seed that nobody chose, short enough to be typed. */
static uint64_t new_seed(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return ((uint64_t)now.tv_sec * 1000003 + (uint64_t)now.tv_nsec + (uint64_t)getpid() * 7919) % 1000000000;
}

static bool data_fit(const struct run *run, const struct imc_dataset_info *data)
{
    if (data->height != run->info.height || data->width != run->info.width)
        return refuse("%s: pictures of %dx%d, but %s reads %dx%d", data->source, data->width, data->height, run->request->model,
                      run->info.width, run->info.height);
    if (data->classes != run->info.classes)
        return refuse("%s: %d classes, but %s knows %d", data->source, data->classes, run->request->model, run->info.classes);
    return true;
}

static int pick_samples(struct run *run)
{
    const struct predict_request *request = run->request;
    struct answers *answers = &run->answers;
    struct imc_dataset_info data;
    struct imc_error error = {0};
    if (imc_dataset_open(request->data, IMC_DATASET_TEST, &run->data, &error) != IMC_OK)
        return fail_with(&error);
    imc_dataset_get_info(run->data, &data);
    if (!data_fit(run, &data))
        return EXIT_USAGE;
    answers->source = data.source;
    answers->seed = isnan(request->seed) ? new_seed() : (uint64_t)request->seed;
    int *indices = malloc((size_t)request->random * sizeof *indices);
    if (!indices)
        return out_of_memory();
    int code = EXIT_DONE;
    if (imc_dataset_pick(run->data, IMC_DATASET_TEST, answers->seed, request->random, indices, &error) != IMC_OK)
        code = fail_with(&error);
    for (int i = 0; i < request->random && code == EXIT_DONE; i++) {
        struct shown *shown = &answers->shown[answers->count++];
        shown->index = indices[i];
        shown->pixels = picture_place(run, i);
        memcpy(picture_place(run, i), imc_dataset_picture(run->data, IMC_DATASET_TEST, indices[i], &shown->label),
               (size_t)data.height * (size_t)data.width);
    }
    free(indices);
    return code;
}

static int draw(const struct run *run)
{
    const struct predict_request *request = run->request;
    const char *sheet = request->random ? request->sheet : request->show_input;
    struct imc_error error = {0};
    if (sheet && answers_draw(&run->answers, sheet, &error) != IMC_OK)
        return fail_with(&error);
    if (request->maps && answers_draw_maps(&run->answers, request->maps, &error) != IMC_OK)
        return fail_with(&error);
    return EXIT_DONE;
}

static int run_all(struct run *run)
{
    const struct predict_request *request = run->request;
    struct imc_error error = {0};
    int code = load(run);
    if (code == EXIT_DONE)
        code = request->random ? pick_samples(run) : read_files(run);
    if (code != EXIT_DONE)
        return code;
    if (imc_net_predict(run->net, run->pixels, run->answers.count, request->threads, run->answers.confidences, &error) != IMC_OK)
        return fail_with(&error);
    code = draw(run);
    if (code != EXIT_DONE)
        return code;
    if (request->random && isnan(request->seed))
        complain("note: %s: --seed %llu picks the same again", run->answers.source, (unsigned long long)run->answers.seed);
    if (request->json)
        answers_print_json(&run->answers);
    else
        answers_print(&run->answers);
    return run->failed ? EXIT_FAILED : EXIT_DONE;
}

int cmd_predict(int argc, char **argv)
{
    struct predict_request request;
    enum options_result result = predict_request_parse(&request, argc, argv);
    if (result != OPTIONS_OK)
        return result == OPTIONS_HELP ? help_command("predict") : EXIT_USAGE;
    struct run run = {.request = &request};
    int code = run_all(&run);
    imc_net_free(run.net);
    imc_dataset_free(run.data);
    free(run.answers.shown);
    free(run.answers.confidences);
    free(run.pixels);
    return finish_stdout(code);
}
