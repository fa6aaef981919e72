/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp_failure.h"

#include <stdio.h>

static amqp_failure with_text(int code, amqp_bytes_t text)
{
    amqp_failure failure = {.code = code};
    snprintf(failure.text, sizeof(failure.text), "%.*s", (int)text.len, (const char *)text.bytes);
    return failure;
}

amqp_failure amqp_failure_from_status(int status)
{
    return with_text(0, amqp_cstring_bytes(amqp_error_string2(status)));
}

amqp_failure amqp_failure_from_close(amqp_method_t method)
{
    if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
        const amqp_connection_close_t *close = method.decoded;
        return with_text(close->reply_code, close->reply_text);
    }
    if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
        const amqp_channel_close_t *close = method.decoded;
        return with_text(close->reply_code, close->reply_text);
    }
    return with_text(0, amqp_cstring_bytes(amqp_method_name(method.id)));
}

amqp_failure amqp_failure_from_reply(amqp_rpc_reply_t reply)
{
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) {
        return amqp_failure_from_close(reply.reply);
    }
    return amqp_failure_from_status(reply.library_error);
}

bool amqp_failure_is_refusal(const amqp_failure *failure)
{
    return failure->code == AMQP_ACCESS_REFUSED || failure->code == AMQP_NOT_ALLOWED;
}
