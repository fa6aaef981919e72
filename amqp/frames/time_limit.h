/* SPDX-License-Identifier: Apache-2.0 */
/*
 * librabbitmq's timeouts, for calls that wait more than once: each wait gets what is left of the
 * whole. Any thread.
 */
#ifndef OTELMQ_AMQP_TIME_LIMIT_H
#define OTELMQ_AMQP_TIME_LIMIT_H

#include "base/clock.h"

#include <stdbool.h>
#include <sys/time.h>

typedef struct {
    bool is_endless;
    otelmq_deadline deadline;
} otelmq_amqp_time_limit;

/* From now; timeout NULL: without end. A negative one is over at once. */
otelmq_amqp_time_limit otelmq_amqp_time_limit_from(const struct timeval *timeout);

/* The earlier one of limit and deadline. */
otelmq_amqp_time_limit otelmq_amqp_time_limit_at_most(otelmq_amqp_time_limit limit,
                                                      otelmq_deadline deadline);

bool otelmq_amqp_time_limit_has_passed(const otelmq_amqp_time_limit *limit);

/* As the library takes it: left, filled in, or NULL when it is endless. */
struct timeval *otelmq_amqp_time_limit_left(const otelmq_amqp_time_limit *limit,
                                            struct timeval *left);

#endif
