/* SPDX-License-Identifier: Apache-2.0 */
/* Why a call to RabbitMQ failed, in words. */
#ifndef PIPELINE_AMQP_FAILURE_H
#define PIPELINE_AMQP_FAILURE_H

#include <otelmq/rabbitmq.h>

#include <stdbool.h>

enum { AMQP_FAILURE_TEXT_SIZE = 256 };

typedef struct {
    int code; /* the broker's, as 404; 0: the connection or the library failed */
    char text[AMQP_FAILURE_TEXT_SIZE];
} amqp_failure;

/* From the answer of a call; the reply's own memory is not needed any more. */
amqp_failure amqp_failure_from_reply(amqp_rpc_reply_t reply);

/* From an amqp_status_enum, of a call that answers so. */
amqp_failure amqp_failure_from_status(int status);

/* From a channel.close or connection.close that came by itself. */
amqp_failure amqp_failure_from_close(amqp_method_t method);

/* Whether a login failed for what stands in the URL: user, password, vhost. */
bool amqp_failure_is_refusal(const amqp_failure *failure);

#endif
