/* cmd_filter.c: `imgconv [filter]`: runs the tasks one after the other. A task that fails does not stop the others. */
#include "cli/commands.h"
#include "cli/describe.h"
#include "cli/explain_print.h"
#include "cli/folders.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/numbers.h"
#include "cli/preview.h"
#include "cli/progress.h"
#include "cli/request.h"
#include "cli/tasks.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A run over all tasks. */
struct run {
    struct filter_request *request;
    const struct tasks *tasks;
    struct progress progress;
    struct json json;
};

/* The options of one task: of the last bank perhaps one filter alone. */
struct task_options {
    struct imc_filter_options options;
    const struct imc_bank *stages[IMC_STAGES_MAX];
    struct imc_bank *one; /* NULL where the bank stays whole */
};

static enum imc_status task_options_make(const struct filter_request *request, int filter, struct task_options *own,
                                         struct imc_error *error)
{
    *own = (struct task_options){.options = request->options};
    if (filter < 0)
        return IMC_OK;
    int last = request->options.stage_count - 1;
    enum imc_status status = imc_bank_copy(request->options.stages[last], &own->one, error);
    if (status != IMC_OK)
        return status;
    imc_bank_select(own->one, filter);
    memcpy(own->stages, request->options.stages, (size_t)last * sizeof *own->stages);
    own->stages[last] = own->one;
    own->options.stages = own->stages;
    return IMC_OK;
}

/* Tells a failure. The sentence of the library names the input or the output, unless it is about neither. What a signal broke off
 * is told once, at the end of the run. */
static void complain_task(struct run *run, const struct task *task, const struct imc_error *error)
{
    if (interrupt_came())
        return;
    bool named = strcmp(task->input, "-") == 0 || strstr(error->message, task->input) ||
                 (task->output && strstr(error->message, task->output));
    complain_error(named ? NULL : task->input, error);
    if (!run->request->json)
        return;
    json_object(&run->json, NULL);
    json_string(&run->json, "input", task->input);
    json_string(&run->json, "output", task->output);
    json_string(&run->json, "error", error->message);
    json_close(&run->json);
}

