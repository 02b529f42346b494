/* parse.h: the KERNEL grammar of imgconv-kernel(5), from text to a tree. Nothing is looked up or opened here.
 *
 *     kernel  = call | '{' leaf '}' [items] | leaf
 *     call    = ("mag" | "max" | "sum" | "abs" | "neg" | "flip" | "rot45") '(' kernel {',' kernel} ')'
 *     leaf    = taps | file | name [items]              taps and files inside parentheses stand in braces
 *     items   = ':' key '=' value {',' key '=' value}   a value goes on behind a comma if a number follows: anchor=1,1
 */
#ifndef PARSE_H
#define PARSE_H

#include "kernel/place.h"

#include <imgconv/kernel.h>

enum { NODES_MAX = 256, DEPTH_MAX = 16 };

enum node_kind { NODE_NAME, NODE_TAPS, NODE_FILE, NODE_CALL };

enum operation { OP_MAG, OP_MAX, OP_SUM, OP_ABS, OP_NEG, OP_FLIP, OP_ROT45, OPERATIONS };

struct node {
    enum node_kind kind;
    enum operation operation;      /* of a call */
    int first, next;               /* first argument, next argument of the same call; 0 where there is none */
    const char *at, *end;          /* the text of the name, taps or file; a call's name */
    const char *items, *items_end; /* the text behind the colon, empty where there is none */
};

struct tree {
    struct place place; /* the whole text */
    int count;
    int last_leaf;               /* the kernel that stands last in the text */
    struct node node[NODES_MAX]; /* [0] is the root */
};

/* Errors: ARGUMENT, with the column. The tree points into `text`. */
enum imc_status tree_parse(const char *text, struct tree *tree, struct imc_error *error);

/* "mag" ... */
const char *operation_name(enum operation operation);

/* One key=value. */
struct item {
    const char *key, *key_end, *value, *value_end;
};

/* Reads the item at `at`, blanks before it skipped; false where there is none. value_end is then where the next one would go on,
 * with a comma. */
bool item_read(const char *at, const char *end, struct item *item);

#endif
