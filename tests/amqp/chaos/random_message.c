/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/chaos/random_message.h"

#include "support/test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { MAX_DEPTH = 6, MAX_SHORT_LEN = 255, FEW = 8, MANY = 300, FRAME = AMQP_DEFAULT_FRAME_SIZE };

/* Every kind that librabbitmq writes. */
static const char kinds[] = "tbBsuiIlLfdDTVSxAF";

typedef struct {
    uint64_t state;
    amqp_pool_t *pool;
} source;

/* SplitMix64. */
static uint64_t next(source *from)
{
    from->state += 0x9e3779b97f4a7c15U;
    uint64_t z = from->state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static size_t below(source *from, size_t limit)
{
    return (size_t)(next(from) % limit);
}

static bool one_in(source *from, size_t count)
{
    return below(from, count) == 0;
}

static void *take(source *from, size_t size)
{
    void *memory = amqp_pool_alloc(from->pool, size);
    assert_non_null(memory);
    return memory;
}

static amqp_bytes_t any_bytes(source *from, size_t len)
{
    uint8_t *bytes = take(from, len + 1);
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (uint8_t)next(from);
    }
    return (amqp_bytes_t){len, bytes};
}

/* Mostly short ones, and now and then the longest. */
static size_t any_short_len(source *from)
{
    return one_in(from, 20) ? MAX_SHORT_LEN : below(from, 24);
}

static amqp_bytes_t any_text(source *from, size_t len)
{
    amqp_bytes_t text = any_bytes(from, len);
    for (size_t i = 0; i < len; i++) {
        ((uint8_t *)text.bytes)[i] = (uint8_t)(' ' + below(from, '~' - ' '));
    }
    return text;
}

/* Only eight names for short ones, so that some come twice. RabbitMQ acts on none of them. */
static amqp_bytes_t any_key(source *from)
{
    amqp_bytes_t key = any_text(from, one_in(from, 2) ? 1 : 1 + below(from, MAX_SHORT_LEN));
    *(char *)key.bytes = (char)('k' + below(from, FEW));
    return key;
}

static amqp_field_value_t any_value(source *from, int depth);

static amqp_array_t any_array(source *from, int depth)
{
    amqp_array_t array = {(int)below(from, 4), NULL};
    array.entries = take(from, ((size_t)array.num_entries + 1) * sizeof(*array.entries));
    for (int i = 0; i < array.num_entries; i++) {
        array.entries[i] = any_value(from, depth + 1);
    }
    return array;
}

static amqp_table_t any_table(source *from, size_t count, int depth)
{
    amqp_table_t table = {(int)count, take(from, (count + 1) * sizeof(*table.entries))};
    for (size_t i = 0; i < count; i++) {
        table.entries[i] = (amqp_table_entry_t){any_key(from), any_value(from, depth + 1)};
    }
    return table;
}

static amqp_field_value_t any_nested(source *from, int depth)
{
    amqp_field_value_t value;
    memset(&value, 0, sizeof(value));
    value.kind = one_in(from, 2) ? AMQP_FIELD_KIND_TABLE : AMQP_FIELD_KIND_ARRAY;
    if (value.kind == AMQP_FIELD_KIND_TABLE) {
        value.value.table = any_table(from, depth < MAX_DEPTH ? below(from, 4) : 0, depth);
    } else if (depth < MAX_DEPTH) {
        value.value.array = any_array(from, depth);
    }
    return value;
}

/* Finite, because Erlang has no other numbers. */
static double any_real(source *from)
{
    return (double)(int64_t)next(from) / 1024;
}

