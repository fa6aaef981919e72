/* SPDX-License-Identifier: Apache-2.0 */
#include "context/tracestate_header.h"

#include "base/refcount.h"
#include "base/text.h"
#include "base/unconst.h"

#include <stdint.h>
#include <stdlib.h>

enum {
    MEMBERS_MAX = 32,
    KEY_MAX = 256,
    VALUE_MAX = 256,
    TEXT_MAX = MEMBERS_MAX * (KEY_MAX + 1 + VALUE_MAX + 1) - 1,
    LONG_MEMBER = 128, /* members longer than this are the first to go */
};

/*
 * Kept as the text that is injected again, because most tracestates only travel: reading a member
 * searches the text, and changing one writes a new text.
 */
struct otelmq_tracestate {
    otelmq_refcount refcount;
    size_t len;
    size_t member_count;
    char text[];
};

/* What a character may stand in. */
enum { VALUE = 1, KEY = 2, KEY_START = 4 };

/* The sum of these for each character from the space to the tilde. */
static const char CLASSES[] = "1111111111310313" /* !"#$%&'()*+,-./ */
                              "7777777777111011" /* 0123456789:;<=>? */
                              "3111111111111111" /* @ABCDEFGHIJKLMNO */
                              "1111111111111113" /* PQRSTUVWXYZ[\]^_ */
                              "1777777777777777" /* `abcdefghijklmno */
                              "777777777771111"; /* pqrstuvwxyz{|}~ */

static bool is_in_class(char byte, unsigned class)
{
    size_t at = (unsigned char)byte - (size_t)' ';
    return at < sizeof(CLASSES) - 1 && ((unsigned)(CLASSES[at] - '0') & class) != 0;
}

/* How many bytes of this class text begins with. */
static size_t span(otelmq_str text, unsigned class)
{
    size_t len = 0;
    while (len < text.len && is_in_class(text.data[len], class)) {
        len++;
    }
    return len;
}

static bool is_key(otelmq_str key)
{
    return key.len > 0 && key.len <= KEY_MAX && is_in_class(key.data[0], KEY_START) &&
           span(key, KEY) == key.len;
}

static bool is_value(otelmq_str value)
{
    return value.len > 0 && value.len <= VALUE_MAX && value.data[value.len - 1] != ' ' &&
           span(value, VALUE) == value.len;
}

static otelmq_str take_member(otelmq_str *rest)
{
    return otelmq_take_until(rest, ',');
}

static otelmq_str key_of(otelmq_str member)
{
    return (otelmq_str){member.data, span(member, KEY)};
}

static bool is_member(otelmq_str member)
{
    size_t key_len = key_of(member).len;
    return key_len > 0 && key_len <= KEY_MAX && is_in_class(member.data[0], KEY_START) &&
           key_len < member.len && member.data[key_len] == '=' &&
           is_value((otelmq_str){member.data + key_len + 1, member.len - key_len - 1});
}

static otelmq_tracestate *create(size_t capacity)
{
    otelmq_tracestate *tracestate = malloc(sizeof(*tracestate) + capacity);
    if (tracestate != NULL) {
        otelmq_refcount_init(&tracestate->refcount);
        tracestate->len = 0;
        tracestate->member_count = 0;
    }
    return tracestate;
}

static void append(otelmq_tracestate *tracestate, otelmq_str text)
{
    memcpy(tracestate->text + tracestate->len, text.data, text.len);
    tracestate->len += text.len;
}

static void append_member(otelmq_tracestate *tracestate, otelmq_str member)
{
    if (tracestate->member_count > 0) {
        append(tracestate, OTELMQ_STR(","));
    }
    append(tracestate, member);
    tracestate->member_count++;
}

/* The end of making one: an empty tracestate is no object but NULL. */
static otelmq_status finish(otelmq_tracestate *tracestate, const otelmq_tracestate **result)
{
    if (tracestate->member_count == 0) {
        free(tracestate);
        tracestate = NULL;
    }
    *result = tracestate;
    return OTELMQ_OK;
}

static bool append_members(otelmq_tracestate *tracestate, otelmq_str text)
{
    while (text.len > 0) {
        otelmq_str member = otelmq_trim(take_member(&text));
        if (member.len == 0) {
            continue;
        }
        if (tracestate->member_count == MEMBERS_MAX || !is_member(member)) {
            return false;
        }
        append_member(tracestate, member);
    }
    return true;
}

/* Room for all of values, and never more than the longest tracestate that is well formed. */
static size_t capacity_for(const otelmq_str values[], size_t count)
{
    size_t capacity = 0;
    for (size_t i = 0; i < count; i++) {
        if (values[i].len >= TEXT_MAX - capacity) {
            return TEXT_MAX;
        }
        capacity += values[i].len + 1;
    }
    return capacity;
}

