/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failures of librabbitmq as error.type, which is of low cardinality: a closed list of names. Any
 * thread. The names:
 *
 *     what the broker answered        reply-success, content-too-large, no-route, no-consumers,
 *     (AMQP's reply codes)            connection-forced, invalid-path, access-refused, not-found,
 *                                     resource-locked, precondition-failed, frame-error,
 *                                     syntax-error, command-invalid, channel-error,
 *                                     unexpected-frame, resource-error, not-allowed,
 *                                     not-implemented, internal-error
 *     what librabbitmq says itself    no-memory, amqp:decode-error, unknown-class, unknown-method,
 *                                     hostname-resolution-failed, incompatible-amqp-version,
 *                                     connection-closed, bad-url, socket-error, invalid-parameter,
 *                                     table-too-big, wrong-method, timeout, timer-failure,
 *                                     heartbeat-timeout, unexpected-state, socket-closed,
 *                                     socket-in-use, unsupported-sasl-method, unsupported,
 *                                     tcp-error, tcp-init-error, ssl-error, ssl-hostname-mismatch,
 *                                     ssl-peer-untrusted, ssl-connection-failed, ssl-engine-failed
 *     anything else                   _OTHER
 */
#ifndef OTELMQ_AMQP_ERRORS_H
#define OTELMQ_AMQP_ERRORS_H

#include <otelmq/rabbitmq.h>

enum { OTELMQ_AMQP_ERROR_DESCRIPTION_SIZE = 256 };

/* Plain data. */
typedef struct {
    const char *type; /* static; NULL: no error */
    char description[OTELMQ_AMQP_ERROR_DESCRIPTION_SIZE];
} otelmq_amqp_error;

/* Of a call that returns amqp_status_enum. */
otelmq_amqp_error otelmq_amqp_error_from_status(int status);

/*
 * Of a call that returns a reply. The broker's own text is taken over only for the codes in whose
 * texts RabbitMQ names no user.
 */
otelmq_amqp_error otelmq_amqp_error_from_reply(const amqp_rpc_reply_t *reply);

#endif
