/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/amqp_frames.h>

#include "amqp/connection_state.h"
#include "amqp/frames/held.h"
#include "amqp/frames/read.h"

int otelmq_amqp_simple_wait_frame(otelmq_amqp_connection *connection, amqp_frame_t *frame)
{
    return otelmq_amqp_simple_wait_frame_noblock(connection, frame, NULL);
}

int otelmq_amqp_simple_wait_frame_noblock(otelmq_amqp_connection *connection, amqp_frame_t *frame,
                                          const struct timeval *timeout)
{
    bool is_negative = timeout != NULL && (timeout->tv_sec < 0 || timeout->tv_usec < 0);
    if (connection == NULL || frame == NULL || is_negative) {
        return AMQP_STATUS_INVALID_PARAMETER;
    }
    otelmq_amqp_deliveries_expire(connection);
    if (otelmq_amqp_held_take_frame(connection, frame)) {
        return AMQP_STATUS_OK;
    }
    return otelmq_amqp_read_any_frame(connection, frame, timeout);
}
