/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/amqp_rpc.h>
#include <otelmq/diagnostics.h>

#include "amqp/properties.h"
#include "amqp/publish/publish_any.h"

static amqp_bytes_t reply_to_of(const amqp_basic_properties_t *properties)
{
    bool is_set = (properties->_flags & AMQP_BASIC_REPLY_TO_FLAG) != 0;
    return is_set ? properties->reply_to : amqp_empty_bytes;
}

/* Clients that wait by message id send no correlation id, and know the reply by their own. */
static amqp_bytes_t correlation_id_of(const amqp_basic_properties_t *properties)
{
    amqp_flags_t flags = properties->_flags;
    if ((flags & AMQP_BASIC_CORRELATION_ID_FLAG) != 0 && properties->correlation_id.len > 0) {
        return properties->correlation_id;
    }
    return (flags & AMQP_BASIC_MESSAGE_ID_FLAG) != 0 ? properties->message_id : amqp_empty_bytes;
}

static amqp_basic_properties_t address(const amqp_basic_properties_t *properties,
                                       amqp_bytes_t correlation_id)
{
    amqp_basic_properties_t reply;
    memset(&reply, 0, sizeof(reply));
    if (properties != NULL) {
        reply = *properties;
    }
    if (correlation_id.len > 0) {
        reply._flags |= AMQP_BASIC_CORRELATION_ID_FLAG;
        reply.correlation_id = correlation_id;
    }
    return reply;
}

int otelmq_amqp_reply(otelmq_amqp_connection *connection, amqp_channel_t channel,
                      const amqp_envelope_t *request, const amqp_basic_properties_t *properties,
                      amqp_bytes_t body)
{
    if (connection == NULL || request == NULL) {
        return AMQP_STATUS_INVALID_PARAMETER;
    }
    amqp_bytes_t queue = reply_to_of(&request->message.properties);
    if (queue.len == 0) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "otelmq_amqp_reply was given a request that wants no reply: it "
                                  "has no reply_to.");
        return AMQP_STATUS_INVALID_PARAMETER;
    }
    amqp_basic_properties_t reply =
        address(properties, correlation_id_of(&request->message.properties));
    return otelmq_amqp_publish_reply(connection, channel, queue, &reply, body);
}
