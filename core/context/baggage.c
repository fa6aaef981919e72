/* SPDX-License-Identifier: Apache-2.0 */
#include "context/baggage_node.h"

#include "base/refcount.h"
#include "base/unconst.h"
#include "base/utf8.h"

#include <stdlib.h>

/*
 * One piece of memory, as it is never changed: the entries, and behind them the text that they
 * point to.
 */
struct otelmq_baggage {
    otelmq_refcount refcount;
    size_t count;
    bool has_other_keys; /* than tokens, perhaps */
    char *text_end;
    otelmq_baggage_entry entries[];
};

/* Whether each character from the space to the tilde may stand in a token. (RFC 7230, 3.2.6.) */
static const char TOKEN[] = "-y-yyyyy--yy-yy-" /* !"#$%&'()*+,-./ */
                            "yyyyyyyyyy------" /* 0123456789:;<=>? */
                            "-yyyyyyyyyyyyyyy" /* @ABCDEFGHIJKLMNO */
                            "yyyyyyyyyyy---yy" /* PQRSTUVWXYZ[\]^_ */
                            "yyyyyyyyyyyyyyyy" /* `abcdefghijklmno */
                            "yyyyyyyyyyy-y-y"; /* pqrstuvwxyz{|}~ */

static bool is_token_character(char byte)
{
    size_t at = (unsigned char)byte - (size_t)' ';
    return at < sizeof(TOKEN) - 1 && TOKEN[at] == 'y';
}

bool otelmq_baggage_is_key(otelmq_str key)
{
    for (size_t i = 0; i < key.len; i++) {
        if (!is_token_character(key.data[i])) {
            return false;
        }
    }
    return key.len > 0;
}

bool otelmq_baggage_is_metadata(otelmq_str metadata)
{
    for (size_t i = 0; i < metadata.len; i++) {
        char byte = metadata.data[i];
        bool is_visible = byte >= ' ' && byte <= '~' && byte != ',';
        if (!is_visible && byte != '\t') {
            return false;
        }
    }
    return true;
}

bool otelmq_baggage_has_other_keys(const otelmq_baggage *baggage)
{
    return baggage != NULL && baggage->has_other_keys;
}

static size_t text_len(otelmq_baggage_entry entry)
{
    return entry.key.len + entry.value.len + entry.metadata.len;
}

static size_t text_len_of_all(const otelmq_baggage_entry entries[], size_t count)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        len += text_len(entries[i]);
    }
    return len;
}

static size_t baggage_text_len(const otelmq_baggage *baggage)
{
    return baggage != NULL ? text_len_of_all(baggage->entries, baggage->count) : 0;
}

/* A baggage without entries, and with room for that many. */
static otelmq_baggage *create(size_t capacity, size_t text_capacity)
{
    otelmq_baggage *baggage =
        malloc(sizeof(*baggage) + capacity * sizeof(baggage->entries[0]) + text_capacity);
    if (baggage != NULL) {
        otelmq_refcount_init(&baggage->refcount);
        baggage->count = 0;
        baggage->has_other_keys = false;
        baggage->text_end = (char *)&baggage->entries[capacity];
    }
    return baggage;
}

static otelmq_str copy(otelmq_baggage *baggage, otelmq_str text)
{
    if (text.len == 0) {
        return (otelmq_str){0};
    }
    memcpy(baggage->text_end, text.data, text.len);
    otelmq_str copied = {baggage->text_end, text.len};
    baggage->text_end += text.len;
    return copied;
}

static void append(otelmq_baggage *baggage, otelmq_baggage_entry entry)
{
    baggage->entries[baggage->count++] = (otelmq_baggage_entry){
        .key = copy(baggage, entry.key),
        .value = copy(baggage, entry.value),
        .metadata = copy(baggage, entry.metadata),
    };
}

/* The end of making one: an empty baggage is no object but NULL. */
static otelmq_status finish(otelmq_baggage *baggage, const otelmq_baggage **result)
{
    if (baggage->count == 0) {
        free(baggage);
        baggage = NULL;
    }
    *result = baggage;
    return OTELMQ_OK;
}

const otelmq_baggage *otelmq_baggage_from_entries(const otelmq_baggage_entry entries[],
                                                  size_t count)
{
    otelmq_baggage *baggage = count > 0 ? create(count, text_len_of_all(entries, count)) : NULL;
    for (size_t i = 0; baggage != NULL && i < count; i++) {
        append(baggage, entries[i]);
    }
    return baggage;
}

