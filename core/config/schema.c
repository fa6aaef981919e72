/* SPDX-License-Identifier: Apache-2.0 */
#include "config/schema.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 256, TEXT_SIZE = 512, SHOWN_MAX = 64 };

/* Where the check is: a key of the map above, or a member of the list above. */
typedef struct path path;
struct path {
    const path *up; /* NULL: at the root */
    const char *key; /* NULL: a member */
    unsigned index;
};

static void append(char *text, size_t size, const char *added)
{
    size_t len = strlen(text);
    snprintf(text + len, size - len, "%s", added);
}

/* As "tracer_provider.processors[0].batch". The tree is not deep, and so neither is this. */
static void format_path(const path *at, char text[PATH_SIZE])
{
    if (at->up == NULL) {
        text[0] = '\0';
        return;
    }
    format_path(at->up, text);
    if (at->key != NULL) {
        append(text, PATH_SIZE, text[0] != '\0' ? "." : "");
        append(text, PATH_SIZE, at->key);
    } else {
        char index[16];
        snprintf(index, sizeof(index), "[%u]", at->index);
        append(text, PATH_SIZE, index);
    }
}

/* "a, b or c" */
static void append_names(char *text, size_t size, const char *const names[])
{
    for (size_t i = 0; names[i] != NULL; i++) {
        const char *before = names[i + 1] == NULL ? " or " : ", ";
        append(text, size, i > 0 ? before : "");
        append(text, size, names[i]);
    }
}

static void append_properties(char *text, size_t size, const otelmq_property *properties)
{
    for (size_t i = 0; properties[i].key != NULL; i++) {
        append(text, size, i > 0 ? ", " : "");
        append(text, size, properties[i].key);
    }
}

static void append_range(char *text, size_t size, const otelmq_schema *schema, const char *what)
{
    char range[96];
    if (schema->maximum == INT64_MAX) {
        snprintf(range, sizeof(range), "%s from %" PRId64 " on", what, schema->minimum);
    } else {
        snprintf(range, sizeof(range), "%s from %" PRId64 " to %" PRId64, what, schema->minimum,
                 schema->maximum);
    }
    append(text, size, range);
}

static void describe_expected(const otelmq_schema *schema, char text[TEXT_SIZE])
{
    text[0] = '\0';
    switch (schema->kind) {
    case OTELMQ_SCHEMA_BOOL:
        append(text, TEXT_SIZE, "true or false");
        break;
    case OTELMQ_SCHEMA_INT:
        append_range(text, TEXT_SIZE, schema, "an integer");
        break;
    case OTELMQ_SCHEMA_NUMBER:
        append_range(text, TEXT_SIZE, schema, "a number");
        break;
    case OTELMQ_SCHEMA_STRING:
    case OTELMQ_SCHEMA_VERSION:
        if (schema->names != NULL) {
            append_names(text, TEXT_SIZE, schema->names);
        } else {
            append(text, TEXT_SIZE, "a string");
        }
        break;
    case OTELMQ_SCHEMA_PATH:
        append(text, TEXT_SIZE, "an absolute path");
        break;
    case OTELMQ_SCHEMA_LIST:
        append(text, TEXT_SIZE, "a list with at least one member");
        break;
    case OTELMQ_SCHEMA_MAP:
        append(text, TEXT_SIZE, "a map");
        break;
    case OTELMQ_SCHEMA_CHOICE:
        append(text, TEXT_SIZE, "a map with exactly one of the keys ");
        append_properties(text, TEXT_SIZE, schema->properties);
        break;
    case OTELMQ_SCHEMA_ANYTHING:
    case OTELMQ_SCHEMA_IGNORED:
    case OTELMQ_SCHEMA_UNSUPPORTED:
        break;
    }
}

