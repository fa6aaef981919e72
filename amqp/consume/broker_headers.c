/* SPDX-License-Identifier: Apache-2.0 */
/*
 * x-death is an array with one table for each pair of queue and reason, the latest first:
 *
 *     x-death: [{queue: "retry", reason: "expired", count: 2, ...}, {queue: "orders", ...}]
 */
#include "amqp/consume/broker_headers.h"

#include "amqp/text.h"

typedef enum {
    DEATHS,
    FIRST_DEATH_QUEUE,
    FIRST_DEATH_REASON,
    DELIVERY_COUNT,
    STREAM_OFFSET,
    HEADER_COUNT,
} header;

/* NULL where there is none. */
typedef struct {
    const amqp_field_value_t *values[HEADER_COUNT];
} header_values;

enum { MAX_TEXT_LEN = 255 }; /* of the name of a queue */

static const struct {
    const char *name;
    size_t len;
} names[HEADER_COUNT] = {
    [DEATHS] = {"x-death", 7},
    [FIRST_DEATH_QUEUE] = {"x-first-death-queue", 19},
    [FIRST_DEATH_REASON] = {"x-first-death-reason", 20},
    [DELIVERY_COUNT] = {"x-delivery-count", 16},
    [STREAM_OFFSET] = {"x-stream-offset", 15},
};

static bool is_named(amqp_bytes_t key, const char *name, size_t len)
{
    return key.len == len && memcmp(key.bytes, name, len) == 0;
}

/* Of headers of one name the first counts, as everywhere. */
static void find_one(header_values *found, const amqp_table_entry_t *entry)
{
    for (size_t i = 0; i < HEADER_COUNT; i++) {
        if (found->values[i] == NULL && is_named(entry->key, names[i].name, names[i].len)) {
            found->values[i] = &entry->value;
        }
    }
}

static header_values find_all(const amqp_table_t *headers)
{
    header_values found = {.values = {NULL}};
    for (int i = 0; headers != NULL && i < headers->num_entries; i++) {
        const amqp_table_entry_t *entry = &headers->entries[i];
        if (entry->key.len > 2 && memcmp(entry->key.bytes, "x-", 2) == 0) {
            find_one(&found, entry);
        }
    }
    return found;
}

/* False for what is no number, or is none that an attribute holds. */
static bool read_int(const amqp_field_value_t *value, int64_t *number)
{
    switch (value->kind) {
    case AMQP_FIELD_KIND_I8:
        *number = value->value.i8;
        return true;
    case AMQP_FIELD_KIND_U8:
        *number = value->value.u8;
        return true;
    case AMQP_FIELD_KIND_I16:
        *number = value->value.i16;
        return true;
    case AMQP_FIELD_KIND_U16:
        *number = value->value.u16;
        return true;
    case AMQP_FIELD_KIND_I32:
        *number = value->value.i32;
        return true;
    case AMQP_FIELD_KIND_U32:
        *number = value->value.u32;
        return true;
    case AMQP_FIELD_KIND_I64:
        *number = value->value.i64;
        return true;
    case AMQP_FIELD_KIND_U64:
        *number = (int64_t)value->value.u64;
        return value->value.u64 <= INT64_MAX;
    default:
        return false;
    }
}

static bool read_count(const amqp_field_value_t *value, int64_t *count)
{
    return value != NULL && read_int(value, count) && *count >= 0;
}

/* How often the message died in this queue for this reason. */
static bool read_death(const amqp_field_value_t *death, int64_t *count)
{
    if (death->kind != AMQP_FIELD_KIND_TABLE) {
        return false;
    }
    const amqp_table_t *table = &death->value.table;
    for (int i = 0; i < table->num_entries; i++) {
        if (is_named(table->entries[i].key, "count", strlen("count"))) {
            return read_count(&table->entries[i].value, count);
        }
    }
    return false;
}

static void add_death_count(otelmq_amqp_attributes *attributes, const amqp_field_value_t *deaths)
{
    if (deaths == NULL || deaths->kind != AMQP_FIELD_KIND_ARRAY) {
        return;
    }
    int64_t sum = 0;
    int64_t count;
    for (int i = 0; i < deaths->value.array.num_entries; i++) {
        if (read_death(&deaths->value.array.entries[i], &count)) {
            sum = count < INT64_MAX - sum ? sum + count : INT64_MAX;
        }
    }
    if (sum > 0) {
        otelmq_amqp_attributes_add_int(attributes, "rabbitmq.message.death.count", sum);
    }
}

static void add_text(otelmq_amqp_attributes *attributes, const char *key,
                     const amqp_field_value_t *value)
{
    if (value != NULL &&
        (value->kind == AMQP_FIELD_KIND_UTF8 || value->kind == AMQP_FIELD_KIND_BYTES) &&
        value->value.bytes.len <= MAX_TEXT_LEN) {
        otelmq_amqp_attributes_add_string(attributes, key, otelmq_amqp_str(value->value.bytes));
    }
}

static void add_count(otelmq_amqp_attributes *attributes, const char *key,
                      const amqp_field_value_t *value)
{
    int64_t count;
    if (read_count(value, &count)) {
        otelmq_amqp_attributes_add_int(attributes, key, count);
    }
}

void otelmq_amqp_attributes_add_broker_headers(otelmq_amqp_attributes *attributes,
                                               const amqp_table_t *headers)
{
    header_values found = find_all(headers);
    add_death_count(attributes, found.values[DEATHS]);
    add_text(attributes, "rabbitmq.message.death.queue", found.values[FIRST_DEATH_QUEUE]);
    add_text(attributes, "rabbitmq.message.death.reason", found.values[FIRST_DEATH_REASON]);
    add_count(attributes, "rabbitmq.message.delivery_count", found.values[DELIVERY_COUNT]);
    add_count(attributes, "rabbitmq.stream.offset", found.values[STREAM_OFFSET]);
}
