/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/publish/outcomes.h"

#include <otelmq/diagnostics.h>

#include <stdlib.h>

enum { FIRST_CAPACITY = 64, MAX_UNTOLD = 1 << 20 };

void otelmq_amqp_outcomes_clean(otelmq_amqp_outcomes *outcomes)
{
    free(outcomes->items);
    *outcomes = (otelmq_amqp_outcomes){.items = NULL};
}

/* Half of them at once, so that a program that never asks does not pay for it each time. */
static void forget_older_half(otelmq_amqp_outcomes *outcomes)
{
    size_t kept = outcomes->count / 2;
    memmove(outcomes->items, outcomes->items + (outcomes->count - kept),
            kept * sizeof(*outcomes->items));
    outcomes->count = kept;
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                              "What became of half a million messages published to RabbitMQ will "
                              "not be told: nobody asked by otelmq_amqp_wait_confirms.");
}

static bool grow(otelmq_amqp_outcomes *outcomes)
{
    size_t capacity = outcomes->capacity == 0 ? FIRST_CAPACITY : outcomes->capacity * 2;
    otelmq_amqp_confirm *items = realloc(outcomes->items, capacity * sizeof(*items));
    if (items == NULL) {
        return false;
    }
    outcomes->items = items;
    outcomes->capacity = capacity;
    return true;
}

static bool make_room(otelmq_amqp_outcomes *outcomes)
{
    if (outcomes->count < outcomes->capacity) {
        return true;
    }
    if (outcomes->count < MAX_UNTOLD) {
        return grow(outcomes);
    }
    forget_older_half(outcomes);
    return true;
}

void otelmq_amqp_outcomes_add(otelmq_amqp_outcomes *outcomes, otelmq_amqp_confirm confirm)
{
    otelmq_amqp_outcomes_forget_told(outcomes);
    if (make_room(outcomes)) {
        outcomes->items[outcomes->count++] = confirm;
        return;
    }
    otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                              "The confirm of a message published to RabbitMQ will not be told: "
                              "there is no memory to keep it.");
}

void otelmq_amqp_outcomes_forget_told(otelmq_amqp_outcomes *outcomes)
{
    if (outcomes->is_told) {
        outcomes->is_told = false;
        outcomes->count = 0;
    }
}

otelmq_amqp_confirms otelmq_amqp_outcomes_tell(otelmq_amqp_outcomes *outcomes, size_t pending)
{
    outcomes->is_told = true;
    return (otelmq_amqp_confirms){outcomes->items, outcomes->count, pending};
}
