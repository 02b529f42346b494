/* test_page.c: templates: values are escaped, lists are lists, and what is wrong with a template is told. */
#include "support/testing.h"

#include "report/page.h"

#include <stdlib.h>
#include <string.h>

static void write_text(const struct page_scope *scope, struct page *page)
{
    page_text(page, scope->context);
}

static void write_at(const struct page_scope *scope, struct page *page)
{
    page_format(page, "%d%d", scope->outer->at, scope->at);
}

static const struct page_item inner_items[] = {{"at", write_at, NULL}, {0}};

static bool enter_two(const struct page_scope *scope, struct page_scope *inner)
{
    (void)scope;
    inner->items = inner_items;
    return inner->at < 2;
}

static bool enter_none(const struct page_scope *scope, struct page_scope *inner)
{
    (void)scope;
    (void)inner;
    return false;
}

static const struct page_item items[] = {{"text", write_text, NULL}, {"two", NULL, enter_two}, {"none", NULL, enter_none}, {0}};

static enum imc_status fill(const char *template, const char *text, char **result, struct imc_error *error)
{
    const struct page_scope scope = {.items = items, .context = text};
    struct page page = {0};
    size_t size;
    page.out = open_memstream(result, &size);
    enum imc_status status = page_fill(&page, template, &scope, error);
    fclose(page.out);
    return status;
}

static void expect(const char *template, const char *text, const char *wanted)
{
    char *result;
    struct imc_error error = {0};
    ck_assert_msg(fill(template, text, &result, &error) == IMC_OK, "%s", error.message);
    ck_assert_str_eq(result, wanted);
    free(result);
}

START_TEST(values_are_escaped)
{
    expect("<p title=\"{{text}}\">", "<script>'&\"\x1b\n", "<p title=\"&lt;script&gt;&#39;&amp;&quot;??\">");
    expect("{{text}}{{text}}", "{{text}}", "{{text}}{{text}}"); /* a value is no template */
    expect("no tag } {", "", "no tag } {");
}
END_TEST

START_TEST(lists_and_their_absence)
{
    expect("[{{#two}}{{at}}{{text}};{{/two}}]", "x", "[00x;01x;]");
    expect("{{#two}}{{#two}}{{at}} {{/two}}{{/two}}", "", "00 01 10 11 ");
    expect("{{#none}}never{{/none}}{{^none}}{{text}}{{/none}}{{^two}}never{{/two}}", "so", "so");
}
END_TEST

START_TEST(wrong_templates)
{
    static const char *const templates[] = {"{{nothing}}", "{{#text}}{{/text}}", "{{two}}",
                                            "{{#two}}",    "{{/two}}",           "{{#two}}{{/none}}"};
    char *result;
    struct imc_error error = {0};
    ck_assert_int_eq(fill(templates[_i], "", &result, &error), IMC_ERR_FORMAT);
    ck_assert_ptr_nonnull(strstr(error.message, "the template of the page"));
    free(result);
}
END_TEST

Suite *make_suite(void)
{
    Suite *suite = suite_create("pages");
    TCase *tests = tcase_create("pages");
    tcase_add_test(tests, values_are_escaped);
    tcase_add_test(tests, lists_and_their_absence);
    tcase_add_loop_test(tests, wrong_templates, 0, 6);
    suite_add_tcase(suite, tests);
    return suite;
}
