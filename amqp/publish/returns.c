/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/publish/returns.h"

#include <otelmq/amqp_frames.h>

#include "amqp/connection_state.h"
#include "amqp/errors.h"
#include "amqp/frames/extract.h"
#include "amqp/publish/call.h"
#include "amqp/publish/settlement.h"

/* What is known of the message that came back. */
typedef struct {
    uint32_t destination_hash;
    otelmq_span_id span_id; /* all zero: its headers have none */
} message_identity;

static bool is_same_id(const otelmq_span_id *a, const otelmq_span_id *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

static bool matches(const otelmq_amqp_published *published, const message_identity *identity)
{
    if (published->is_settled || !published->is_mandatory || published->reply_code != 0 ||
        published->destination_hash != identity->destination_hash) {
        return false;
    }
    return !otelmq_span_id_is_valid(published->span_id) ||
           !otelmq_span_id_is_valid(identity->span_id) ||
           is_same_id(&published->span_id, &identity->span_id);
}

static otelmq_amqp_published *search(otelmq_amqp_channel *channel, uint64_t begin, uint64_t end,
                                     const message_identity *identity)
{
    for (uint64_t tag = begin; tag < end; tag++) {
        otelmq_amqp_published *published = otelmq_amqp_unsettled_at(&channel->unsettled, tag);
        if (matches(published, identity)) {
            channel->after_returned = tag + 1;
            return published;
        }
    }
    return NULL;
}

/* Messages come back in the order in which they were published: the next one is near the last. */
static otelmq_amqp_published *find(otelmq_amqp_channel *channel, const message_identity *identity)
{
    const otelmq_amqp_unsettled *unsettled = &channel->unsettled;
    uint64_t begin =
        channel->after_returned > unsettled->oldest ? channel->after_returned : unsettled->oldest;
    otelmq_amqp_published *found = search(channel, begin, unsettled->next, identity);
    return found != NULL ? found : search(channel, unsettled->oldest, begin, identity);
}

/* A child of the message's creation context, because the publish span cannot tell it any more. */
static void record_span(otelmq_amqp_connection *connection, const amqp_basic_return_t *method,
                        const amqp_basic_properties_t *properties,
                        const otelmq_span_context *creation, const otelmq_amqp_error *error)
{
    otelmq_amqp_publishing message = {
        .exchange = method->exchange, .routing_key = method->routing_key, .properties = properties};
    otelmq_amqp_described described;
    otelmq_amqp_describe(&described, connection, &message, "return");
    bool is_known = otelmq_span_context_is_valid(creation);
    otelmq_link link = {.span_context = *creation};
    otelmq_span *span =
        otelmq_messaging_return_start(connection->client, &described.operation,
                                      is_known ? creation : NULL, &link, is_known ? 1 : 0);
    otelmq_messaging_operation_end(span, error->type, error->description);
}

/* Whether a span of its publish was still open to tell it. */
static bool tell_publish(otelmq_amqp_connection *connection, amqp_channel_t number,
                         const amqp_basic_return_t *method, const message_identity *identity,
                         const otelmq_amqp_error *error)
{
    otelmq_amqp_channel *channel = otelmq_amqp_channels_find(connection, number);
    otelmq_amqp_published *published = channel != NULL ? find(channel, identity) : NULL;
    if (published == NULL) {
        return false;
    }
    bool has_span = published->batch != NULL || (published->span != NULL && !published->is_over);
    otelmq_amqp_settle_returned(connection, channel, published, method->reply_code, error->type,
                                error->description);
    return has_span;
}

void otelmq_amqp_returned(otelmq_amqp_connection *connection, amqp_channel_t number,
                          const amqp_basic_return_t *method,
                          const amqp_basic_properties_t *properties)
{
    const otelmq_context *context =
        otelmq_amqp_extract_under(connection, otelmq_context_root(), properties);
    const otelmq_span_context *creation = otelmq_context_span_context(context);
    message_identity identity = {
        otelmq_amqp_destination_hash(method->exchange, method->routing_key), creation->span_id};
    otelmq_amqp_error error = otelmq_amqp_error_from_code(method->reply_code, method->reply_text);
    if (!tell_publish(connection, number, method, &identity, &error) &&
        !otelmq_messaging_is_off(connection->client)) {
        record_span(connection, method, properties, creation, &error);
    }
    otelmq_context_release(context);
}

void otelmq_amqp_message_returned(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                  const amqp_method_t *method, const amqp_message_t *message)
{
    if (connection == NULL || method == NULL || method->id != AMQP_BASIC_RETURN_METHOD ||
        message == NULL) {
        return;
    }
    otelmq_amqp_returned(connection, channel, method->decoded, &message->properties);
}
