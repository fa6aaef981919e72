/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of the messages of one channel since otelmq_amqp_wait_confirms last told. Of a
 * program that never asks the newest are kept, a million at most; that others go is reported.
 */
#ifndef OTELMQ_AMQP_OUTCOMES_H
#define OTELMQ_AMQP_OUTCOMES_H

#include <otelmq/amqp_confirms.h>

/* {0} is an empty one. */
typedef struct {
    otelmq_amqp_confirm *items;
    size_t count;
    size_t capacity;
    bool is_told; /* the items were given out, and go with the next that is added */
} otelmq_amqp_outcomes;

void otelmq_amqp_outcomes_clean(otelmq_amqp_outcomes *outcomes);

/* Without memory it is lost, and that is reported. */
void otelmq_amqp_outcomes_add(otelmq_amqp_outcomes *outcomes, otelmq_amqp_confirm confirm);

/* Forgets what was told. */
void otelmq_amqp_outcomes_forget_told(otelmq_amqp_outcomes *outcomes);

/* Gives out what there is. */
otelmq_amqp_confirms otelmq_amqp_outcomes_tell(otelmq_amqp_outcomes *outcomes, size_t pending);

#endif
