/* kernels_export.c: `imgconv kernels --export`. All names are made before the first file is written: two filters of one name are an
 * error while nothing has happened yet. */
#include "cli/kernels_export.h"
#include "cli/folders.h"
#include "cli/message.h"
#include "cli/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file to be written. */
struct piece {
    struct imc_bank *bank;
    char *path;
};

struct pieces {
    struct piece *piece;
    int count, room;
};

struct imc_bank *kernel_open(const char *text, int *code)
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

/* DIR/LABEL.kern */
static char *export_path(const char *folder, const char *label, const char *suffix)
{
    char *clean = name_clean(label), *path = NULL;
    const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
    if (clean && asprintf(&path, "%s%s%s%s", folder, slash, clean, suffix) < 0)
        path = NULL;
    free(clean);
    return path;
}

/* Takes bank and path over. */
static bool add_piece(struct pieces *pieces, struct imc_bank *bank, char *path)
{
    if (pieces->count == pieces->room) {
        int room = 2 * pieces->room + 16;
        struct piece *more = realloc(pieces->piece, (size_t)room * sizeof *more);
        if (more) {
            pieces->piece = more;
            pieces->room = room;
        }
    }
    if (bank && path && pieces->count < pieces->room) {
        pieces->piece[pieces->count++] = (struct piece){bank, path};
        return true;
    }
    imc_bank_free(bank);
    free(path);
    return refuse("out of memory for kernels");
}

static void free_pieces(struct pieces *pieces)
{
    for (int i = 0; i < pieces->count; i++) {
        imc_bank_free(pieces->piece[i].bank);
        free(pieces->piece[i].path);
    }
    free(pieces->piece);
}

static struct imc_bank *copy_filter(const struct imc_bank *bank, int filter)
{
    struct imc_bank *copy;
    if (imc_bank_copy(bank, &copy, NULL) == IMC_OK && filter >= 0)
        imc_bank_select(copy, filter);
    return copy;
}

/* A layer: its filters one by one, and all of them as an array. */
static bool add_layer(struct pieces *pieces, const struct imc_bank *bank, const char *folder)
{
    bool ok = true;
    for (int f = 0; ok && f < bank->filters; f++)
        ok = add_piece(pieces, copy_filter(bank, f), export_path(folder, bank->names[f], ".kern"));
    return ok && add_piece(pieces, copy_filter(bank, -1), export_path(folder, "bank", ".npy"));
}

static bool add_kernel(struct pieces *pieces, struct imc_bank *bank, const char *target, bool folder)
{
    bool layer = folder && bank->learned && bank->filters > 1 && bank->combine == IMC_COMBINE_NONE;
    const char *label = bank->learned && bank->filters == 1 ? bank->names[0] : bank->label;
    if (!layer)
        return add_piece(pieces, bank, folder ? export_path(target, label, ".kern") : strdup(target));
    bool ok = add_layer(pieces, bank, target);
    imc_bank_free(bank);
    return ok;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(((const struct piece *)a)->path, ((const struct piece *)b)->path);
}

static bool check_paths(struct pieces *pieces)
{
    if (pieces->count > 1) /* without kernels there is no list */
        qsort(pieces->piece, (size_t)pieces->count, sizeof *pieces->piece, compare_paths);
    for (int i = 1; i < pieces->count; i++)
        if (strcmp(pieces->piece[i - 1].path, pieces->piece[i].path) == 0)
            return refuse("%s: two kernels would have this name; export them into folders of their own", pieces->piece[i].path);
    return true;
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

static int write_pieces(const struct pieces *pieces)
{
    int code = EXIT_DONE;
    for (int i = 0; i < pieces->count; i++) {
        struct imc_error error = {0};
        enum imc_status status = save(pieces->piece[i].bank, pieces->piece[i].path, &error);
        if (status != IMC_OK)
            complain_error(pieces->piece[i].bank->label, &error);
        int answer = exit_code_of(status);
        code = answer > code ? answer : code;
    }
    return code;
}

int kernels_export(int count, char **texts, const char *target)
{
    int entries, code = EXIT_DONE;
    const struct imc_kernel_entry *entry = imc_kernel_list(&entries);
    bool folder = names_folder(target), all = count == 0, ok = true;
    struct pieces pieces = {0};
    if (count != 1 && !folder) {
        complain("--export %s: a file holds one kernel; several want a folder that exists, such as --export DIR/", target);
        return EXIT_USAGE;
    }
    if (folder && !folder_is_writable(target))
        return EXIT_FAILED;
    for (int i = 0; ok && i < (all ? entries : count); i++) {
        struct imc_bank *bank = kernel_open(all ? entry[i].name : texts[i], &code);
        ok = !bank || add_kernel(&pieces, bank, target, folder);
    }
    if (!ok)
        code = EXIT_FAILED;
    else if (!check_paths(&pieces))
        code = EXIT_USAGE;
    else {
        int answer = write_pieces(&pieces);
        code = answer > code ? answer : code;
    }
    free_pieces(&pieces);
    return code;
}