static amqp_field_value_t any_value(source *from, int depth)
{
    amqp_field_value_t value;
    memset(&value, 0, sizeof(value));
    value.kind = (uint8_t)kinds[below(from, sizeof(kinds) - 1)];
    switch (value.kind) {
    case AMQP_FIELD_KIND_TABLE:
    case AMQP_FIELD_KIND_ARRAY:
        return any_nested(from, depth);
    case AMQP_FIELD_KIND_UTF8:
    case AMQP_FIELD_KIND_BYTES:
        value.value.bytes = any_bytes(from, one_in(from, 50) ? below(from, 2000) : below(from, 40));
        break;
    case AMQP_FIELD_KIND_BOOLEAN:
        value.value.boolean = one_in(from, 2);
        break;
    case AMQP_FIELD_KIND_F32:
        value.value.f32 = (float)any_real(from);
        break;
    case AMQP_FIELD_KIND_F64:
        value.value.f64 = any_real(from);
        break;
    case AMQP_FIELD_KIND_DECIMAL:
        value.value.decimal = (amqp_decimal_t){(uint8_t)next(from), (uint32_t)next(from)};
        break;
    default:
        value.value.u64 = next(from);
        break;
    }
    return value;
}

static size_t encoded_size(amqp_table_t *table)
{
    static char room[2 * RANDOM_MESSAGE_MAX_HEADERS];
    size_t size = 0;
    int status = amqp_encode_table((amqp_bytes_t){sizeof(room), room}, table, &size);
    return status == AMQP_STATUS_OK ? size : sizeof(room);
}

/* At most as many as fit into a frame with ours. */
static amqp_table_t any_headers(source *from)
{
    size_t count = one_in(from, 100) ? below(from, MANY) : below(from, FEW);
    amqp_table_t headers = any_table(from, count, 0);
    while (encoded_size(&headers) > RANDOM_MESSAGE_MAX_HEADERS) {
        headers.num_entries /= 2;
    }
    return headers;
}

static amqp_bytes_t any_body(source *from, bool may_be_huge)
{
    static char bytes[2 * RANDOM_MESSAGE_MAX_BODY];
    if (bytes[0] == '\0') {
        source fixed = {.state = 1};
        for (size_t i = 0; i < sizeof(bytes); i++) {
            bytes[i] = (char)(next(&fixed) | 1);
        }
    }
    size_t len = one_in(from, 10) ? 0 : below(from, 300);
    if (may_be_huge) {
        len = RANDOM_MESSAGE_MAX_BODY;
    } else if (one_in(from, 500)) {
        len = below(from, 4 * FRAME);
    } else if (one_in(from, 500)) {
        /* Around the most that one frame holds: 7 bytes before it and 1 after it. */
        len = FRAME - 8 - 2 + below(from, 5);
    }
    return (amqp_bytes_t){len, bytes + below(from, RANDOM_MESSAGE_MAX_BODY)};
}

/* RabbitMQ wants the name of the user who publishes, and a time that is a number. */
static void fill_in(amqp_basic_properties_t *properties, source *from)
{
    amqp_bytes_t *texts[] = {&properties->content_type,   &properties->content_encoding,
                             &properties->correlation_id, &properties->reply_to,
                             &properties->message_id,     &properties->type,
                             &properties->app_id,         &properties->cluster_id};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        *texts[i] = any_text(from, any_short_len(from));
    }
    properties->user_id = amqp_cstring_bytes("guest");
    properties->expiration = amqp_cstring_bytes("3600000");
    properties->delivery_mode =
        one_in(from, 2) ? AMQP_DELIVERY_PERSISTENT : AMQP_DELIVERY_NONPERSISTENT;
    properties->priority = (uint8_t)next(from);
    properties->timestamp = next(from);
    properties->headers = any_headers(from);
}

void random_message_init(random_message *self, uint64_t seed, bool may_be_huge)
{
    enum { ALL_PROPERTIES = 0xfffc };
    source from = {.state = seed, .pool = &self->pool};
    memset(&self->properties, 0, sizeof(self->properties));
    init_amqp_pool(&self->pool, 4096);
    fill_in(&self->properties, &from);
    self->properties._flags = (amqp_flags_t)next(&from) & ALL_PROPERTIES;
    self->body = any_body(&from, may_be_huge);
}

void random_message_clean(random_message *self)
{
    empty_amqp_pool(&self->pool);
}

uint64_t random_message_choose_seed(void)
{
    uint64_t seed = 0;
    const char *wanted = getenv("OTELMQ_TEST_SEED");
    if (wanted != NULL) {
        return strtoull(wanted, NULL, 10);
    }
    assert_int_equal(getrandom(&seed, sizeof(seed), 0), sizeof(seed));
    return seed;
}