/* What stands there instead, without a secret, and with a hint for the commonest mistake. */
static void describe_found(const otelmq_schema *schema, const otelmq_config_node *node,
                           char text[TEXT_SIZE])
{
    static const char *const names[] = {
        [OTELMQ_CONFIG_NULL] = "null",          [OTELMQ_CONFIG_BOOL] = "the boolean ",
        [OTELMQ_CONFIG_INT] = "the number ",    [OTELMQ_CONFIG_DOUBLE] = "the number ",
        [OTELMQ_CONFIG_STRING] = "the string ", [OTELMQ_CONFIG_LIST] = "a list",
        [OTELMQ_CONFIG_MAP] = "a map",
    };
    text[0] = '\0';
    append(text, TEXT_SIZE, names[node->type]);
    bool is_scalar = node->type >= OTELMQ_CONFIG_BOOL && node->type <= OTELMQ_CONFIG_STRING;
    const char *quote = node->type == OTELMQ_CONFIG_STRING ? "\"" : "";
    if (is_scalar) {
        char shown[SHOWN_MAX + 8];
        snprintf(shown, sizeof(shown), "%s%.*s%s%s", quote, (int)SHOWN_MAX,
                 schema->is_secret ? "***" : node->text.data,
                 node->text.len > SHOWN_MAX && !schema->is_secret ? "..." : "", quote);
        append(text, TEXT_SIZE, shown);
    } else if (node->type > OTELMQ_CONFIG_STRING && node->count != 1) {
        append(text, TEXT_SIZE, node->count == 0 ? " with nothing in it" : " of several");
    }
    if (schema->kind == OTELMQ_SCHEMA_STRING && schema->names == NULL && is_scalar) {
        append(text, TEXT_SIZE, "; put it in quotes");
    }
}

static void report_wrong(const otelmq_schema *schema, const otelmq_config_node *node,
                         const path *at, otelmq_config_problems *problems)
{
    char where[PATH_SIZE];
    char expected[TEXT_SIZE];
    char found[TEXT_SIZE];
    format_path(at, where);
    describe_expected(schema, expected);
    describe_found(schema, node, found);
    otelmq_config_error(problems, node->line, OTELMQ_ERROR_MALFORMED, "%s must be %s, not %s.",
                        where[0] != '\0' ? where : "the file", expected, found);
}

static bool is_name(const otelmq_config_node *node, const char *const names[])
{
    for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
        if (otelmq_str_equal(node->text, otelmq_str_from(names[i]))) {
            return true;
        }
    }
    return names == NULL;
}

static bool is_number(const otelmq_schema *schema, const otelmq_config_node *node)
{
    double number = 0;
    if (node->type == OTELMQ_CONFIG_INT) {
        number = (double)node->value.integer;
    } else if (node->type == OTELMQ_CONFIG_DOUBLE) {
        number = node->value.real;
    } else {
        return false;
    }
    return number >= (double)schema->minimum && number <= (double)schema->maximum;
}

/* Whether the node itself is as it should be; what is in it is for later. */
static bool fits(const otelmq_schema *schema, const otelmq_config_node *node)
{
    switch (schema->kind) {
    case OTELMQ_SCHEMA_BOOL:
        return node->type == OTELMQ_CONFIG_BOOL;
    case OTELMQ_SCHEMA_INT:
        return node->type == OTELMQ_CONFIG_INT && node->value.integer >= schema->minimum &&
               node->value.integer <= schema->maximum;
    case OTELMQ_SCHEMA_NUMBER:
        return is_number(schema, node);
    case OTELMQ_SCHEMA_STRING:
        return node->type == OTELMQ_CONFIG_STRING && is_name(node, schema->names);
    case OTELMQ_SCHEMA_PATH:
        return node->type == OTELMQ_CONFIG_STRING && node->text.data[0] == '/';
    case OTELMQ_SCHEMA_VERSION:
        return node->type >= OTELMQ_CONFIG_INT && node->type <= OTELMQ_CONFIG_STRING;
    case OTELMQ_SCHEMA_LIST:
        return node->type == OTELMQ_CONFIG_LIST && node->count > 0;
    case OTELMQ_SCHEMA_MAP:
        return node->type == OTELMQ_CONFIG_MAP;
    case OTELMQ_SCHEMA_CHOICE:
        return node->type == OTELMQ_CONFIG_MAP && node->count == 1;
    case OTELMQ_SCHEMA_ANYTHING:
    case OTELMQ_SCHEMA_IGNORED:
    case OTELMQ_SCHEMA_UNSUPPORTED:
        break;
    }
    return true;
}

static const otelmq_property *find_property(const otelmq_schema *schema, otelmq_str key)
{
    const otelmq_property *property = schema->properties;
    while (property->key != NULL && !otelmq_str_equal(key, otelmq_str_from(property->key))) {
        property++;
    }
    return property->key != NULL ? property : NULL;
}

static void report_unknown(const otelmq_schema *schema, const otelmq_config_entry *entry,
                           const path *at, otelmq_config_problems *problems)
{
    char where[PATH_SIZE];
    char known[TEXT_SIZE] = "";
    format_path(at, where);
    append_properties(known, sizeof(known), schema->properties);
    if (schema->kind == OTELMQ_SCHEMA_CHOICE) {
        otelmq_config_error(
            problems, entry->line, OTELMQ_ERROR_NOT_FOUND, "%s is not known here; there are %s%s.",
            where, known, schema->is_registered != NULL ? ", and what the program registers" : "");
    } else {
        otelmq_config_warn(problems, entry->line, "%s is not known and has no effect%s%s.", where,
                           known[0] != '\0' ? "; there are " : "", known);
    }
}

