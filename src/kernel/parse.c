/* parse.c: recursive descent over the kernel text. */
#include "kernel/parse.h"

#include "kernel/inlinetaps.h"
#include "kernel/taps.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct parser {
    struct tree *tree;
    const char *at, *end;
    struct imc_error *error;
};

static const char *const operation_names[OPERATIONS] = {"mag", "max", "sum", "abs", "neg", "flip", "rot45"};

const char *operation_name(enum operation operation)
{
    return operation_names[operation];
}

static const char *word_end(const char *at, const char *end)
{
    while (at < end && (isalnum((unsigned char)*at) || *at == '-' || *at == '_'))
        at++;
    return at;
}

/* Which operation at..end names, or OPERATIONS. */
static int find_operation(const char *at, const char *end)
{
    int i = 0;
    while (i < OPERATIONS &&
           (strlen(operation_names[i]) != (size_t)(end - at) || strncasecmp(operation_names[i], at, (size_t)(end - at)) != 0))
        i++;
    return i;
}

static bool is_call(const char *at, const char *end)
{
    const char *stop = word_end(at, end), *paren = skip_blanks(stop, end);
    return paren < end && *paren == '(' && find_operation(at, stop) < OPERATIONS;
}

static const char model[] = "model:";

/* "model:digits": a model that is shipped with the program. */
static bool is_model(const char *at, const char *end)
{
    size_t length = sizeof model - 1;
    return (size_t)(end - at) > length && strncmp(at, model, length) == 0;
}

/* Names have neither '.' nor '/', so one of them before the first colon makes a file. */
static bool is_file(const char *at, const char *end)
{
    if (is_model(at, end))
        return true;
    for (; at < end && *at != ':'; at++)
        if (*at == '.' || *at == '/')
            return true;
    return false;
}

/* Meant as taps, although something in it is no number: names begin with neither a digit nor a sign, and few files have a ';' in
 * their names. The reader of taps then says what is wrong. */
static bool means_taps(const char *at, const char *end)
{
    size_t length = (size_t)(end - at);
    bool number = strchr("+-", *at) || isdigit((unsigned char)at[*at == '.']);
    bool rows = memchr(at, ';', length), several = rows || memchr(at, ',', length) || memchr(at, ' ', length);
    return number && several && (rows || !is_file(at, end));
}

static bool number_follows(const char *comma, const char *end)
{
    const char *at = skip_blanks(comma + 1, end);
    return at < end && (isdigit((unsigned char)*at) || *at == '+' || *at == '-' || *at == '.');
}

bool item_read(const char *at, const char *end, struct item *item)
{
    item->key = skip_blanks(at, end);
    item->key_end = word_end(item->key, end);
    const char *equals = skip_blanks(item->key_end, end);
    if (item->key == item->key_end || equals == end || *equals != '=')
        return false;
    item->value = at = skip_blanks(equals + 1, end);
    while (at < end && !strchr("(){}", *at) && (*at != ',' || number_follows(at, end)))
        at++;
    item->value_end = at;
    return true;
}

static struct node *add_node(struct parser *p, enum node_kind kind, const char *at, const char *end)
{
    struct tree *tree = p->tree;
    if (tree->count == NODES_MAX)
        return NULL;
    if (kind != NODE_CALL)
        tree->last_leaf = tree->count;
    struct node *node = &tree->node[tree->count++];
    *node = (struct node){.kind = kind, .at = at, .end = end, .items = end, .items_end = end};
    return node;
}

static enum imc_status fail_here(struct parser *p, const char *at, const char *sentence)
{
    return fail_at(p->error, IMC_ERR_ARGUMENT, &p->tree->place, at, "%s", sentence);
}

static enum imc_status fail_too_long(struct parser *p)
{
    return fail_at(p->error, IMC_ERR_ARGUMENT, &p->tree->place, p->at, "more than %d kernels and functions in one text", NODES_MAX);
}

/* The items of a leaf, behind a colon, or inside parentheses behind a comma too: mag(gaussian,sigma=2). */
static enum imc_status parse_items(struct parser *p, struct node *node, bool inside)
{
    struct item item;
    const char *at = skip_blanks(p->at, p->end);
    bool colon = at < p->end && *at == ':', comma = at < p->end && *at == ',' && inside;
    if (!colon && !(comma && item_read(at + 1, p->end, &item)))
        return IMC_OK;
    node->items = at + 1;
    if (!item_read(at + 1, p->end, &item))
        return fail_here(p, at + 1, "a parameter is key=value, such as size=5, sigma=1.5 or anchor=0,0");
    do
        p->at = node->items_end = item.value_end;
    while (p->at < p->end && *p->at == ',' && item_read(p->at + 1, p->end, &item));
    return IMC_OK;
}

