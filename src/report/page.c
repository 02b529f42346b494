/* page.c: see page.h. */
#include "report/page.h"

#include "base/fail.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_LENGTH = 40 };

/* {{mark name}} at `start`; the text goes on at `end`. */
struct tag {
    const char *start, *end;
    char mark; /* '#', '^', '/', or 0 for a value */
    char name[NAME_MAX_LENGTH];
};

void page_text(struct page *page, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        switch (c) {
        case '&':
            fputs("&amp;", page->out);
            break;
        case '<':
            fputs("&lt;", page->out);
            break;
        case '>':
            fputs("&gt;", page->out);
            break;
        case '"':
            fputs("&quot;", page->out);
            break;
        case '\'':
            fputs("&#39;", page->out);
            break;
        default:
            putc(c < 32 || c == 127 ? '?' : c, page->out);
        }
    }
}

void page_format(struct page *page, const char *format, ...)
{
    char *text;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0) {
        page_fail(page, IMC_ERR_MEMORY, &(struct imc_error){IMC_ERR_MEMORY, "out of memory for a page"});
        return;
    }
    page_text(page, text);
    free(text);
}

void page_fail(struct page *page, enum imc_status status, const struct imc_error *error)
{
    if (page->status)
        return;
    page->status = status;
    page->error = *error;
}

static void fail_template(struct page *page, const char *what, const char *name)
{
    struct imc_error error;
    page_fail(page, fail(&error, IMC_ERR_FORMAT, "the template of the page: %s '%s'", what, name), &error);
}

/* The next tag before `end`; false where there is none. */
static bool next_tag(const char *text, const char *end, struct tag *tag)
{
    tag->start = memmem(text, (size_t)(end - text), "{{", 2);
    const char *close = tag->start ? memmem(tag->start, (size_t)(end - tag->start), "}}", 2) : NULL;
    if (!close)
        return false;
    const char *name = tag->start + 2;
    tag->mark = *name && strchr("#^/", *name) ? *name++ : 0;
    snprintf(tag->name, sizeof tag->name, "%.*s", (int)(close - name), name);
    tag->end = close + 2;
    return true;
}

/* The tag that closes the section that `open` begins, which may hold sections of the same name; false where there is none. */
static bool find_close(const struct tag *open, const char *end, struct tag *close)
{
    const char *at = open->end;
    int depth = 1;
    while (depth > 0) {
        if (!next_tag(at, end, close))
            return false;
        if (strcmp(close->name, open->name) == 0)
            depth += close->mark == '/' ? -1 : close->mark != 0;
        at = close->end;
    }
    return true;
}

static const struct page_item *find_item(const struct page_scope *scope, const char *name, const struct page_scope **owner)
{
    for (; scope; scope = scope->outer)
        for (const struct page_item *item = scope->items; item->name; item++)
            if (strcmp(item->name, name) == 0) {
                *owner = scope;
                return item;
            }
    return NULL;
}

static void fill(struct page *page, const char *text, const char *end, const struct page_scope *scope);

/* The elements of a list, or what stands in their place. */
static void fill_section(struct page *page, const struct tag *open, const struct tag *close, const struct page_scope *scope)
{
    static const struct page_item nothing[] = {{0}};
    const struct page_scope *owner;
    const struct page_item *item = find_item(scope, open->name, &owner);
    if (!item || item->write) {
        fail_template(page, "no list", open->name);
        return;
    }
    for (int i = 0; !page->status; i++) {
        struct page_scope inner = {.items = nothing, .context = owner->context, .at = i, .outer = scope};
        bool there = item->enter(owner, &inner);
        if (open->mark == '^' && i == 0 && !there)
            fill(page, open->end, close->start, scope);
        if (open->mark == '^' || !there)
            return;
        fill(page, open->end, close->start, &inner);
    }
}

static void fill_value(struct page *page, const struct tag *tag, const struct page_scope *scope)
{
    const struct page_scope *owner;
    const struct page_item *item = find_item(scope, tag->name, &owner);
    if (item && item->write)
        item->write(owner, page);
    else
        fail_template(page, "no value", tag->name);
}

static void fill(struct page *page, const char *text, const char *end, const struct page_scope *scope)
{
    struct tag tag, close;
    while (!page->status && next_tag(text, end, &tag)) {
        fwrite(text, 1, (size_t)(tag.start - text), page->out);
        text = tag.end;
        if (!tag.mark) {
            fill_value(page, &tag, scope);
        } else if (tag.mark == '/' || !find_close(&tag, end, &close)) {
            fail_template(page, "not opened or not closed:", tag.name);
        } else {
            fill_section(page, &tag, &close, scope);
            text = close.end;
        }
    }
    fwrite(text, 1, (size_t)(end - text), page->out);
}

enum imc_status page_fill(struct page *page, const char *template, const struct page_scope *scope, struct imc_error *error)
{
    fill(page, template, template + strlen(template), scope);
    if (page->status && error)
        *error = page->error;
    return page->status;
}
