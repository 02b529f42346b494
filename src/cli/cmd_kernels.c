/* cmd_kernels.c: `imgconv kernels`: lists the built-in kernels, shows any kernel, and writes kernels as .kern files. */
#include "cli/commands.h"
#include "cli/describe.h"
#include "cli/message.h"
#include "cli/template.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct kernels_request {
    bool text, json;
    const char *export; /* a file or a folder */
};

const struct option_spec kernels_table[] = {
    {"text", 0, NULL, option_set_flag, offsetof(struct kernels_request, text), NULL, "taps as a matrix (the default)"},
    {"json", 0, NULL, option_set_flag, offsetof(struct kernels_request, json), NULL, "the same as JSON"},
    {"export", 0, "FILE|DIR", option_set_text, offsetof(struct kernels_request, export), NULL,
     "write KERNEL as a .kern file, or each as DIR/NAME.kern"},
    OPTION_HELP,
    {0},
};

static void list_text(const struct imc_kernel_entry *entry, int count)
{
    const char *group = "";
    for (int i = 0; i < count; i++) {
        if (strcmp(group, entry[i].group) != 0) {
            group = entry[i].group;
            printf("%s%s\n", i ? "\n" : "", group);
        }
        printf("  %-14s %s%s%s%s\n", entry[i].name, entry[i].answers, *entry[i].params ? " (" : "", entry[i].params,
               *entry[i].params ? ")" : "");
    }
}

static void list_json(const struct imc_kernel_entry *entry, int count)
{
    struct json json;
    json_begin(&json, stdout);
    json_array(&json, "kernels");
    for (int i = 0; i < count; i++) {
        json_object(&json, NULL);
        json_string(&json, "name", entry[i].name);
        json_string(&json, "group", entry[i].group);
        json_string(&json, "answers", entry[i].answers);
        json_string(&json, "params", entry[i].params);
        json_close(&json);
    }
    json_close(&json);
    json_end(&json);
}

/* Opens one kernel; NULL after saying why. */
static struct imc_bank *open_kernel(const char *text, int *code)
{
    struct imc_bank *bank = NULL;
    struct imc_error error = {0};
    enum imc_status status = imc_bank_parse(text, NULL, &bank, &error);
    if (status != IMC_OK) {
        complain_error(NULL, &error);
        *code = exit_code_of(status);
    }
    return bank;
}

static int show(int count, char **texts, bool as_json)
{
    struct json json;
    int code = EXIT_DONE;
    if (as_json) {
        json_begin(&json, stdout);
        json_array(&json, "kernels");
    }
    for (int i = 0; i < count; i++) {
        struct imc_bank *bank = open_kernel(texts[i], &code);
        if (bank && as_json) {
            json_object(&json, NULL);
            describe_bank_json(&json, bank, TAPS_YES);
            json_close(&json);
        } else if (bank) {
            fputs(i ? "\n" : "", stdout);
            describe_bank(stdout, bank, TAPS_YES);
        }
        imc_bank_free(bank);
    }
    if (as_json) {
        json_close(&json);
        json_end(&json);
    }
    return code;
}

/* DIR/LABEL.kern */
static char *export_path(const char *folder, const char *label)
{
    char *clean = name_clean(label), *path = NULL;
    const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
    if (clean && asprintf(&path, "%s%s%s.kern", folder, slash, clean) < 0)
        path = NULL;
    free(clean);
    return path;
}

/* A terminal may show the text of a kernel, but imc_bank_save, like every writer of files, refuses one. */
static enum imc_status save(const struct imc_bank *bank, const char *path, struct imc_error *error)
{
    char *text = strcmp(path, "-") == 0 ? imc_bank_to_text(bank) : NULL;
    if (!text)
        return imc_bank_save(bank, path, false, error);
    fputs(text, stdout);
    free(text);
    return IMC_OK;
}

static int export_one(const char *kernel, const char *target, bool folder)
{
    int code = EXIT_FAILED;
    struct imc_error error = {.status = IMC_ERR_MEMORY};
    struct imc_bank *bank = open_kernel(kernel, &code);
    if (!bank)
        return code;
    char *path = folder ? export_path(target, bank->label) : strdup(target);
    enum imc_status status = path ? save(bank, path, &error) : error.status;
    if (status != IMC_OK)
        complain_error(kernel, &error);
    free(path);
    imc_bank_free(bank);
    return exit_code_of(status);
}

/* Asked once, before any kernel, each of which would fail alike. */
static bool check_folder(const char *folder)
{
    if (faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0)
        return true;
    if (errno == ENOENT)
        return refuse("%s: no such folder; make it first: mkdir -p %s", folder, folder);
    return refuse("%s: cannot write files there: %s", folder, strerror(errno));
}

/* Writes the kernels that were named, or all built-in ones into a folder. */
static int export_kernels(int count, char **texts, const char *target)
{
    int entries, code = EXIT_DONE;
    const struct imc_kernel_entry *entry = imc_kernel_list(&entries);
    bool folder = names_folder(target), all = count == 0;
    if (count != 1 && !folder) {
        complain("--export of several kernels wants a folder: write --export %s/ (it must exist)", target);
        return EXIT_USAGE;
    }
    if (folder && !check_folder(target))
        return EXIT_FAILED;
    for (int i = 0; i < (all ? entries : count); i++) {
        int answer = export_one(all ? entry[i].name : texts[i], target, folder);
        code = answer > code ? answer : code;
    }
    return code;
}

int cmd_kernels(int argc, char **argv)
{
    struct kernels_request request = {0};
    int operands, entries;
    enum options_result result = options_parse(kernels_table, argc, argv, &request, &operands);
    if (result != OPTIONS_OK)
        return result == OPTIONS_HELP ? help_command("kernels") : EXIT_USAGE;
    if (request.text + request.json + (request.export != NULL) > 1) {
        complain("--text, --json and --export exclude each other: give one of them");
        return EXIT_USAGE;
    }
    if (request.export)
        return finish_stdout(export_kernels(operands, argv, request.export));
    if (operands)
        return finish_stdout(show(operands, argv, request.json));
    const struct imc_kernel_entry *entry = imc_kernel_list(&entries);
    if (request.json)
        list_json(entry, entries);
    else
        list_text(entry, entries);
    return finish_stdout(EXIT_DONE);
}