otelmq_status otelmq_tracestate_parse_headers(const otelmq_str values[], size_t count,
                                              const otelmq_tracestate **result)
{
    otelmq_tracestate *tracestate = create(capacity_for(values, count));
    if (tracestate == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        if (!append_members(tracestate, values[i])) {
            free(tracestate);
            return OTELMQ_ERROR_MALFORMED;
        }
    }
    return finish(tracestate, result);
}

otelmq_status otelmq_tracestate_parse(otelmq_str text, const otelmq_tracestate **tracestate)
{
    return otelmq_tracestate_parse_headers(&text, 1, tracestate);
}

otelmq_str otelmq_tracestate_text(const otelmq_tracestate *tracestate)
{
    if (tracestate == NULL) {
        return (otelmq_str){0};
    }
    return (otelmq_str){tracestate->text, tracestate->len};
}

otelmq_str otelmq_tracestate_get(const otelmq_tracestate *tracestate, otelmq_str key)
{
    otelmq_str rest = otelmq_tracestate_text(tracestate);
    while (rest.len > 0) {
        otelmq_str member = take_member(&rest);
        if (otelmq_str_equal(key_of(member), key)) {
            return (otelmq_str){member.data + key.len + 1, member.len - key.len - 1};
        }
    }
    return (otelmq_str){0};
}

static void append_others(otelmq_tracestate *result, otelmq_str rest, otelmq_str key)
{
    while (rest.len > 0 && result->member_count < MEMBERS_MAX) {
        otelmq_str member = take_member(&rest);
        if (!otelmq_str_equal(key_of(member), key)) {
            append_member(result, member);
        }
    }
}

otelmq_status otelmq_tracestate_with(const otelmq_tracestate *tracestate, otelmq_str key,
                                     otelmq_str value, const otelmq_tracestate **result)
{
    if (!is_key(key) || !is_value(value)) {
        return OTELMQ_ERROR_MALFORMED;
    }
    otelmq_str text = otelmq_tracestate_text(tracestate);
    otelmq_tracestate *changed = create(key.len + 1 + value.len + 1 + text.len);
    if (changed == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    append_member(changed, key);
    append(changed, OTELMQ_STR("="));
    append(changed, value);
    append_others(changed, text, key);
    return finish(changed, result);
}

otelmq_status otelmq_tracestate_without(const otelmq_tracestate *tracestate, otelmq_str key,
                                        const otelmq_tracestate **result)
{
    otelmq_str text = otelmq_tracestate_text(tracestate);
    otelmq_tracestate *changed = create(text.len);
    if (changed == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    append_others(changed, text, key);
    return finish(changed, result);
}

const otelmq_tracestate *otelmq_tracestate_retain(const otelmq_tracestate *tracestate)
{
    if (tracestate != NULL) {
        otelmq_tracestate *counted = otelmq_unconst(tracestate);
        otelmq_refcount_retain(&counted->refcount);
    }
    return tracestate;
}

void otelmq_tracestate_release(const otelmq_tracestate *tracestate)
{
    otelmq_tracestate *counted = otelmq_unconst(tracestate);
    if (counted != NULL && otelmq_refcount_release(&counted->refcount)) {
        free(counted);
    }
}

/* The members of a tracestate that is being shortened; a removed one is empty. */
typedef struct {
    otelmq_str members[MEMBERS_MAX];
    size_t count;
    size_t len; /* of the joined text */
} member_list;

static member_list list_members(const otelmq_tracestate *tracestate)
{
    member_list list = {.len = tracestate->len};
    otelmq_str rest = otelmq_tracestate_text(tracestate);
    while (rest.len > 0) {
        list.members[list.count++] = take_member(&rest);
    }
    return list;
}

/* Removes members longer than min_len from the end, until the rest is short enough. */
static void remove_longer_than(member_list *list, size_t min_len)
{
    for (size_t i = list->count; i-- > 0 && list->len > OTELMQ_TRACESTATE_INJECT_MAX;) {
        otelmq_str *member = &list->members[i];
        if (member->len > min_len) {
            size_t removed = member->len + 1;
            list->len = list->len > removed ? list->len - removed : 0;
            member->len = 0;
        }
    }
}

otelmq_str otelmq_tracestate_shorten(const otelmq_tracestate *tracestate,
                                     char out[OTELMQ_TRACESTATE_INJECT_MAX])
{
    member_list list = list_members(tracestate);
    remove_longer_than(&list, LONG_MEMBER);
    remove_longer_than(&list, 0);
    size_t len = 0;
    for (size_t i = 0; i < list.count; i++) {
        if (list.members[i].len > 0) {
            if (len > 0) {
                out[len++] = ',';
            }
            memcpy(out + len, list.members[i].data, list.members[i].len);
            len += list.members[i].len;
        }
    }
    return (otelmq_str){out, len};
}
