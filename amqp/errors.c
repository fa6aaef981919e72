/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/errors.h"

#include <stdbool.h>
#include <string.h>

typedef struct {
    int code;
    const char *type;
} error_name;

/* Reply codes are positive, statuses negative: one table holds both. */
static const error_name error_names[] = {
    {AMQP_REPLY_SUCCESS, "reply-success"},
    {AMQP_CONTENT_TOO_LARGE, "content-too-large"},
    {AMQP_NO_ROUTE, "no-route"},
    {AMQP_NO_CONSUMERS, "no-consumers"},
    {AMQP_CONNECTION_FORCED, "connection-forced"},
    {AMQP_INVALID_PATH, "invalid-path"},
    {AMQP_ACCESS_REFUSED, "access-refused"},
    {AMQP_NOT_FOUND, "not-found"},
    {AMQP_RESOURCE_LOCKED, "resource-locked"},
    {AMQP_PRECONDITION_FAILED, "precondition-failed"},
    {AMQP_FRAME_ERROR, "frame-error"},
    {AMQP_SYNTAX_ERROR, "syntax-error"},
    {AMQP_COMMAND_INVALID, "command-invalid"},
    {AMQP_CHANNEL_ERROR, "channel-error"},
    {AMQP_UNEXPECTED_FRAME, "unexpected-frame"},
    {AMQP_RESOURCE_ERROR, "resource-error"},
    {AMQP_NOT_ALLOWED, "not-allowed"},
    {AMQP_NOT_IMPLEMENTED, "not-implemented"},
    {AMQP_INTERNAL_ERROR, "internal-error"},
    {AMQP_STATUS_NO_MEMORY, "no-memory"},
    {AMQP_STATUS_BAD_AMQP_DATA, "amqp:decode-error"},
    {AMQP_STATUS_UNKNOWN_CLASS, "unknown-class"},
    {AMQP_STATUS_UNKNOWN_METHOD, "unknown-method"},
    {AMQP_STATUS_HOSTNAME_RESOLUTION_FAILED, "hostname-resolution-failed"},
    {AMQP_STATUS_INCOMPATIBLE_AMQP_VERSION, "incompatible-amqp-version"},
    {AMQP_STATUS_CONNECTION_CLOSED, "connection-closed"},
    {AMQP_STATUS_BAD_URL, "bad-url"},
    {AMQP_STATUS_SOCKET_ERROR, "socket-error"},
    {AMQP_STATUS_INVALID_PARAMETER, "invalid-parameter"},
    {AMQP_STATUS_TABLE_TOO_BIG, "table-too-big"},
    {AMQP_STATUS_WRONG_METHOD, "wrong-method"},
    {AMQP_STATUS_TIMEOUT, "timeout"},
    {AMQP_STATUS_TIMER_FAILURE, "timer-failure"},
    {AMQP_STATUS_HEARTBEAT_TIMEOUT, "heartbeat-timeout"},
    {AMQP_STATUS_UNEXPECTED_STATE, "unexpected-state"},
    {AMQP_STATUS_SOCKET_CLOSED, "socket-closed"},
    {AMQP_STATUS_SOCKET_INUSE, "socket-in-use"},
    {AMQP_STATUS_BROKER_UNSUPPORTED_SASL_METHOD, "unsupported-sasl-method"},
    {AMQP_STATUS_UNSUPPORTED, "unsupported"},
    {AMQP_STATUS_TCP_ERROR, "tcp-error"},
    {AMQP_STATUS_TCP_SOCKETLIB_INIT_ERROR, "tcp-init-error"},
    {AMQP_STATUS_SSL_ERROR, "ssl-error"},
    {AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED, "ssl-hostname-mismatch"},
    {AMQP_STATUS_SSL_PEER_VERIFY_FAILED, "ssl-peer-untrusted"},
    {AMQP_STATUS_SSL_CONNECTION_FAILED, "ssl-connection-failed"},
    {AMQP_STATUS_SSL_SET_ENGINE_FAILED, "ssl-engine-failed"},
};

static const char *type_of(int code)
{
    for (size_t i = 0; i < sizeof(error_names) / sizeof(error_names[0]); i++) {
        if (error_names[i].code == code) {
            return error_names[i].type;
        }
    }
    return "_OTHER";
}

static void describe(otelmq_amqp_error *error, const void *text, size_t len)
{
    size_t max = sizeof(error->description) - 1;
    size_t copied = len < max ? len : max;
    if (copied > 0) {
        memcpy(error->description, text, copied);
    }
    error->description[copied] = '\0';
}

/*
 * "no queue 'orders' in vhost '/'" helps; texts of other codes can hold the name of a user, as in
 * "access to vhost '/' refused for user 'guest'", and a span is no place for credentials.
 */
static bool has_harmless_text(int code)
{
    return code == AMQP_NOT_FOUND || code == AMQP_RESOURCE_LOCKED;
}

static otelmq_amqp_error closed_by_broker(int code, amqp_bytes_t text)
{
    otelmq_amqp_error error = {.type = type_of(code)};
    if (has_harmless_text(code)) {
        describe(&error, text.bytes, text.len);
    }
    return error;
}

static otelmq_amqp_error broker_error(const amqp_method_t *method)
{
    if (method->id == AMQP_CHANNEL_CLOSE_METHOD) {
        const amqp_channel_close_t *close = method->decoded;
        return closed_by_broker(close->reply_code, close->reply_text);
    }
    if (method->id == AMQP_CONNECTION_CLOSE_METHOD) {
        const amqp_connection_close_t *close = method->decoded;
        return closed_by_broker(close->reply_code, close->reply_text);
    }
    return (otelmq_amqp_error){.type = "_OTHER"};
}

otelmq_amqp_error otelmq_amqp_error_from_status(int status)
{
    otelmq_amqp_error error = {.type = NULL};
    if (status < 0) {
        const char *text = amqp_error_string2(status);
        error.type = type_of(status);
        describe(&error, text, strlen(text));
    }
    return error;
}

otelmq_amqp_error otelmq_amqp_error_from_reply(const amqp_rpc_reply_t *reply)
{
    switch (reply->reply_type) {
    case AMQP_RESPONSE_NORMAL:
        return (otelmq_amqp_error){.type = NULL};
    case AMQP_RESPONSE_LIBRARY_EXCEPTION:
        return otelmq_amqp_error_from_status(reply->library_error);
    case AMQP_RESPONSE_SERVER_EXCEPTION:
        return broker_error(&reply->reply);
    case AMQP_RESPONSE_NONE:
    default:
        return otelmq_amqp_error_from_status(AMQP_STATUS_CONNECTION_CLOSED);
    }
}

otelmq_amqp_error otelmq_amqp_error_from_code(int code, amqp_bytes_t text)
{
    otelmq_amqp_error error = {.type = type_of(code)};
    describe(&error, text.bytes, text.len);
    return error;
}

amqp_rpc_reply_t otelmq_amqp_library_error(int status)
{
    return (amqp_rpc_reply_t){.reply_type = AMQP_RESPONSE_LIBRARY_EXCEPTION,
                              .library_error = status};
}
