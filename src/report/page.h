/* page.h: pages from a template. The template (a file of the tree, embedded in the program) has all markup; a program supplies
 * values. Tags, in the manner of Mustache:
 *
 *     {{name}}                  a value, escaped
 *     {{#list}} ... {{/list}}   once for each element of the list
 *     {{^list}} ... {{/list}}   where the list has none
 *
 * A name is looked for in the innermost scope, then outwards. There is no tag that leaves a value as it is: no name of a file or
 * a tensor becomes markup. */
#ifndef PAGE_H
#define PAGE_H

#include <imgconv/status.h>
#include <stdbool.h>
#include <stdio.h>

/* A page in the making. */
struct page {
    FILE *out;
    enum imc_status status; /* the first failure of a value */
    struct imc_error error;
};

/* Where a tag stands: the page, an element of a list, an element of a list of that. */
struct page_scope {
    const struct page_item *items;
    const void *context;
    int at;                         /* which element of its list; 0 for the page */
    const struct page_scope *outer; /* NULL for the page */
};

/* A row of a scope's table; the last has no name. Both functions get the scope in which the name was found. */
struct page_item {
    const char *name;
    /* A value: writes it with page_text, page_format or as figures.h does. */
    void (*write)(const struct page_scope *scope, struct page *page);
    /* A list, where there is no `write`: false past its last element. Sets the items of the scope of element inner->at (there are
     * none, so that a section that stands there or not changes no name), and its context where that is another. */
    bool (*enter)(const struct page_scope *scope, struct page_scope *inner);
};

/* Writes text, escaped; control characters become '?'. */
void page_text(struct page *page, const char *text);
void page_format(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Records a failure, of which the first is kept. */
void page_fail(struct page *page, enum imc_status status, const struct imc_error *error);

/* Fills the template. Errors: FORMAT (a tag that means nothing, or is not closed: the template is wrong), those of the values. */
enum imc_status page_fill(struct page *page, const char *template, const struct page_scope *scope, struct imc_error *error);

#endif
