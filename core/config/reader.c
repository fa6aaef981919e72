/* SPDX-License-Identifier: Apache-2.0 */
#include "config/reader.h"

#include "config/substitute.h"

#include <yaml.h>

typedef struct {
    otelmq_config_node *node;
    otelmq_str key; /* of a map: read, and still without its value */
    uint32_t key_line;
    bool has_key;
} open_node;

typedef struct {
    otelmq_str name;
    const otelmq_config_node *node;
    bool is_open; /* an alias inside of its own anchor would never end */
} anchor;

typedef struct {
    yaml_parser_t parser;
    otelmq_config_memory *memory;
    otelmq_config_problems *problems;
    otelmq_config_node *root;
    open_node stack[OTELMQ_CONFIG_DEPTH_MAX];
    size_t depth;
    anchor anchors[OTELMQ_CONFIG_ANCHORS_MAX];
    size_t anchor_count;
    unsigned documents;
} reader;

static uint32_t line_of(const yaml_event_t *event)
{
    return (uint32_t)event->start_mark.line + 1;
}

static otelmq_str from_yaml(const yaml_char_t *text)
{
    return otelmq_str_from((const char *)text);
}

static bool fail(reader *to, uint32_t line, otelmq_status status, const char *what)
{
    otelmq_config_error(to->problems, line, status, "%s.", what);
    return false;
}

static bool fail_for_memory(reader *to, uint32_t line)
{
    return fail(to, line, OTELMQ_ERROR_NO_MEMORY, "there is not enough memory for this file");
}

static bool fail_for_parser(reader *to)
{
    const yaml_parser_t *parser = &to->parser;
    if (parser->error == YAML_MEMORY_ERROR) {
        return fail_for_memory(to, 0);
    }
    bool has_mark = parser->error != YAML_READER_ERROR;
    otelmq_config_error(to->problems, has_mark ? (uint32_t)parser->problem_mark.line + 1 : 0,
                        OTELMQ_ERROR_MALFORMED, "this is not YAML: %s%s%s.",
                        parser->context != NULL ? parser->context : "",
                        parser->context != NULL ? ", " : "",
                        parser->problem != NULL ? parser->problem : "unknown error");
    return false;
}

/* Adds to the innermost open node what is complete, or opened: its weight follows later. */
static bool attach(reader *to, const otelmq_config_node *node, uint32_t line)
{
    if (to->depth == 0) {
        return true;
    }
    open_node *parent = &to->stack[to->depth - 1];
    otelmq_config_entry *entry = otelmq_config_memory_take(to->memory, sizeof(*entry));
    if (entry == NULL) {
        return fail_for_memory(to, line);
    }
    entry->node = node;
    entry->key = parent->key;
    entry->line = parent->has_key ? parent->key_line : line;
    if (parent->node->last != NULL) {
        parent->node->last->next = entry;
    } else {
        parent->node->first = entry;
    }
    parent->node->last = entry;
    parent->node->count++;
    parent->has_key = false;
    parent->key = (otelmq_str){0};
    return true;
}

/* Counts a complete node in the one around it. */
static bool count(reader *to, const otelmq_config_node *node, uint32_t line)
{
    if (to->depth == 0) {
        return true;
    }
    otelmq_config_node *parent = to->stack[to->depth - 1].node;
    parent->weight += node->weight;
    parent->height = node->height >= parent->height ? node->height + 1 : parent->height;
    if (parent->weight > OTELMQ_CONFIG_NODES_MAX) {
        return fail(to, line, OTELMQ_ERROR_LIMIT,
                    "the file has more than 10000 values, with its aliases written out");
    }
    if (to->depth + node->height > OTELMQ_CONFIG_DEPTH_MAX) {
        return fail(to, line, OTELMQ_ERROR_LIMIT, "the file is nested more than 32 levels deep");
    }
    return true;
}

/* A name that comes again means the newer node from there on. */
static bool add_anchor(reader *to, const yaml_char_t *name, const otelmq_config_node *node,
                       bool is_open)
{
    if (name == NULL) {
        return true;
    }
    otelmq_str copy = otelmq_config_memory_copy(to->memory, from_yaml(name));
    if (to->anchor_count == OTELMQ_CONFIG_ANCHORS_MAX) {
        return fail(to, node->line, OTELMQ_ERROR_LIMIT, "the file has more than 256 anchors");
    }
    if (copy.data == NULL) {
        return fail_for_memory(to, node->line);
    }
    to->anchors[to->anchor_count++] = (anchor){copy, node, is_open};
    return true;
}

