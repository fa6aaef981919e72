/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a crash does to acks, seen on RabbitMQ 3.10.8: a node killed with SIGKILL in the middle of
 * consuming, prefetch 50, persistent messages in durable queues, each acknowledged as it came.
 *
 *     queue                    came again although acknowledged   without the redelivered flag
 *     classic                          1,459, 6,950 and 31,079           0
 *     classic, version 2                                 1,512           0
 *     quorum                                                18           0
 *     either, shut down well                                 0
 *
 * So a classic queue may forget tens of thousands of acks, and a quorum queue no more than are on
 * their way. What comes again carries the flag in every case, and so does all else that a classic
 * queue has after a crash: the flag is needed, and it is not enough.
 */
#include "amqp/run/handled.h"

#include <stdlib.h>
#include <sys/random.h>

enum { FIRST_CAPACITY = 1024 };

static const size_t NOWHERE = SIZE_MAX;

static size_t slot_count(const otelmq_amqp_handled *handled)
{
    return 2 * handled->capacity;
}

/* Where the message is to be looked for first. */
static size_t home_of(const otelmq_amqp_handled *handled, const otelmq_amqp_identity *identity)
{
    return (size_t)identity->low & (slot_count(handled) - 1);
}

static size_t after(const otelmq_amqp_handled *handled, size_t slot)
{
    return (slot + 1) & (slot_count(handled) - 1);
}

static otelmq_amqp_handled_message *at(const otelmq_amqp_handled *handled, size_t slot)
{
    return &handled->messages[handled->slots[slot] - 1];
}

static bool is_equal(const otelmq_amqp_identity *a, const otelmq_amqp_identity *b)
{
    return a->high == b->high && a->low == b->low;
}

static size_t find(const otelmq_amqp_handled *handled, const otelmq_amqp_identity *identity)
{
    if (handled->count == 0) {
        return NOWHERE;
    }
    size_t slot = home_of(handled, identity);
    while (handled->slots[slot] != 0) {
        if (is_equal(&at(handled, slot)->identity, identity)) {
            return slot;
        }
        slot = after(handled, slot);
    }
    return NOWHERE;
}

static void fill_slot(otelmq_amqp_handled *handled, size_t place)
{
    size_t slot = home_of(handled, &handled->messages[place].identity);
    while (handled->slots[slot] != 0) {
        slot = after(handled, slot);
    }
    handled->slots[slot] = (uint32_t)place + 1;
}

/* Those behind it that lie there only because the place was taken move up. */
static void empty_slot(otelmq_amqp_handled *handled, size_t slot)
{
    at(handled, slot)->is_gone = true;
    handled->slots[slot] = 0;
    size_t next = after(handled, slot);
    while (handled->slots[next] != 0) {
        size_t place = handled->slots[next] - 1;
        handled->slots[next] = 0;
        fill_slot(handled, place);
        next = after(handled, next);
    }
}

static bool grow(otelmq_amqp_handled *handled)
{
    size_t capacity = handled->capacity > 0 ? 2 * handled->capacity : FIRST_CAPACITY;
    uint32_t *slots = calloc(2 * capacity, sizeof(*slots));
    otelmq_amqp_handled_message *messages =
        slots != NULL ? realloc(handled->messages, capacity * sizeof(*messages)) : NULL;
    if (messages == NULL) {
        free(slots);
        return false;
    }
    free(handled->slots);
    handled->messages = messages;
    handled->slots = slots;
    handled->capacity = capacity;
    handled->next = handled->count;
    for (size_t place = 0; place < handled->count; place++) {
        if (!messages[place].is_gone) {
            fill_slot(handled, place);
        }
    }
    return true;
}

/* The place of the oldest when there can be no more; NOWHERE without any memory. */
static size_t take_place(otelmq_amqp_handled *handled)
{
    bool is_full = handled->count == handled->capacity;
    if (is_full && handled->capacity < OTELMQ_AMQP_MAX_HANDLED) {
        is_full = !grow(handled);
    }
    if (handled->capacity == 0) {
        return NOWHERE;
    }
    size_t place = handled->next;
    handled->next = (place + 1) & (handled->capacity - 1);
    if (!is_full) {
        handled->count++;
    } else if (!handled->messages[place].is_gone) {
        empty_slot(handled, find(handled, &handled->messages[place].identity));
    }
    return place;
}

static void add(otelmq_amqp_handled *handled, const otelmq_amqp_identity *identity)
{
    size_t place = take_place(handled);
    if (place != NOWHERE) {
        handled->messages[place] =
            (otelmq_amqp_handled_message){.identity = *identity, .run = handled->run};
        fill_slot(handled, place);
    }
}

/* The message gives its place to the one that would have to go for it. */
static void spare_oldest(otelmq_amqp_handled *handled, size_t place)
{
    const otelmq_amqp_handled_message oldest = handled->messages[handled->next];
    if (!oldest.is_gone) {
        empty_slot(handled, find(handled, &oldest.identity));
        handled->messages[place] = oldest;
        fill_slot(handled, place);
    }
}

/* It becomes the newest. */
static void renew(otelmq_amqp_handled *handled, size_t slot)
{
    const otelmq_amqp_identity identity = at(handled, slot)->identity;
    size_t place = handled->slots[slot] - 1;
    empty_slot(handled, slot);
    if (handled->count == OTELMQ_AMQP_MAX_HANDLED) {
        spare_oldest(handled, place);
    }
    add(handled, &identity);
}

void otelmq_amqp_handled_clean(otelmq_amqp_handled *handled)
{
    free(handled->messages);
    free(handled->slots);
    *handled = (otelmq_amqp_handled){.run = 0};
}

void otelmq_amqp_handled_begin_run(otelmq_amqp_handled *handled)
{
    /* Without random numbers there is only nobody to be kept from guessing them. */
    if (handled->run++ == 0 &&
        getrandom(&handled->seed, sizeof(handled->seed), GRND_NONBLOCK) < 0) {
        handled->seed = (otelmq_amqp_identity){1, 2};
    }
}

void otelmq_amqp_handled_add(otelmq_amqp_handled *handled, const otelmq_amqp_identity *identity)
{
    size_t slot = find(handled, identity);
    if (slot != NOWHERE) {
        at(handled, slot)->is_doubted = true;
    } else {
        add(handled, identity);
    }
}

void otelmq_amqp_handled_doubt(otelmq_amqp_handled *handled, const otelmq_amqp_identity *identity)
{
    size_t slot = find(handled, identity);
    if (slot != NOWHERE) {
        at(handled, slot)->is_doubted = true;
    }
}

bool otelmq_amqp_handled_match(otelmq_amqp_handled *handled, const otelmq_amqp_identity *identity)
{
    size_t slot = find(handled, identity);
    if (slot == NOWHERE || at(handled, slot)->is_doubted) {
        return false;
    }
    if (at(handled, slot)->run == handled->run) {
        at(handled, slot)->is_doubted = true;
        return false;
    }
    renew(handled, slot);
    return true;
}
