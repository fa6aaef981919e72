/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two lanes of multiply and rotate. Tables and arrays nest as deeply as the sender likes, so the
 * way down is kept on a stack of our own, and has an end.
 */
#include "amqp/run/digest.h"

#include <string.h>

enum { MAX_LEVELS = 32 };

/* Odd numbers whose bits look random: the fractions of the golden ratio and of the root of 3. */
static const uint64_t HIGH_FACTOR = 0x9E3779B97F4A7C15U;
static const uint64_t LOW_FACTOR = 0xBB67AE8584CAA73BU;

/* The rest of one table or array: exactly one of entries and values is not NULL. */
typedef struct {
    const amqp_table_entry_t *entries;
    const amqp_field_value_t *values;
    int left;
} level;

typedef struct {
    otelmq_amqp_digest *digest;
    size_t depth;
    level levels[MAX_LEVELS];
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

static bool enter(walk *self, level inner)
{
    otelmq_amqp_digest_add_number(self->digest, (uint64_t)inner.left);
    if (inner.left <= 0) {
        return true;
    }
    if (self->depth == MAX_LEVELS) {
        return false;
    }
    self->levels[self->depth++] = inner;
    return true;
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
        return enter(self, (level){.values = value->value.array.entries,
                                   .left = value->value.array.num_entries});
    case AMQP_FIELD_KIND_TABLE:
        return enter(self, (level){.entries = value->value.table.entries,
                                   .left = value->value.table.num_entries});
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

/* One more value; a level is left before its last value may enter the next one. */
static bool step(walk *self)
{
    level *top = &self->levels[self->depth - 1];
    const amqp_table_entry_t *entry = top->entries;
    const amqp_field_value_t *value = entry != NULL ? &entry->value : top->values;
    if (entry != NULL) {
        top->entries++;
        otelmq_amqp_digest_add_bytes(self->digest, entry->key);
    } else {
        top->values++;
    }
    if (--top->left == 0) {
        self->depth--;
    }
    return add_value(self, value);
}

static bool add_entry(otelmq_amqp_digest *digest, const amqp_table_entry_t *entry)
{
    walk self;
    self.digest = digest;
    self.depth = 0;
    otelmq_amqp_digest_add_bytes(digest, entry->key);
    bool is_added = add_value(&self, &entry->value);
    while (is_added && self.depth > 0) {
        is_added = step(&self);
    }
    return is_added;
}

bool otelmq_amqp_digest_add_table(otelmq_amqp_digest *digest, const amqp_table_t *table,
                                  bool (*is_left_out)(amqp_bytes_t key))
{
    const otelmq_amqp_digest seed = *digest;
    otelmq_amqp_digest sum = {0, 0};
    for (int i = 0; i < table->num_entries; i++) {
        otelmq_amqp_digest one = seed;
        if (is_left_out(table->entries[i].key)) {
            continue;
        }
        if (!add_entry(&one, &table->entries[i])) {
            return false;
        }
        sum.high += scatter(one.high);
        sum.low += scatter(one.low);
    }
    otelmq_amqp_digest_add_number(digest, sum.high);
    otelmq_amqp_digest_add_number(digest, sum.low);
    return true;
}
