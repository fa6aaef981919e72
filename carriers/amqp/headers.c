/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of the values that are set lies in blocks that never move, because entries point into
 * them. The first is inside the structure; each later one begins with a pointer to the one before:
 *
 *     headers->text --> [previous|bytes...] --> [previous|bytes...] --> own_text
 */
#include <otelmq/amqp_carrier.h>

#include "table.h"
#include "table_size.h"

#include <stdlib.h>

/* AMQP's short strings; librabbitmq writes a longer key without an error and corrupts the table. */
enum { MAX_KEY_LEN = 255, ROOM_FOR_OURS = 8 };

typedef struct {
    char *previous;
    char bytes[];
} text_block;

static text_block *block_of(char *text)
{
    return (text_block *)(void *)(text - offsetof(text_block, bytes));
}

static bool grow_entries(otelmq_amqp_headers *headers, size_t capacity)
{
    amqp_table_entry_t *entries = calloc(capacity, sizeof(*entries));
    if (entries == NULL) {
        return false;
    }
    size_t count = (size_t)headers->table.num_entries;
    memcpy(entries, headers->table.entries, count * sizeof(*entries));
    if (headers->table.entries != headers->own_entries) {
        free(headers->table.entries);
    }
    headers->table.entries = entries;
    headers->capacity = capacity;
    return true;
}

static bool reserve_entry(otelmq_amqp_headers *headers)
{
    return (size_t)headers->table.num_entries < headers->capacity ||
           grow_entries(headers, headers->capacity * 2);
}

static bool reserve_text(otelmq_amqp_headers *headers, size_t len)
{
    if (len <= headers->text_capacity - headers->text_len) {
        return true;
    }
    size_t capacity = len > OTELMQ_AMQP_HEADERS_TEXT ? len : OTELMQ_AMQP_HEADERS_TEXT;
    text_block *block = malloc(sizeof(*block) + capacity);
    if (block == NULL) {
        return false;
    }
    block->previous = headers->text;
    headers->text = block->bytes;
    headers->text_len = 0;
    headers->text_capacity = capacity;
    return true;
}

/* Room for it was reserved before. */
static amqp_bytes_t add_text(otelmq_amqp_headers *headers, otelmq_str str)
{
    char *copy = headers->text + headers->text_len;
    if (str.len > 0) {
        memcpy(copy, str.data, str.len);
    }
    headers->text_len += str.len;
    return (amqp_bytes_t){str.len, copy};
}

static void remove_key(otelmq_amqp_headers *headers, otelmq_str key)
{
    int kept = 0;
    for (int i = 0; i < headers->table.num_entries; i++) {
        if (otelmq_amqp_entry_has_key(&headers->table.entries[i], key)) {
            continue;
        }
        if (kept < i) {
            headers->table.entries[kept] = headers->table.entries[i];
        }
        kept++;
    }
    headers->table.num_entries = kept;
}

static otelmq_status check_lengths(otelmq_str key, otelmq_str value)
{
    if (key.len == 0) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    bool fits = key.len <= MAX_KEY_LEN && value.len <= UINT32_MAX - MAX_KEY_LEN;
    return fits ? OTELMQ_OK : OTELMQ_ERROR_LIMIT;
}

static otelmq_str get(const void *self, const char *key)
{
    const otelmq_amqp_headers *headers = self;
    return otelmq_amqp_table_get(&headers->table, key);
}

/* Everything that can fail comes first, so that a failure leaves the headers as they were. */
static otelmq_status set(void *self, const char *key, otelmq_str value)
{
    otelmq_amqp_headers *headers = self;
    otelmq_str name = otelmq_str_from(key);
    otelmq_status status = check_lengths(name, value);
    if (status != OTELMQ_OK) {
        return status;
    }
    if (!reserve_entry(headers) || !reserve_text(headers, name.len + value.len)) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    remove_key(headers, name);
    amqp_table_entry_t *entry = &headers->table.entries[headers->table.num_entries++];
    memset(entry, 0, sizeof(*entry));
    entry->key = add_text(headers, name);
    entry->value.kind = AMQP_FIELD_KIND_UTF8;
    entry->value.value.bytes = add_text(headers, value);
    return OTELMQ_OK;
}

static otelmq_str key_at(const void *self, size_t index)
{
    const otelmq_amqp_headers *headers = self;
    return otelmq_amqp_table_key_at(&headers->table, index);
}

static const otelmq_carrier_ops headers_ops = {.get = get, .set = set, .key_at = key_at};

otelmq_status otelmq_amqp_headers_init(otelmq_amqp_headers *headers, const amqp_table_t *table)
{
    headers->table = (amqp_table_t){0, headers->own_entries};
    headers->capacity = OTELMQ_AMQP_HEADERS_ENTRIES;
    headers->text_len = 0;
    headers->text_capacity = OTELMQ_AMQP_HEADERS_TEXT;
    headers->text = headers->own_text;
    size_t count = otelmq_amqp_table_count(table);
    if (count > headers->capacity && !grow_entries(headers, count + ROOM_FOR_OURS)) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    if (count > 0) {
        memcpy(headers->table.entries, table->entries, count * sizeof(*table->entries));
        headers->table.num_entries = table->num_entries;
    }
    return OTELMQ_OK;
}

void otelmq_amqp_headers_remove(otelmq_amqp_headers *headers, const char *key)
{
    remove_key(headers, otelmq_str_from(key));
}

size_t otelmq_amqp_headers_encoded_size(const otelmq_amqp_headers *headers)
{
    return otelmq_amqp_table_size(&headers->table, INT32_MAX);
}

otelmq_carrier otelmq_amqp_headers_carrier(otelmq_amqp_headers *headers)
{
    return (otelmq_carrier){&headers_ops, headers};
}

void otelmq_amqp_headers_clean(otelmq_amqp_headers *headers)
{
    if (headers->table.entries != headers->own_entries) {
        free(headers->table.entries);
    }
    while (headers->text != headers->own_text) {
        text_block *block = block_of(headers->text);
        headers->text = block->previous;
        free(block);
    }
    headers->table = (amqp_table_t){0, headers->own_entries};
    headers->capacity = OTELMQ_AMQP_HEADERS_ENTRIES;
    headers->text_len = 0;
    headers->text_capacity = OTELMQ_AMQP_HEADERS_TEXT;
}
