/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/run/identity.h"

#include "amqp/connection_state.h"
#include "amqp/frames/extract.h"
#include "amqp/properties.h"
#include "amqp/run/digest.h"
#include "amqp/text.h"

/* Ten short strings, a time, two numbers and the flags. */
enum { ENCODED_SIZE = 4096 };

/* What quorum queues count, which is not the same the next time. */
static bool changes_with_delivery(amqp_bytes_t key)
{
    otelmq_str name = otelmq_amqp_str(key);
    return otelmq_str_equal(name, OTELMQ_STR("x-delivery-count")) ||
           otelmq_str_equal(name, OTELMQ_STR("x-acquired-count"));
}

static bool add_headers(otelmq_amqp_digest *digest, const amqp_basic_properties_t *properties)
{
    const amqp_table_t *headers = otelmq_amqp_properties_headers(properties);
    const amqp_table_t none = {0, NULL};
    return otelmq_amqp_digest_add_table(digest, headers != NULL ? headers : &none,
                                        changes_with_delivery);
}

/*
 * The library's own encoding names each property that is set. Not whether there are headers: a
 * redelivery may be the first with one.
 */
static bool add_properties(otelmq_amqp_digest *digest, const amqp_basic_properties_t *properties)
{
    uint8_t encoded[ENCODED_SIZE];
    amqp_basic_properties_t plain = *properties;
    plain._flags &= ~(amqp_flags_t)AMQP_BASIC_HEADERS_FLAG;
    int len =
        amqp_encode_properties(AMQP_BASIC_CLASS, &plain, (amqp_bytes_t){sizeof(encoded), encoded});
    if (len < 0) {
        return false;
    }
    otelmq_amqp_digest_add_bytes(digest, (amqp_bytes_t){(size_t)len, encoded});
    return add_headers(digest, properties);
}

static bool has_creation_context(const otelmq_amqp_connection *connection,
                                 const amqp_basic_properties_t *properties)
{
    const otelmq_context *own =
        otelmq_amqp_extract_under(connection, otelmq_context_root(), properties);
    bool is_valid = otelmq_span_context_is_valid(otelmq_context_span_context(own));
    otelmq_context_release(own);
    return is_valid;
}

bool otelmq_amqp_identify(const otelmq_amqp_connection *connection, amqp_bytes_t queue,
                          const amqp_envelope_t *envelope, const otelmq_amqp_identity *seed,
                          otelmq_amqp_identity *identity)
{
    const amqp_basic_properties_t *properties = &envelope->message.properties;
    if (otelmq_str_is_empty(otelmq_amqp_properties_message_id(properties)) &&
        !has_creation_context(connection, properties)) {
        return false;
    }
    otelmq_amqp_digest digest = {seed->high, seed->low};
    otelmq_amqp_digest_add_bytes(&digest, queue);
    otelmq_amqp_digest_add_bytes(&digest, envelope->exchange);
    otelmq_amqp_digest_add_bytes(&digest, envelope->routing_key);
    if (!add_properties(&digest, properties)) {
        return false;
    }
    otelmq_amqp_digest_add_bytes(&digest, envelope->message.body);
    *identity = (otelmq_amqp_identity){digest.high, digest.low};
    return true;
}

static bool has_same_context(const otelmq_amqp_connection *connection,
                             const amqp_basic_properties_t *a, const amqp_basic_properties_t *b)
{
    const otelmq_context *root = otelmq_context_root();
    const otelmq_context *of_a = otelmq_amqp_extract_under(connection, root, a);
    const otelmq_context *of_b = otelmq_amqp_extract_under(connection, root, b);
    const otelmq_span_context *context = otelmq_context_span_context(of_a);
    bool is_same = otelmq_span_context_is_valid(context) &&
                   otelmq_span_context_is_same_span(context, otelmq_context_span_context(of_b));
    otelmq_context_release(of_a);
    otelmq_context_release(of_b);
    return is_same;
}

bool otelmq_amqp_is_same_message(const otelmq_amqp_connection *connection,
                                 const amqp_basic_properties_t *a, const amqp_basic_properties_t *b)
{
    otelmq_str id = otelmq_amqp_properties_message_id(a);
    bool has_same_id =
        !otelmq_str_is_empty(id) && otelmq_str_equal(id, otelmq_amqp_properties_message_id(b));
    return has_same_id || has_same_context(connection, a, b);
}