static const otelmq_baggage_entry *find(const otelmq_baggage *baggage, otelmq_str key)
{
    for (size_t i = 0; i < otelmq_baggage_count(baggage); i++) {
        if (otelmq_str_equal(baggage->entries[i].key, key)) {
            return &baggage->entries[i];
        }
    }
    return NULL;
}

otelmq_str otelmq_baggage_get(const otelmq_baggage *baggage, const char *key)
{
    const otelmq_baggage_entry *entry = find(baggage, otelmq_str_from(key));
    return entry != NULL ? entry->value : (otelmq_str){0};
}

size_t otelmq_baggage_count(const otelmq_baggage *baggage)
{
    return baggage != NULL ? baggage->count : 0;
}

const otelmq_baggage_entry *otelmq_baggage_entries(const otelmq_baggage *baggage)
{
    return baggage != NULL ? baggage->entries : NULL;
}

otelmq_baggage_entry otelmq_baggage_entry_at(const otelmq_baggage *baggage, size_t index)
{
    if (index >= otelmq_baggage_count(baggage)) {
        return (otelmq_baggage_entry){0};
    }
    return baggage->entries[index];
}

otelmq_status otelmq_baggage_merge(const otelmq_baggage *under, const otelmq_baggage *over,
                                   const otelmq_baggage **result)
{
    otelmq_baggage *merged = create(otelmq_baggage_count(under) + otelmq_baggage_count(over),
                                    baggage_text_len(under) + baggage_text_len(over));
    if (merged == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    for (size_t i = 0; i < otelmq_baggage_count(under); i++) {
        const otelmq_baggage_entry *winner = find(over, under->entries[i].key);
        append(merged, winner != NULL ? *winner : under->entries[i]);
    }
    for (size_t i = 0; i < otelmq_baggage_count(over); i++) {
        if (find(under, over->entries[i].key) == NULL) {
            append(merged, over->entries[i]);
        }
    }
    merged->has_other_keys =
        otelmq_baggage_has_other_keys(under) || otelmq_baggage_has_other_keys(over);
    return finish(merged, result);
}

/* The same with a value that is UTF-8; what it points to is in repaired, if it is not in entry. */
static bool repair(otelmq_baggage_entry *entry, otelmq_buffer *repaired)
{
    if (otelmq_utf8_is_valid(entry->value)) {
        return true;
    }
    otelmq_utf8_add_valid(repaired, entry->value);
    entry->value = otelmq_buffer_str(repaired);
    return otelmq_buffer_is_complete(repaired);
}

static const otelmq_baggage *create_single(otelmq_baggage_entry entry)
{
    otelmq_buffer repaired;
    otelmq_buffer_init(&repaired);
    otelmq_baggage *single = repair(&entry, &repaired) ? create(1, text_len(entry)) : NULL;
    if (single != NULL) {
        append(single, entry);
        single->has_other_keys = !otelmq_baggage_is_key(entry.key);
    }
    otelmq_buffer_clean(&repaired);
    return single;
}

otelmq_status otelmq_baggage_with(const otelmq_baggage *baggage, otelmq_baggage_entry entry,
                                  const otelmq_baggage **result)
{
    if (entry.key.len == 0 || !otelmq_utf8_is_valid(entry.key) ||
        !otelmq_baggage_is_metadata(entry.metadata)) {
        return OTELMQ_ERROR_MALFORMED;
    }
    const otelmq_baggage *single = create_single(entry);
    if (single == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    otelmq_status status = otelmq_baggage_merge(baggage, single, result);
    otelmq_baggage_release(single);
    return status;
}

otelmq_status otelmq_baggage_without(const otelmq_baggage *baggage, const char *key,
                                     const otelmq_baggage **result)
{
    otelmq_baggage *rest = create(otelmq_baggage_count(baggage), baggage_text_len(baggage));
    if (rest == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    for (size_t i = 0; i < otelmq_baggage_count(baggage); i++) {
        if (!otelmq_str_equal(baggage->entries[i].key, otelmq_str_from(key))) {
            append(rest, baggage->entries[i]);
        }
    }
    rest->has_other_keys = otelmq_baggage_has_other_keys(baggage);
    return finish(rest, result);
}

const otelmq_baggage *otelmq_baggage_retain(const otelmq_baggage *baggage)
{
    if (baggage != NULL) {
        otelmq_baggage *counted = otelmq_unconst(baggage);
        otelmq_refcount_retain(&counted->refcount);
    }
    return baggage;
}

void otelmq_baggage_release(const otelmq_baggage *baggage)
{
    otelmq_baggage *counted = otelmq_unconst(baggage);
    if (counted != NULL && otelmq_refcount_release(&counted->refcount)) {
        free(counted);
    }
}