static otelmq_config_node *make_node(reader *to, otelmq_config_type type, uint32_t line)
{
    otelmq_config_node *node = otelmq_config_memory_take(to->memory, sizeof(*node));
    if (node == NULL) {
        (void)fail_for_memory(to, line);
        return NULL;
    }
    node->type = type;
    node->line = line;
    node->weight = 1;
    node->height = 1;
    if (to->root == NULL) {
        to->root = node;
    }
    return node;
}

static bool has_tag(const yaml_char_t *tag, const char *name)
{
    return tag != NULL && strcmp((const char *)tag, name) == 0;
}

/* The type that its tag says, or its look. A tag can only make a string of something else. */
static bool resolve(reader *to, otelmq_config_node *node, const yaml_event_t *event)
{
    const yaml_char_t *tag = event->data.scalar.tag;
    bool is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (has_tag(tag, YAML_STR_TAG) || has_tag(tag, "!") || (tag == NULL && !is_plain)) {
        node->type = OTELMQ_CONFIG_STRING;
        return true;
    }
    node->type = otelmq_config_resolve(node->text, &node->value);
    static const struct {
        const char *tag;
        otelmq_config_type type;
    } tags[] = {
        {YAML_NULL_TAG, OTELMQ_CONFIG_NULL},
        {YAML_BOOL_TAG, OTELMQ_CONFIG_BOOL},
        {YAML_INT_TAG, OTELMQ_CONFIG_INT},
        {YAML_FLOAT_TAG, OTELMQ_CONFIG_DOUBLE},
    };
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]) && tag != NULL; i++) {
        if (has_tag(tag, tags[i].tag) && node->type == tags[i].type) {
            return true;
        }
    }
    return tag == NULL || fail(to, node->line, OTELMQ_ERROR_MALFORMED,
                               "the value does not have the type that its tag says");
}

static bool fill_in(reader *to, otelmq_config_node *node, otelmq_str text)
{
    otelmq_buffer filled;
    otelmq_str wrong = {0};
    otelmq_buffer_init(&filled);
    otelmq_status status = otelmq_config_substitute(text, &filled, &wrong);
    if (status == OTELMQ_OK) {
        node->text = otelmq_config_memory_copy(to->memory, otelmq_buffer_str(&filled));
        status = node->text.data != NULL ? OTELMQ_OK : OTELMQ_ERROR_NO_MEMORY;
    }
    otelmq_buffer_clean(&filled);
    if (status == OTELMQ_ERROR_MALFORMED) {
        /* Not the whole of it, because a default may be a secret. */
        size_t shown = strcspn(wrong.data, ":}");
        otelmq_config_error(to->problems, node->line, status,
                            "\"%.*s...\" is not a reference to an environment variable such as "
                            "${NAME}, ${env:NAME} or ${NAME:-default}; \"$$\" stands for a dollar "
                            "sign.",
                            shown < 64 ? (int)shown : 64, wrong.data);
    } else if (status != OTELMQ_OK) {
        return fail_for_memory(to, node->line);
    }
    return status == OTELMQ_OK;
}

static bool take_key(reader *to, const yaml_event_t *event)
{
    open_node *map = &to->stack[to->depth - 1];
    otelmq_str key = otelmq_config_memory_copy(
        to->memory, otelmq_str_from_bytes(event->data.scalar.value, event->data.scalar.length));
    if (key.data == NULL) {
        return fail_for_memory(to, line_of(event));
    }
    if (memchr(key.data, '\0', key.len) != NULL) {
        return fail(to, line_of(event), OTELMQ_ERROR_MALFORMED, "a key has a NUL in it");
    }
    const otelmq_config_entry *earlier = otelmq_config_find(map->node, key.data);
    if (earlier != NULL) {
        otelmq_config_error(to->problems, line_of(event), OTELMQ_ERROR_MALFORMED,
                            "the key \"%.64s\" stands in line %u already.", key.data,
                            (unsigned)earlier->line);
        return false;
    }
    map->key = key;
    map->key_line = line_of(event);
    map->has_key = true;
    return true;
}

static bool wants_key(const reader *to)
{
    const open_node *inner = to->depth > 0 ? &to->stack[to->depth - 1] : NULL;
    return inner != NULL && inner->node->type == OTELMQ_CONFIG_MAP && !inner->has_key;
}