/* Taps, a file or a name that fills at..end, as at the top and between braces. */
static enum imc_status parse_leaf(struct parser *p, const char *at, const char *end)
{
    while (end > at && skip_blanks(end - 1, end) == end)
        end--;
    if (at == end)
        return fail_here(p, at, "nothing stands here; a kernel's name, taps or a file expected");
    bool taps = inline_taps_recognise(at, end) || means_taps(at, end), file = !taps && is_file(at, end);
    const char *stop = taps || file ? end : word_end(at, end);
    struct node *node = add_node(p, taps ? NODE_TAPS : file ? NODE_FILE : NODE_NAME, at, stop);
    if (!node)
        return fail_too_long(p);
    p->at = stop;
    if (taps || file)
        return IMC_OK;
    if (at == stop)
        return fail_here(p, at, "a kernel's name, taps or a file expected");
    enum imc_status status = parse_items(p, node, false);
    if (!status && skip_blanks(p->at, end) < end)
        return fail_here(p, skip_blanks(p->at, end),
                         *p->at == ','
                             ? "a key=value expected behind the comma; several kernels are combined by mag(a,b), max or sum"
                         : *p->at == '(' ? "no such function; there are mag, max, sum, abs, neg, flip and rot45"
                                         : "the kernel ends before this");
    return status;
}

static enum imc_status parse_braces(struct parser *p)
{
    const char *open = p->at, *close = memchr(open, '}', (size_t)(p->end - open)), *end = p->end;
    if (!close)
        return fail_here(p, open, "this brace is not closed");
    int index = p->tree->count;
    p->end = close;
    enum imc_status status = parse_leaf(p, skip_blanks(open + 1, close), close);
    p->end = end;
    p->at = close + 1;
    struct node *node = &p->tree->node[index];
    if (!status && *skip_blanks(p->at, end) == ':' && node->items != node->items_end)
        return fail_here(p, p->at, "parameters stand inside the braces or behind them, not both");
    return status ? status : parse_items(p, node, true);
}

static enum imc_status parse_operand(struct parser *p, int depth, int *index);

/* The arguments, from the parenthesis on, as a list in order. */
static enum imc_status parse_arguments(struct parser *p, int call, int depth)
{
    const char *open = p->at++;
    int *link = &p->tree->node[call].first;
    for (;;) {
        int argument = 0;
        enum imc_status status = parse_operand(p, depth, &argument);
        if (status)
            return status;
        *link = argument;
        link = &p->tree->node[argument].next;
        p->at = skip_blanks(p->at, p->end);
        if (p->at == p->end)
            return fail_here(p, open, "this parenthesis is not closed");
        if (*p->at != ',' && *p->at != ')')
            return fail_here(p, p->at, "a comma or a closing parenthesis expected");
        if (*p->at++ == ')')
            return IMC_OK;
    }
}

static enum imc_status parse_call(struct parser *p, const char *word, const char *stop, int depth)
{
    int call = p->tree->count;
    struct node *node = add_node(p, NODE_CALL, word, stop);
    int operation = find_operation(word, stop);
    if (!node)
        return fail_too_long(p);
    if (operation == OPERATIONS)
        return fail_here(p, word, "no such function; there are mag, max, sum, abs, neg, flip and rot45");
    node->operation = (enum operation)operation;
    if (depth == DEPTH_MAX)
        return fail_at(p->error, IMC_ERR_ARGUMENT, &p->tree->place, word, "functions nested deeper than %d", DEPTH_MAX);
    enum imc_status status = parse_arguments(p, call, depth + 1);
    if (!status && operation >= OP_ABS && p->tree->node[node->first].next)
        return fail_at(p->error, IMC_ERR_ARGUMENT, &p->tree->place, word, "%s takes one kernel; mag, max and sum take several",
                       operation_names[operation]);
    return status;
}

/* Why something inside parentheses is no name. */
static enum imc_status refuse_bare(struct parser *p, const char *word)
{
    if (word < p->end && (isdigit((unsigned char)*word) || strchr("+-", *word)))
        return fail_here(p, word, "taps stand in braces inside parentheses: {1,0,-1}");
    if (word < p->end && strchr("./", *word))
        return fail_here(p, word, "file names stand in braces inside parentheses: {edge.kern}");
    return fail_here(p, word, "a kernel's name, or taps or a file in braces, expected");
}

static enum imc_status parse_operand(struct parser *p, int depth, int *index)
{
    const char *word = p->at = skip_blanks(p->at, p->end);
    *index = p->tree->count;
    if (word < p->end && *word == '{')
        return parse_braces(p);
    const char *stop = word_end(word, p->end);
    if (word == stop || !isalpha((unsigned char)*word))
        return refuse_bare(p, word);
    if ((stop < p->end && strchr("./", *stop)) || is_model(word, p->end))
        return fail_here(p, word, "file names stand in braces inside parentheses: {edge.kern}");
    p->at = skip_blanks(stop, p->end);
    if (p->at < p->end && *p->at == '(')
        return parse_call(p, word, stop, depth);
    struct node *node = add_node(p, NODE_NAME, word, stop);
    return node ? parse_items(p, node, true) : fail_too_long(p);
}

enum imc_status tree_parse(const char *text, struct tree *tree, struct imc_error *error)
{
    tree->place = (struct place){text, 0, text};
    tree->count = tree->last_leaf = 0;
    struct parser p = {tree, text, text + strlen(text), error};
    p.at = skip_blanks(p.at, p.end);
    if (p.at == p.end)
        return fail_at(error, IMC_ERR_ARGUMENT, &tree->place, NULL, "the kernel text is empty; try sobel or gaussian:sigma=2");
    if (*p.at != '{' && !is_call(p.at, p.end))
        return parse_leaf(&p, p.at, p.end);
    int root;
    enum imc_status status = parse_operand(&p, 0, &root);
    p.at = skip_blanks(p.at, p.end);
    if (!status && p.at < p.end)
        return fail_here(&p, p.at, "the kernel ends before this");
    return status;
}
