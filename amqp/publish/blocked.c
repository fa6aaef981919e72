/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/publish/blocked.h"

#include "amqp/connection_state.h"
#include "amqp/text.h"
#include "base/utf8.h"

void otelmq_amqp_blocked_begin(otelmq_amqp_connection *connection, amqp_bytes_t reason)
{
    otelmq_amqp_blocked *blocked = &connection->blocked;
    otelmq_str text = otelmq_amqp_str(reason);
    size_t max = sizeof(blocked->reason) - 1;
    size_t len = text.len < max ? text.len : max;
    blocked->is_blocked = true;
    if (len > 0) {
        memcpy(blocked->reason, text.data, len);
    }
    blocked->reason[len] = '\0';
    otelmq_attribute attribute = otelmq_attribute_string("reason", text);
    otelmq_amqp_channels_add_event(connection, "connection.blocked", &attribute,
                                   otelmq_utf8_is_valid(text) ? 1 : 0);
}

void otelmq_amqp_blocked_end(otelmq_amqp_connection *connection)
{
    connection->blocked.is_blocked = false;
    otelmq_amqp_channels_add_event(connection, "connection.unblocked", NULL, 0);
}

const char *otelmq_amqp_connection_blocked(const otelmq_amqp_connection *connection)
{
    return connection != NULL && connection->blocked.is_blocked ? connection->blocked.reason : NULL;
}