static bool take_scalar(reader *to, const yaml_event_t *event)
{
    if (wants_key(to)) {
        return take_key(to, event);
    }
    uint32_t line = line_of(event);
    otelmq_config_node *node = make_node(to, OTELMQ_CONFIG_STRING, line);
    otelmq_str text = otelmq_str_from_bytes(event->data.scalar.value, event->data.scalar.length);
    if (node == NULL || !fill_in(to, node, text) || !resolve(to, node, event)) {
        return false;
    }
    if (memchr(node->text.data, '\0', node->text.len) != NULL) {
        return fail(to, line, OTELMQ_ERROR_MALFORMED, "a value has a NUL in it");
    }
    return add_anchor(to, event->data.scalar.anchor, node, false) && attach(to, node, line) &&
           count(to, node, line);
}

static bool open_collection(reader *to, otelmq_config_type type, const yaml_char_t *name,
                            uint32_t line)
{
    if (wants_key(to)) {
        return fail(to, line, OTELMQ_ERROR_MALFORMED, "a map or a list cannot be a key");
    }
    if (to->depth == OTELMQ_CONFIG_DEPTH_MAX) {
        return fail(to, line, OTELMQ_ERROR_LIMIT, "the file is nested more than 32 levels deep");
    }
    otelmq_config_node *node = make_node(to, type, line);
    if (node == NULL || !add_anchor(to, name, node, true) || !attach(to, node, line)) {
        return false;
    }
    to->stack[to->depth++] = (open_node){.node = node};
    return true;
}

static bool close_collection(reader *to)
{
    const otelmq_config_node *node = to->stack[--to->depth].node;
    for (size_t i = 0; i < to->anchor_count; i++) {
        to->anchors[i].is_open = to->anchors[i].is_open && to->anchors[i].node != node;
    }
    return count(to, node, node->line);
}

static bool take_alias(reader *to, const yaml_event_t *event)
{
    uint32_t line = line_of(event);
    otelmq_str name = from_yaml(event->data.alias.anchor);
    if (wants_key(to)) {
        return fail(to, line, OTELMQ_ERROR_MALFORMED, "an alias cannot be a key");
    }
    for (size_t i = to->anchor_count; i > 0; i--) {
        const anchor *found = &to->anchors[i - 1];
        if (otelmq_str_equal(found->name, name)) {
            return found->is_open ? fail(to, line, OTELMQ_ERROR_MALFORMED,
                                         "an alias stands inside of its own anchor")
                                  : attach(to, found->node, line) && count(to, found->node, line);
        }
    }
    otelmq_config_error(to->problems, line, OTELMQ_ERROR_MALFORMED,
                        "there is no anchor \"&%.64s\" before this alias.", name.data);
    return false;
}

static bool take_document(reader *to, const yaml_event_t *event)
{
    to->documents++;
    return to->documents == 1 || fail(to, line_of(event), OTELMQ_ERROR_MALFORMED,
                                      "the file has a second document; one is expected");
}

static bool take_event(reader *to, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return take_scalar(to, event);
    case YAML_SEQUENCE_START_EVENT:
        return open_collection(to, OTELMQ_CONFIG_LIST, event->data.sequence_start.anchor,
                               line_of(event));
    case YAML_MAPPING_START_EVENT:
        return open_collection(to, OTELMQ_CONFIG_MAP, event->data.mapping_start.anchor,
                               line_of(event));
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_collection(to);
    case YAML_ALIAS_EVENT:
        return take_alias(to, event);
    case YAML_DOCUMENT_START_EVENT:
        return take_document(to, event);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        break;
    }
    return true;
}

static bool read_events(reader *to)
{
    bool is_at_end = false;
    while (!is_at_end) {
        yaml_event_t event;
        if (yaml_parser_parse(&to->parser, &event) == 0) {
            return fail_for_parser(to);
        }
        is_at_end = event.type == YAML_STREAM_END_EVENT;
        bool is_good = take_event(to, &event);
        yaml_event_delete(&event);
        if (!is_good) {
            return false;
        }
    }
    return true;
}

const otelmq_config_node *otelmq_config_read(otelmq_str text, otelmq_config_memory *memory,
                                             otelmq_config_problems *problems)
{
    reader to = {.memory = memory, .problems = problems};
    if (text.len > OTELMQ_CONFIG_FILE_MAX) {
        (void)fail(&to, 0, OTELMQ_ERROR_LIMIT, "the file is longer than 1 MiB");
        return NULL;
    }
    if (yaml_parser_initialize(&to.parser) == 0) {
        (void)fail_for_memory(&to, 0);
        return NULL;
    }
    yaml_parser_set_input_string(&to.parser, (const unsigned char *)text.data, text.len);
    bool is_good = read_events(&to);
    yaml_parser_delete(&to.parser);
    if (is_good && to.root == NULL) {
        is_good = fail(&to, 0, OTELMQ_ERROR_MALFORMED, "the file is empty");
    }
    return is_good ? to.root : NULL;
}