/* The executors of all stages, for --verbose; "" for standard input, which cannot be asked twice. */
static void executors_text(const struct imc_filter_options *options, const struct task *task, char *out, size_t size)
{
    struct imc_filter_explanation explanation;
    size_t used = 0;
    out[0] = '\0';
    if (strcmp(task->input, "-") == 0)
        return;
    if (imc_filter_explain(options, task->input, task->output, &explanation, NULL) != IMC_OK)
        return;
    for (int i = 0; i < explanation.stage_count && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s, ", explanation.stage[i].plan.executor);
}

static void print_report(struct run *run, const struct task *task, const struct imc_filter_report *report, const char *executors,
                         double seconds)
{
    const struct filter_request *request = run->request;
    for (int i = 0; i < report->notes && !request->quiet; i++)
        complain("note: %s", report->note[i]);
    if (request->verbose)
        complain("%s: %svalues from %.6g to %.6g, %" PRIu64 " clipped, %.3f s", task->output ? task->output : task->input,
                 executors, (double)report->stats.lowest, (double)report->stats.highest, report->stats.clipped, seconds);
    if (!request->json)
        return;
    struct json *json = &run->json;
    json_object(json, NULL);
    json_string(json, "input", task->input);
    json_string(json, "output", task->output);
    describe_picture_json(json, &report->output);
    json_float(json, "low", report->stats.lowest);
    json_float(json, "high", report->stats.highest);
    json_unsigned(json, "clipped", report->stats.clipped);
    json_double(json, "seconds", round(seconds * 1e6) / 1e6);
    json_array(json, "notes");
    for (int i = 0; i < report->notes; i++)
        json_string(json, NULL, report->note[i]);
    json_close(json);
    json_close(json);
}

static enum imc_status run_filter(struct run *run, const struct task *task, const struct imc_filter_options *options)
{
    const struct filter_request *request = run->request;
    struct imc_filter_report report = {0};
    struct imc_error error = {0};
    struct folders folders = {0};
    char executors[128] = "";
    if (run->tasks->make_folders && !folders_make(&folders, task->output))
        return IMC_ERR_IO;
    if (request->verbose) /* before the run: the result may replace the input */
        executors_text(options, task, executors, sizeof executors);
    double start = progress_seconds();
    enum imc_status status =
        (task->sheet ? imc_sheet_responses : imc_filter_file)(options, task->input, task->output, &report, &error);
    progress_clear(&run->progress);
    if (status == IMC_OK) {
        print_report(run, task, &report, executors, progress_seconds() - start);
        return status;
    }
    folders_undo(&folders, task->output);
    complain_task(run, task, &error);
    return status;
}

static enum imc_status draw_preview(struct run *run, const struct task *task, const struct preview *preview)
{
    struct imc_error error = {.status = IMC_ERR_MEMORY};
    char *label = tasks_kernel_label(run->request, task->filter, ", ");
    enum imc_status status = label ? preview_draw(preview, label, &error) : IMC_ERR_MEMORY;
    free(label);
    if (status != IMC_OK)
        complain_task(run, task, &error);
    return status;
}

static enum imc_status filter_task(struct run *run, const struct task *task)
{
    struct task_options own;
    struct preview preview = {0};
    struct imc_error error = {0};
    enum imc_status status = task_options_make(run->request, task->filter, &own, &error);
    if (run->request->preview)
        preview_init(&preview, task->input, &own.options);
    if (status == IMC_OK)
        status = run_filter(run, task, &own.options);
    else
        complain_task(run, task, &error);
    if (status == IMC_OK && run->request->preview) {
        fputs(task == run->tasks->task ? "" : "\n", stdout);
        status = draw_preview(run, task, &preview);
    }
    preview_free(&preview);
    imc_bank_free(own.one);
    return status;
}

/* On a contact sheet all responses are like the first. */
static enum imc_status explain_task(struct run *run, const struct task *task)
{
    struct imc_filter_explanation explanation;
    struct imc_error error = {0};
    struct task_options own;
    enum imc_status status = task_options_make(run->request, task->sheet ? 0 : task->filter, &own, &error);
    if (status == IMC_OK)
        status = imc_filter_explain(&own.options, task->input, task->output, &explanation, &error);
    if (status == IMC_OK && own.one) /* which is freed before it is told */
        explanation.stage[explanation.stage_count - 1].bank = run->request->options.stages[explanation.stage_count - 1];
    imc_bank_free(own.one);
    if (status != IMC_OK) {
        complain_task(run, task, &error);
        return status;
    }
    if (run->request->json) {
        json_object(&run->json, NULL);
        json_bool(&run->json, "sheet", task->sheet);
        explain_print_json(&run->json, run->request, task->input, task->output, &explanation);
        json_close(&run->json);
        return status;
    }
    if (task != run->tasks->task)
        putchar('\n');
    if (task->sheet)
        printf("contact sheet of the responses of a bank, each as follows\n");
    explain_print(run->request, task->input, task->output, &explanation);
    return status;
}

static enum imc_status run_task(struct run *run, int index)
{
    const struct task *task = &run->tasks->task[index];
    run->progress.file = index + 1;
    if (task->early.status != IMC_OK) {
        complain_task(run, task, &task->early);
        return task->early.status;
    }
    return run->request->explain ? explain_task(run, task) : filter_task(run, task);
}

static enum exit_code run_tasks(struct run *run)
{
    int done = 0, failed = 0, count = run->tasks->count;
    enum imc_status status = IMC_OK;
    for (int i = 0; i < count && !interrupt_came(); i++) {
        status = run_task(run, i);
        if (status == IMC_OK)
            done++;
        else
            failed++;
    }
    if (interrupt_came() && done < count) {
        complain("interrupted: %d of %d done", done, count);
        return EXIT_INTERRUPTED;
    }
    if (count == 1)
        return exit_code_of(status);
    if (failed || run->request->verbose)
        complain("%d done, %d failed", done, failed);
    return failed ? EXIT_FAILED : EXIT_DONE;
}

static enum exit_code run_request(struct filter_request *request, const struct tasks *tasks)
{
    struct run run = {.request = request, .tasks = tasks};
    if (request->json) {
        json_begin(&run.json, stdout);
        json_array(&run.json, request->explain ? "explanations" : "results");
    }
    interrupt_catch();
    progress_start(&run.progress, request->quiet, tasks->count);
    request->options.progress = progress_step;
    request->options.progress_context = &run.progress;
    enum exit_code code = run_tasks(&run);
    if (request->json) {
        json_close(&run.json);
        json_end(&run.json);
    }
    return finish_stdout(code);
}

/* Of --json, --preview and a picture one alone can go to standard output. */
static bool check_stdout(const struct filter_request *request, const struct tasks *tasks)
{
    const char *option = request->json ? "--json" : "--preview";
    if (request->preview && request->explain)
        return refuse("--explain filters nothing that --preview could draw: give one of them");
    if (request->preview && request->json)
        return refuse("--json and --preview both print on standard output: give one of them");
    for (int i = 0; i < tasks->count; i++) {
        const char *output = tasks->task[i].output;
        if ((request->json || request->preview) && !request->explain && output && strcmp(output, "-") == 0)
            return refuse("%s prints on standard output, where OUTPUT '-' goes too: give OUTPUT a name", option);
    }
    return true;
}

int cmd_filter(int argc, char **argv)
{
    struct filter_request request;
    struct tasks tasks = {0};
    int operands, code = EXIT_USAGE;
    request_init(&request);
    enum options_result result = options_parse(filter_table, argc, argv, &request, &operands);
    if (result != OPTIONS_OK)
        return result == OPTIONS_HELP ? help_command("filter") : EXIT_USAGE;
    if (request.version)
        return print_version();
    if (request.kernel_count == 0) {
        complain("no kernel: give one with -k, for example: imgconv -k sobel in.png out.png ('imgconv kernels' lists them)");
        return EXIT_USAGE;
    }
    if (request_open_kernels(&request, &code) && tasks_make(&tasks, &request, operands, argv, &code))
        code = check_stdout(&request, &tasks) ? run_request(&request, &tasks) : EXIT_USAGE;
    tasks_free(&tasks);
    request_free(&request);
    return code;
}
