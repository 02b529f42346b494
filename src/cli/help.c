/* help.c: the texts of --help. Examples come first, quoted so that every shell takes them as they stand; the lines on options come
 * from the tables that the parser reads. */
#include "cli/commands.h"
#include "cli/message.h"
#include "cli/predict_options.h"
#include "cli/request.h"
#include "cli/train_options.h"

#include <string.h>

static const char overview_head[] = "imgconv: filters pictures with convolution kernels and finds edges\n"
                                    "\n"
                                    "Examples:\n"
                                    "  imgconv -k sobel photo.png edges.png\n"
                                    "  imgconv -k gaussian:sigma=2 photo.jpg soft.jpg\n"
                                    "  imgconv -k gaussian --sigma 1.4 -k laplacian4 --map fit photo.png log.png\n"
                                    "  imgconv -k '1,2,1;2,4,2;1,2,1' --normalize photo.png smooth.png\n"
                                    "  imgconv -k prewitt -o 'edges/{stem}-{kernel}.png' a.png b.jpg c.pgm\n"
                                    "  imgconv -k sobel --explain photo.png\n"
                                    "  imgconv -k sobel --preview photo.png\n"
                                    "  imgconv kernels sobel\n"
                                    "\n"
                                    "Usage:\n"
                                    "  imgconv [filter] -k KERNEL [OPTION]... INPUT OUTPUT\n"
                                    "  imgconv [filter] -k KERNEL [OPTION]... -o TEMPLATE|DIR/ INPUT...\n"
                                    "  imgconv COMMAND [OPTION]... [FILE]...\n"
                                    "\n"
                                    "Commands:\n";

static const char overview_tail[] =
    "\n"
    "'imgconv help filter' lists all options of filter, 'imgconv kernels' the kernels. The short form without a command needs\n"
    "a first word that begins with '-' or 'sample:', or contains '.' or '/'. '-' as a file is standard input or output;\n"
    "sample:photo, sample:gray, sample:alpha and sample:16bit are pictures inside the program.\n"
    "Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted. imgconv --version prints versions and licence.\n";

static const char filter_head[] =
    "Examples:\n"
    "  imgconv -k sobel photo.png edges.png\n"
    "  imgconv -k gaussian --sigma 2 -b reflect101 photo.jpg soft.jpg\n"
    "  imgconv -k gaussian:sigma=1 -k laplacian8 --map fit in.png out.png\n"
    "  imgconv -k 'mag({1,0,-1},sobel-y)' in.png out.png\n"
    "  imgconv -k mean:size=3x5 -p valid -s 2,1 in.pgm out.npy\n"
    "  imgconv -k log -o '{dir}/{stem}-{kernel}.png' *.jpg\n"
    "  find . -name '*.png' -print0 | imgconv -k sharpen -o out/ --files-from - -0\n"
    "Usage: imgconv [filter] -k KERNEL [OPTION]... INPUT OUTPUT\n"
    "       imgconv [filter] -k KERNEL [OPTION]... -o TEMPLATE|DIR/ INPUT...\n"
    "* marks a default; pairs are rows,columns. Kernels: imgconv-kernel(5); everything else: imgconv-filter(1).\n";

static const char kernels_head[] = "Examples:\n"
                                   "  imgconv kernels                          list the built-in kernels\n"
                                   "  imgconv kernels sobel gaussian:sigma=2   show taps, gains and what they answer to\n"
                                   "  imgconv kernels --json 'neg(log-5)'\n"
                                   "  imgconv kernels --export my.kern sharpen\n"
                                   "  imgconv kernels --export DIR/            write every built-in kernel as DIR/NAME.kern\n"
                                   "  imgconv kernels kirsch --sheet kernels.png\n"
                                   "  imgconv kernels log-5 --plot log-5.svg   explain it on one picture\n"
                                   "Usage: imgconv kernels [--text|--json|--export FILE|DIR|--sheet FILE|--plot FILE] [KERNEL]...\n"
                                   "KERNEL is written as after -k: imgconv-kernel(5). --export - prints the .kern text.\n"
                                   "Options:\n";

static const char compare_head[] =
    "Examples:\n"
    "  imgconv compare -m model:digits5\n"
    "  imgconv compare -m model:digits sample:photo -o report.html\n"
    "  imgconv compare -m model:digits --layer conv2 --with '1,-2,1;-2,4,-2;1,-2,1' --json\n"
    "  imgconv compare --size 5 sample:gray -o kernels.png\n"
    "Usage: imgconv compare [-m MODEL [--layer TENSOR]] [--with KERNEL]... [INPUT] [-o report.html|sheet.png] [--json]\n"
    "For each learned filter: the nearest hand-made kernel with what random filters would score, the kind of its energy, what\n"
    "combinations leave; on a picture its response, and how well it finds Sobel's edges. Without -m the hand-made kernels among\n"
    "themselves. imgconv-compare(1) defines every figure. * marks a default.\n"
    "Options:\n";