static void check(const otelmq_schema *schema, const otelmq_config_node *node, const path *at,
                  otelmq_config_problems *problems);

/* Its factory takes no options, and silence would be worse than an error. */
static void check_registered(const otelmq_config_entry *entry, const path *at,
                             otelmq_config_problems *problems)
{
    const otelmq_config_node *node = entry->node;
    bool is_empty_map = node->type == OTELMQ_CONFIG_MAP && node->count == 0;
    if (node->type != OTELMQ_CONFIG_NULL && !is_empty_map) {
        char where[PATH_SIZE];
        format_path(at, where);
        otelmq_config_error(problems, entry->line, OTELMQ_ERROR_MALFORMED,
                            "%s is registered by the program and takes no options of a file.",
                            where);
    }
}

static void check_entry(const otelmq_schema *schema, const otelmq_config_entry *entry,
                        const path *up, otelmq_config_problems *problems)
{
    const path at = {.up = up, .key = entry->key.data};
    const otelmq_property *property = find_property(schema, entry->key);
    if (property != NULL) {
        check(property->schema, entry->node, &at, problems);
    } else if (schema->is_registered != NULL && schema->is_registered(entry->key.data)) {
        check_registered(entry, &at, problems);
    } else {
        report_unknown(schema, entry, &at, problems);
    }
}

static void check_required(const otelmq_schema *schema, const otelmq_config_node *map,
                           const path *at, otelmq_config_problems *problems)
{
    for (const otelmq_property *property = schema->properties; property->key != NULL; property++) {
        if (property->is_required && otelmq_config_find(map, property->key) == NULL) {
            char where[PATH_SIZE];
            format_path(at, where);
            otelmq_config_error(problems, map->line, OTELMQ_ERROR_MALFORMED,
                                "%s%s\"%s\" is missing.", where, where[0] != '\0' ? ": " : "",
                                property->key);
        }
    }
}

static void check_inside(const otelmq_schema *schema, const otelmq_config_node *node,
                         const path *at, otelmq_config_problems *problems)
{
    unsigned index = 0;
    if (schema->properties != NULL) {
        check_required(schema, node, at, problems);
    }
    for (const otelmq_config_entry *entry = node->first; entry != NULL; entry = entry->next) {
        if (schema->kind == OTELMQ_SCHEMA_LIST) {
            const path member = {.up = at, .index = index++};
            check(schema->items, entry->node, &member, problems);
        } else if (schema->properties != NULL) {
            check_entry(schema, entry, at, problems);
        }
    }
}

static void report_without_effect(const otelmq_schema *schema, const otelmq_config_node *node,
                                  const path *at, otelmq_config_problems *problems)
{
    char where[PATH_SIZE];
    format_path(at, where);
    if (schema->kind == OTELMQ_SCHEMA_IGNORED) {
        otelmq_config_inform(problems, node->line, "%s is ignored: otelmq is for traces.", where);
    } else {
        otelmq_config_warn(problems, node->line, "%s is not supported and has no effect.", where);
    }
}

/* Recursive, as the tree is; the reader has limited its depth. */
static void check(const otelmq_schema *schema, const otelmq_config_node *node, const path *at,
                  otelmq_config_problems *problems)
{
    if (schema->kind == OTELMQ_SCHEMA_IGNORED || schema->kind == OTELMQ_SCHEMA_UNSUPPORTED) {
        report_without_effect(schema, node, at, problems);
        return;
    }
    if (node->type == OTELMQ_CONFIG_NULL && schema->is_nullable) {
        /* What a map requires, null does not have. */
        if (schema->kind == OTELMQ_SCHEMA_MAP) {
            check_required(schema, node, at, problems);
        }
    } else if (!fits(schema, node)) {
        report_wrong(schema, node, at, problems);
    } else if (node->type > OTELMQ_CONFIG_STRING && schema->kind != OTELMQ_SCHEMA_ANYTHING) {
        check_inside(schema, node, at, problems);
    }
}

void otelmq_config_check(const otelmq_config_node *root, const otelmq_schema *schema,
                         otelmq_config_problems *problems)
{
    const path at = {.up = NULL};
    check(schema, root, &at, problems);
}
