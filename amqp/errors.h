/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failures of librabbitmq as error.type, which is of low cardinality: AMQP's reply codes and
 * librabbitmq's statuses by name. docs/rabbitmq.md lists them all. Any thread.
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

/* Of a reply code that the broker sent with text. */
otelmq_amqp_error otelmq_amqp_error_from_code(int code, amqp_bytes_t text);

/* The reply of a call that the library itself fails with status. */
amqp_rpc_reply_t otelmq_amqp_library_error(int status);

#endif