static const char info_head[] =
    "Examples:\n"
    "  imgconv info photo.jpg\n"
    "  imgconv info my.kern bank.npy\n"
    "  imgconv info --json *.png\n"
    "Usage: imgconv info [--json] FILE...\n"
    "Tells what a picture, a kernel file, an .npy bank or a model file is: size, channels, depth, colour, orientation,\n"
    "resolution, metadata, whether it streams; filters, class, sums and rank; tensors, metadata, hash and layers of a model.\n"
    "Options:\n";

static const char bench_head[] =
    "Examples:\n"
    "  imgconv bench --size 128\n"
    "  imgconv bench --size 96,128 --threads 2\n"
    "  imgconv bench --json --size 64\n"
    "Usage: imgconv bench [--crossovers|--json] [--size N|H,W] [--threads N]\n"
    "Times every mode on a grid of kernels in memory, in nanoseconds a pixel, and shows which one auto picks. The usual size "
    "takes\n"
    "some fifteen seconds; small pictures are quick, and less exact. Kernels: dense (random taps), gaussian, log, mean.\n"
    "Options:\n";

static const char train_head[] =
    "Examples:\n"
    "  imgconv train --data mnist -o mnist.safetensors\n"
    "  imgconv train --data mnist --recipe notes --log run.csv --plot run.svg -o notes.safetensors\n"
    "Usage: imgconv train [--data DIR] [-o MODEL] [--recipe NAME] [OPTION]...\n"
    "       imgconv train --resume CHECKPOINT [--data DIR]\n"
    "Without --data: $IMGCONV_DATA, ./mnist, ./data/mnist, $XDG_DATA_HOME/imgconv/mnist, else digits that imgconv draws itself.\n"
    "Ctrl-C saves a checkpoint and says how to go on. * marks a default.\n";

static const char eval_head[] =
    "Examples:\n"
    "  imgconv eval mnist.safetensors --data mnist\n"
    "  imgconv eval mnist.safetensors --data mnist --confusion confusion.png --worst worst.png\n"
    "  imgconv eval -m mnist.safetensors --data mnist --part train --min-accuracy 40% --json\n"
    "Usage: imgconv eval [-m] MODEL [--data DIR] [OPTION]...\n"
    "Loss, accuracy, figures of each class and the confusion matrix. Without --data as 'imgconv help train' says.\n"
    "Exit code 3: --min-accuracy is not reached. * marks a default.\n"
    "Options:\n";

static const char predict_head[] =
    "Examples:\n"
    "  imgconv predict mnist.safetensors --random 4 --data mnist --sheet four.png\n"
    "  imgconv predict mnist.safetensors photo.png\n"
    "  imgconv predict -m mnist.safetensors --top 2 --show-input seen.png --maps maps.png photo.jpg\n"
    "Usage: imgconv predict [-m] MODEL [OPTION]... INPUT...\n"
    "       imgconv predict [-m] MODEL --random N [--data DIR] [--seed N] [--sheet FILE] [OPTION]...\n"
    "Tells what each picture shows: a line FILE, digit, confidence, parted by tabs. A picture may be of any size, dark on light "
    "or\n"
    "light on dark, a photograph too: the ink is found and brought to 28x28, as MNIST was. --random prints index, label, "
    "prediction\n"
    "and confidence. * marks a default.\n";

static const char help_head[] = "Examples:\n"
                                "  imgconv help\n"
                                "  imgconv help filter\n"
                                "Usage: imgconv help [COMMAND]\n";

static const struct {
    const char *command, *head;
    const struct option_spec *table;
} pages[] = {
    {"filter", filter_head, filter_table},    {"kernels", kernels_head, kernels_table}, {"compare", compare_head, compare_table},
    {"info", info_head, info_table},          {"train", train_head, train_table},       {"eval", eval_head, eval_table},
    {"predict", predict_head, predict_table}, {"bench", bench_head, bench_table},       {"help", help_head, NULL}};

void help_overview(FILE *out)
{
    fputs(overview_head, out);
    for (const struct command *command = commands; command->name; command++)
        fprintf(out, "  %-9s %s\n", command->name, command->summary);
    fputs(overview_tail, out);
}

int help_command(const char *name)
{
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (strcmp(pages[i].command, name) == 0) {
            fputs(pages[i].head, stdout);
            if (pages[i].table)
                options_print_help(pages[i].table);
        }
    return finish_stdout(EXIT_DONE);
}

int cmd_help(int argc, char **argv)
{
    static const struct option_spec table[] = {OPTION_HELP, {0}};
    int operands;
    enum options_result result = options_parse(table, argc, argv, NULL, &operands);
    if (result != OPTIONS_OK)
        return result == OPTIONS_HELP ? help_command("help") : EXIT_USAGE;
    if (operands > 1) {
        complain("help takes one COMMAND, not %d", operands);
        return EXIT_USAGE;
    }
    if (operands == 1)
        return command_find(argv[0]) ? help_command(argv[0]) : command_unknown(argv[0], COMMAND_EXPLAIN);
    help_overview(stdout);
    return finish_stdout(EXIT_DONE);
}
