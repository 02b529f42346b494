/* cmd_kernels.c: `imgconv kernels`: lists the built-in kernels, shows any kernel as text, JSON, a sheet or a plot, and writes
 * kernels as files. */
#include "cli/commands.h"
#include "cli/describe.h"
#include "cli/kernels_export.h"
#include "cli/message.h"
#include "cli/template.h"
#include "cli/words.h"
#include <imgconv/plot.h>

#include <stdlib.h>
#include <string.h>

struct kernels_request {
    bool text, json;
    const char *export; /* a file or a folder */
    const char *sheet, *plot;
    enum imc_sheet_scale scale;
};

const struct option_spec kernels_table[] = {
    {"text", 0, NULL, option_set_flag, offsetof(struct kernels_request, text), NULL,
     "taps as a matrix (the default), without colours"},
    {"json", 0, NULL, option_set_flag, offsetof(struct kernels_request, json), NULL, "the same as JSON"},
    {"export", 0, "FILE|DIR", option_set_text, offsetof(struct kernels_request, export), NULL,
     "write KERNEL as a .kern file (.npy: as an array), or each as DIR/NAME.kern"},
    {"sheet", 0, "FILE", option_set_text, offsetof(struct kernels_request, sheet), NULL,
     "draw the filters magnified, zero as mid-gray; several KERNELs a strip each"},
    {"scale", 0, "WHICH", option_set_word, offsetof(struct kernels_request, scale), &words_sheet_scale,
     "of --sheet: own* (each filter's largest tap), common (the largest of all)"},
    {"plot", 0, "FILE", option_set_text, offsetof(struct kernels_request, plot), NULL,
     "explain one KERNEL: taps, frequency response, responses to point and step: FILE.svg or FILE.png"},
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

static int show(int count, char **texts, bool as_json, int taps)
{
    struct json json;
    int code = EXIT_DONE;
    if (as_json) {
        json_begin(&json, stdout);
        json_array(&json, "kernels");
    }
    for (int i = 0; i < count; i++) {
        struct imc_bank *bank = kernel_open(texts[i], &code);
        if (bank && as_json) {
            json_object(&json, NULL);
            describe_bank_json(&json, bank, TAPS_YES);
            json_close(&json);
        } else if (bank) {
            fputs(i ? "\n" : "", stdout);
            describe_bank(stdout, bank, taps);
        }
        imc_bank_free(bank);
    }
    if (as_json) {
        json_close(&json);
        json_end(&json);
    }
    return code;
}

/* Draws the kernels that were named, or all built-in ones. */
static int draw_sheet(int count, char **texts, const struct kernels_request *request)
{
    int entries, code = EXIT_DONE, made = 0;
    const struct imc_kernel_entry *entry = imc_kernel_list(&entries);
    int wanted = count ? count : entries;
    struct imc_bank **banks = calloc((size_t)wanted, sizeof *banks);
    struct imc_error error = {.status = IMC_ERR_MEMORY, .message = "out of memory for kernels"};
    enum imc_status status = banks ? IMC_OK : IMC_ERR_MEMORY;
    while (banks && made < wanted && (banks[made] = kernel_open(count ? texts[made] : entry[made].name, &code)))
        made++;
    if (banks && made == wanted)
        status = imc_sheet_kernels((const struct imc_bank *const *)banks, made, request->scale, request->sheet, NULL, &error);
    if (status != IMC_OK) {
        complain_error(NULL, &error);
        code = exit_code_of(status);
    }
    for (int i = 0; i < made; i++)
        imc_bank_free(banks[i]);
    free(banks);
    return code;
}

static int draw_plot(int count, char **texts, const char *plot)
{
    struct imc_error error = {0};
    int code = EXIT_DONE;
    if (!name_check_drawing(plot, "kernels"))
        return EXIT_USAGE;
    if (count != 1) {
        complain("--plot draws one KERNEL, and %s",
                 count ? "here are several: give each a file of its own" : "none is named: imgconv kernels sobel --plot sobel.svg");
        return EXIT_USAGE;
    }
    struct imc_bank *bank = kernel_open(texts[0], &code);
    if (bank && imc_plot_kernel(bank, plot, &error) != IMC_OK) {
        complain_error(NULL, &error);
        code = exit_code_of(error.status);
    }
    imc_bank_free(bank);
    return code;
}

int cmd_kernels(int argc, char **argv)
{
    struct kernels_request request = {0};
    int operands, entries;
    enum options_result result = options_parse(kernels_table, argc, argv, &request, &operands);
    if (result != OPTIONS_OK)
        return result == OPTIONS_HELP ? help_command("kernels") : EXIT_USAGE;
    if (request.text + request.json + (request.export != NULL) + (request.sheet != NULL) + (request.plot != NULL) > 1) {
        complain("--text, --json, --export, --sheet and --plot exclude each other: give one of them");
        return EXIT_USAGE;
    }
    if (request.export)
        return finish_stdout(kernels_export(operands, argv, request.export));
    if (request.sheet)
        return finish_stdout(name_check_result(request.sheet, IMC_FORMAT_AUTO, "") ? draw_sheet(operands, argv, &request)
                                                                                   : EXIT_USAGE);
    if (request.plot)
        return finish_stdout(draw_plot(operands, argv, request.plot));
    if (operands)
        return finish_stdout(show(operands, argv, request.json, request.text ? TAPS_YES : TAPS_GRID));
    const struct imc_kernel_entry *entry = imc_kernel_list(&entries);
    if (request.json)
        list_json(entry, entries);
    else
        list_text(entry, entries);
    return finish_stdout(EXIT_DONE);
}
