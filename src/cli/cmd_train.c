/* cmd_train.c: `imgconv train`: a network from labelled pictures. */
#include "cli/commands.h"
#include "cli/folders.h"
#include "cli/interrupt.h"
#include "cli/keep_filters.h"
#include "cli/message.h"
#include "cli/template.h"
#include "cli/train_command.h"
#include "cli/train_options.h"
#include "cli/train_report.h"

#include <imgconv/plot.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_MODEL "digits.safetensors"

/* What a run works on. */
struct run {
    const struct train_request *request;
    struct imc_train_options options;
    char *texts; /* of options that came from a checkpoint */
    char command[COMMAND_MAX];
    struct imc_dataset *data;
    struct imc_net *net;
    struct train_report report;
    bool kept; /* every epoch's filters so far, where they are to be kept */
};

static int fail_with(const struct imc_error *error)
{
    complain_error(NULL, error);
    return exit_code_of(error->status);
}

/* The options, from the command line or from the checkpoint. */
static int find_options(struct run *run)
{
    const struct train_request *request = run->request;
    struct imc_error error = {0};
    if (request->resume && (request->overrides || request->output)) {
        complain("--resume goes on with the options of its run: only --data, --threads, --log, --plot, --keep-filters, --json and "
                 "--quiet go with it");
        return EXIT_USAGE;
    }
    if (request->resume)
        return imc_checkpoint_options(request->resume, &run->options, &run->texts, &error) ? fail_with(&error) : EXIT_DONE;
    if (!train_request_options(request, &run->options))
        return EXIT_USAGE;
    run->options.path = request->output ? request->output : DEFAULT_MODEL;
    if (!request->output && access(DEFAULT_MODEL, F_OK) == 0) {
        complain(DEFAULT_MODEL " exists: name the model with -o (the same name replaces it)");
        return EXIT_USAGE;
    }
    if (strcmp(run->options.path, "-") == 0) {
        complain("-o -: a model is written anew after each epoch, which standard output cannot be; name a file");
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

/* Says what is about to be trained. The architecture is checked before a line is printed or a log emptied. */
static int announce(struct run *run)
{
    const struct train_request *request = run->request;
    struct imc_train_options *options = &run->options;
    struct imc_error error = {0};
    struct imc_dataset_info data;
    struct imc_net_info net;
    struct imc_net *first;
    imc_dataset_get_info(run->data, &data);
    if (imc_net_create(options->arch, data.height, data.width, data.classes, options->seed, &first, &error) != IMC_OK)
        return fail_with(&error);
    imc_net_get_info(first, &net);
    bool opened = train_report_open(&run->report, request->json, request->quiet, request->log, request->resume != NULL);
    if (opened)
        train_report_start(&run->report, &data, options->recipe, &net);
    train_command(options, &data, run->command);
    options->command = run->command;
    imc_net_free(first);
    return opened ? EXIT_DONE : EXIT_USAGE;
}

static void say_how_to_resume(const struct run *run)
{
    char *checkpoint = imc_checkpoint_path(run->options.path);
    const char *data = run->request->data;
    if (checkpoint && access(checkpoint, F_OK) == 0)
        complain("stopped; to go on: imgconv train --resume '%s'%s%s%s", checkpoint, data ? " --data '" : "", data ? data : "",
                 data ? "'" : "");
    else
        complain("stopped before anything was saved");
    free(checkpoint);
}

/* An imc_train_watch. At the end of an epoch the model has been written. */
static bool watch(void *context, const struct imc_train_progress *progress)
{
    struct run *run = context;
    bool go_on = train_report_watch(&run->report, progress);
    const char *folder = run->request->keep_filters;
    if (folder && progress->epoch_ended)
        run->kept = keep_filters(folder, run->options.path, progress->epoch) && run->kept;
    return go_on;
}

static int train(struct run *run)
{
    const struct train_request *request = run->request;
    struct imc_error error = {0};
    enum imc_status status;
    interrupt_catch();
    if (request->resume)
        status = imc_train_resume(request->resume, run->data, request->threads, watch, run, &run->net, &error);
    else
        status = imc_train(&run->options, run->data, watch, run, &run->net, &error);
    if (status == IMC_OK)
        return EXIT_DONE;
    progress_clear(&run->report.bar);
    if (status != IMC_ERR_CANCELLED)
        return fail_with(&error);
    say_how_to_resume(run);
    return EXIT_INTERRUPTED;
}

/* The curves, where they were asked for. */
static int draw_plot(const struct run *run)
{
    struct imc_error error = {0};
    struct imc_net_info info;
    imc_net_get_info(run->net, &info);
    if (!run->request->plot || imc_plot_history(info.history, info.epochs, run->request->plot, &error) == IMC_OK)
        return EXIT_DONE;
    return fail_with(&error);
}

static int conclude(struct run *run)
{
    struct imc_error error = {0};
    struct imc_dataset_info data;
    struct imc_evaluation test = {0};
    char hash[IMC_HASH_TEXT_MAX];
    imc_dataset_get_info(run->data, &data);
    if (data.test > 0 &&
        imc_net_evaluate(run->net, run->data, IMC_DATASET_TEST, run->request->threads, &test, NULL, &error) != IMC_OK)
        return fail_with(&error);
    if (data.test > 0) {
        imc_net_set_test(run->net, data.source, &test);
        if (imc_net_save(run->net, run->options.path, &error) != IMC_OK)
            return fail_with(&error);
    }
    if (imc_net_hash(run->net, hash, &error) != IMC_OK)
        return fail_with(&error);
    imc_checkpoint_remove(run->options.path);
    train_report_end(&run->report, &test, run->options.path, hash);
    int code = draw_plot(run);
    return run->kept ? code : EXIT_FAILED;
}

/* A name that cannot be drawn to, or a folder that takes no files, is refused before hours of training. */
static int run_all(struct run *run)
{
    const struct train_request *request = run->request;
    struct imc_error error = {0};
    int code = !request->plot || name_check_drawing(request->plot, "curves") ? find_options(run) : EXIT_USAGE;
    if (code == EXIT_DONE && ((request->keep_filters && !folder_is_writable(request->keep_filters)) ||
                              (request->plot && !folder_above_is_writable(request->plot))))
        code = EXIT_FAILED;
    if (code != EXIT_DONE)
        return code;
    if (imc_dataset_open(request->data, IMC_DATASET_BOTH, &run->data, &error) != IMC_OK)
        return fail_with(&error);
    code = announce(run);
    if (code == EXIT_DONE)
        code = train(run);
    if (code == EXIT_DONE)
        code = conclude(run);
    if (!train_report_close(&run->report) && code == EXIT_DONE) {
        complain("%s: cannot write", request->log);
        code = EXIT_FAILED;
    }
    return code;
}

int cmd_train(int argc, char **argv)
{
    struct train_request request;
    int operands;
    train_request_init(&request);
    enum options_result result = options_parse(train_table, argc, argv, &request, &operands);
    if (result != OPTIONS_OK)
        return result == OPTIONS_HELP ? help_command("train") : EXIT_USAGE;
    if (operands > 0) {
        complain("train takes no files ('%s'): name the data with --data DIR, the model with -o MODEL", argv[0]);
        return EXIT_USAGE;
    }
    struct run run = {.request = &request, .kept = true};
    int code = run_all(&run);
    imc_net_free(run.net);
    imc_dataset_free(run.data);
    free(run.texts);
    return finish_stdout(code);
}
