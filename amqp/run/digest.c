/* SPDX-License-Identifier: Apache-2.0 */
/* Two lanes of multiply and rotate. */
#include "amqp/run/digest.h"

#include <string.h>

#include "carriers/amqp/table_levels.h"

/* Odd numbers whose bits look random: the fractions of the golden ratio and of the root of 3. */
static const uint64_t HIGH_FACTOR = 0x9E3779B97F4A7C15U;
static const uint64_t LOW_FACTOR = 0xBB67AE8584CAA73BU;

typedef struct {
    otelmq_amqp_digest *digest;
    otelmq_amqp_table_levels levels;
} walk;

static uint64_t rotate(uint64_t number, unsigned bits)
{
    return number << bits | number >> (64 - bits);
}

static uint64_t scatter(uint64_t number)
{
    number = (number ^ number >> 32) * HIGH_FACTOR;
    number = (number ^ number >> 29) * LOW_FACTOR;
    return number ^ number >> 32;
}

void otelmq_amqp_digest_add_number(otelmq_amqp_digest *digest, uint64_t number)
{
    uint64_t high = (rotate(digest->high, 27) ^ number) * HIGH_FACTOR;
    uint64_t low = (rotate(digest->low, 31) + number) * LOW_FACTOR;
    digest->high = high ^ low >> 32;
    digest->low = low ^ high >> 29;
}

/*
 * Each lane takes every other word, so that neither waits for the other; what follows mixes them.
 * Returns how many bytes are left at the end, less than a pair.
 */
static size_t add_pairs(otelmq_amqp_digest *digest, amqp_bytes_t bytes)
{
    const char *rest = bytes.bytes;
    size_t left = bytes.len;
    otelmq_amqp_digest lanes = *digest;
    uint64_t pair[2];
    for (; left >= sizeof(pair); left -= sizeof(pair)) {
        memcpy(pair, rest, sizeof(pair));
        lanes.high = (rotate(lanes.high, 27) ^ pair[0]) * HIGH_FACTOR;
        lanes.low = (rotate(lanes.low, 31) + pair[1]) * LOW_FACTOR;
        rest += sizeof(pair);
    }
    *digest = lanes;
    return left;
}

void otelmq_amqp_digest_add_bytes(otelmq_amqp_digest *digest, amqp_bytes_t bytes)
{
    uint64_t pair[2] = {0, 0};
    otelmq_amqp_digest_add_number(digest, bytes.len);
    size_t left = add_pairs(digest, bytes);
    if (left > 0) {
        memcpy(pair, (const char *)bytes.bytes + (bytes.len - left), left);
    }
    otelmq_amqp_digest_add_number(digest, pair[0]);
    otelmq_amqp_digest_add_number(digest, pair[1]);
}

static bool enter_array(walk *self, const amqp_array_t *array)
{
    otelmq_amqp_digest_add_number(self->digest, (uint64_t)array->num_entries);
    return otelmq_amqp_table_levels_enter_array(&self->levels, array);
}

static bool enter_table(walk *self, const amqp_table_t *table)
{
    otelmq_amqp_digest_add_number(self->digest, (uint64_t)table->num_entries);
    return otelmq_amqp_table_levels_enter_table(&self->levels, table);
}

static bool add_integer(walk *self, int64_t number)
{
    otelmq_amqp_digest_add_number(self->digest, AMQP_FIELD_KIND_I64);
    otelmq_amqp_digest_add_number(self->digest, (uint64_t)number);
    return true;
}

static bool add_real(walk *self, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof(bits));
    otelmq_amqp_digest_add_number(self->digest, AMQP_FIELD_KIND_F64);
    otelmq_amqp_digest_add_number(self->digest, bits);
    return true;
}

/* What is neither an integer nor a fraction; the kind is part of it. */
static bool add_other(walk *self, const amqp_field_value_t *value)
{
    otelmq_amqp_digest *digest = self->digest;
    otelmq_amqp_digest_add_number(digest, value->kind);
    switch (value->kind) {
    case AMQP_FIELD_KIND_VOID:
        return true;
    case AMQP_FIELD_KIND_BOOLEAN:
        otelmq_amqp_digest_add_number(digest, value->value.boolean != 0);
        return true;
    case AMQP_FIELD_KIND_TIMESTAMP:
        otelmq_amqp_digest_add_number(digest, value->value.u64);
        return true;
    case AMQP_FIELD_KIND_DECIMAL:
        otelmq_amqp_digest_add_number(digest, value->value.decimal.decimals);
        otelmq_amqp_digest_add_number(digest, value->value.decimal.value);
        return true;
    case AMQP_FIELD_KIND_UTF8:
    case AMQP_FIELD_KIND_BYTES:
        otelmq_amqp_digest_add_bytes(digest, value->value.bytes);
        return true;
    case AMQP_FIELD_KIND_ARRAY:
        return enter_array(self, &value->value.array);
    case AMQP_FIELD_KIND_TABLE:
        return enter_table(self, &value->value.table);
    default:
        return false;
    }
}

static bool add_value(walk *self, const amqp_field_value_t *value)
{
    switch (value->kind) {
    case AMQP_FIELD_KIND_I8:
        return add_integer(self, value->value.i8);
    case AMQP_FIELD_KIND_U8:
        return add_integer(self, value->value.u8);
    case AMQP_FIELD_KIND_I16:
        return add_integer(self, value->value.i16);
    case AMQP_FIELD_KIND_U16:
        return add_integer(self, value->value.u16);
    case AMQP_FIELD_KIND_I32:
        return add_integer(self, value->value.i32);
    case AMQP_FIELD_KIND_U32:
        return add_integer(self, value->value.u32);
    case AMQP_FIELD_KIND_I64:
    case AMQP_FIELD_KIND_U64:
        return add_integer(self, value->value.i64);
    case AMQP_FIELD_KIND_F32:
        return add_real(self, (double)value->value.f32);
    case AMQP_FIELD_KIND_F64:
        return add_real(self, value->value.f64);
    default:
        return add_other(self, value);
    }
}

static bool add_entry(walk *self, const amqp_table_entry_t *entry)
{
    const amqp_bytes_t *key = &entry->key;
    const amqp_field_value_t *value = &entry->value;
    for (; value != NULL; value = otelmq_amqp_table_levels_next(&self->levels, &key)) {
        if (key != NULL) {
            otelmq_amqp_digest_add_bytes(self->digest, *key);
        }
        if (!add_value(self, value)) {
            return false;
        }
    }
    return true;
}

bool otelmq_amqp_digest_add_table(otelmq_amqp_digest *digest, const amqp_table_t *table,
                                  bool (*is_left_out)(amqp_bytes_t key))
{
    otelmq_amqp_digest one;
    otelmq_amqp_digest sum = {0, 0};
    bool is_added = true;
    walk self;
    self.digest = &one;
    otelmq_amqp_table_levels_init(&self.levels);
    for (int i = 0; i < table->num_entries && is_added; i++) {
        if (is_left_out(table->entries[i].key)) {
            continue;
        }
        one = *digest;
        is_added = add_entry(&self, &table->entries[i]);
        sum.high += scatter(one.high);
        sum.low += scatter(one.low);
    }
    otelmq_amqp_table_levels_clean(&self.levels);
    otelmq_amqp_digest_add_number(digest, sum.high);
    otelmq_amqp_digest_add_number(digest, sum.low);
    return is_added;
}
