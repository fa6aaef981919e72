/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop waits in slices, because a stop comes as nothing but a flag that is set: all that a
 * signal handler may do.
 */
#include <otelmq/diagnostics.h>

#include "amqp/connection_state.h"
#include "amqp/consume/queues.h"
#include "amqp/errors.h"
#include "amqp/frames/held.h"
#include "amqp/frames/read.h"
#include "amqp/frames/watch.h"
#include "amqp/run/runner.h"
#include "amqp/text.h"
#include "base/clock.h"

enum { DEFAULT_CHANNEL = 1, DEFAULT_PREFETCH = 32, MAX_SLICE_US = 250000 };

static const uint64_t NANOS_PER_MS = 1000000;
static const uint64_t NANOS_PER_US = 1000;

/* What is wrong with the arguments, and what to do about it; NULL: nothing. */
static const char *find_problem(const otelmq_amqp_connection *connection,
                                otelmq_amqp_handler handler, const otelmq_amqp_run_options *options)
{
    if (connection == NULL) {
        return "connection is NULL: make one with otelmq_amqp_connection_create";
    }
    if (handler == NULL) {
        return "handler is NULL: name the function that is to get the messages";
    }
    if (options == NULL || options->queue.len == 0) {
        return "options name no queue: set .queue";
    }
    if (options->stop_when_idle_ms < 0) {
        return "options.stop_when_idle_ms is negative: use 0 for never";
    }
    if (connection->run.is_running) {
        return "it is called from its own handler: use another connection there";
    }
    return NULL;
}

static bool is_stopped(const otelmq_amqp_runner *self)
{
    return atomic_load_explicit(&self->connection->run.is_stop_asked, memory_order_acquire);
}

/* Whether somebody has asked; whoever asks from here on means the next run. */
static bool take_stop(otelmq_amqp_connection *connection)
{
    return atomic_exchange_explicit(&connection->run.is_stop_asked, false, memory_order_acq_rel);
}

static bool has_ended(const otelmq_amqp_runner *self)
{
    return self->connection->run.ending.method != 0 || self->connection->raw != self->raw;
}

static uint64_t idle_nanos(const otelmq_amqp_runner *self)
{
    return otelmq_clock_monotonic_nano() - self->idle_since_monotonic_nano;
}

static uint64_t idle_limit(const otelmq_amqp_runner *self)
{
    uint64_t limit_ms = (uint64_t)self->options.stop_when_idle_ms;
    return limit_ms > 0 && limit_ms < UINT64_MAX / NANOS_PER_MS ? limit_ms * NANOS_PER_MS
                                                                : UINT64_MAX;
}

static struct timeval next_slice(const otelmq_amqp_runner *self)
{
    uint64_t limit = idle_limit(self);
    uint64_t idle = limit < UINT64_MAX ? idle_nanos(self) : 0;
    uint64_t left_us = idle < limit ? (limit - idle) / NANOS_PER_US + 1 : 0;
    return (struct timeval){.tv_usec =
                                left_us < MAX_SLICE_US ? (suseconds_t)left_us : MAX_SLICE_US};
}

static bool is_idle(const otelmq_amqp_runner *self)
{
    uint64_t limit = idle_limit(self);
    return limit < UINT64_MAX && idle_nanos(self) >= limit;
}

static bool take_held(otelmq_amqp_runner *self, amqp_envelope_t *envelope)
{
    return otelmq_amqp_held_take_message_of(self->connection, self->options.channel,
                                            self->connection->run.consumer_tag, envelope);
}

static int read_ours(otelmq_amqp_runner *self, const amqp_frame_t *frame, amqp_envelope_t *envelope)
{
    int status = otelmq_amqp_read_delivery(self->connection, frame, envelope);
    return otelmq_amqp_passes_over(self->connection, frame, status) ? AMQP_STATUS_TIMEOUT : status;
}

/* Messages that nobody can read have all the places: nothing would come any more, for ever. */
static bool is_stuck(const otelmq_amqp_runner *self)
{
    return !self->options.no_ack && self->connection->run.passed_over >= self->options.prefetch;
}

/*
 * The next message; AMQP_STATUS_TIMEOUT when there is none now. What came for others while this
 * waited, or for this while others did, is held.
 */
static int next_message(otelmq_amqp_runner *self, amqp_envelope_t *envelope)
{
    if (take_held(self, envelope)) {
        return AMQP_STATUS_OK;
    }
    amqp_frame_t frame;
    struct timeval slice = next_slice(self);
    int status = otelmq_amqp_read_frame(self->connection, &frame, &slice);
    if (status != AMQP_STATUS_OK) {
        return status;
    }
    if (otelmq_amqp_run_is_ours(self->connection, &frame)) {
        return read_ours(self, &frame, envelope);
    }
    if (has_ended(self)) {
        return AMQP_STATUS_TIMEOUT;
    }
    status = otelmq_amqp_keep(self->connection, &frame);
    return status == AMQP_STATUS_OK ? AMQP_STATUS_TIMEOUT : status;
}

static int handle_next(otelmq_amqp_runner *self)
{
    amqp_envelope_t envelope;
    amqp_maybe_release_buffers(self->raw);
    int status = next_message(self, &envelope);
    if (status != AMQP_STATUS_OK) {
        return status == AMQP_STATUS_TIMEOUT ? AMQP_STATUS_OK : status;
    }
    status = otelmq_amqp_runner_handle(self, &envelope);
    amqp_destroy_envelope(&envelope);
    self->idle_since_monotonic_nano = otelmq_clock_monotonic_nano();
    return status;
}

/*
 * After the consumer was cancelled: what was prefetched goes back into the queue, and no span tells
 * of it, because nobody has seen it. Without acknowledgements it would be lost, so the handler gets
 * it.
 */
static int give_back(otelmq_amqp_runner *self)
{
    amqp_envelope_t envelope;
    int status = AMQP_STATUS_OK;
    otelmq_amqp_drain(self->connection);
    while (status == AMQP_STATUS_OK && otelmq_amqp_runner_can_settle(self) &&
           take_held(self, &envelope)) {
        if (self->options.no_ack) {
            status = otelmq_amqp_runner_handle(self, &envelope);
        } else {
            status = amqp_basic_nack(self->raw, envelope.channel, envelope.delivery_tag, 0, 1);
        }
        amqp_destroy_envelope(&envelope);
    }
    return otelmq_amqp_watch_status(self->connection, status);
}

/* Why it ends, when it does not end well: the broker's word goes before the library's. */
static amqp_rpc_reply_t failed(otelmq_amqp_runner *self, int status)
{
    otelmq_amqp_ending *ending = &self->connection->run.ending;
    if (ending->method != 0) {
        return otelmq_amqp_ending_reply(ending);
    }
    return otelmq_amqp_library_error(status != AMQP_STATUS_OK ? status
                                                              : AMQP_STATUS_CONNECTION_CLOSED);
}

static amqp_rpc_reply_t cancel(otelmq_amqp_runner *self)
{
    amqp_rpc_reply_t failure;
    if (otelmq_amqp_cancel_as(self->connection, self->options.channel,
                              self->connection->run.consumer_tag, &failure) == NULL) {
        return failed(self, failure.library_error);
    }
    int status = give_back(self);
    if (status != AMQP_STATUS_OK || !otelmq_amqp_runner_can_settle(self)) {
        return failed(self, status);
    }
    return (amqp_rpc_reply_t){.reply_type = AMQP_RESPONSE_NORMAL};
}

static amqp_rpc_reply_t end_well(otelmq_amqp_runner *self)
{
    amqp_rpc_reply_t reply = cancel(self);
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
        take_stop(self->connection);
    }
    return reply;
}

static amqp_rpc_reply_t end_badly(otelmq_amqp_runner *self, int status)
{
    if (status == AMQP_STATUS_OK && otelmq_amqp_runner_can_settle(self)) {
        status = give_back(self);
    }
    return failed(self, status);
}

/* To reject them would lose them where no dead-letter exchange is: that is for people to decide. */
static amqp_rpc_reply_t end_stuck(otelmq_amqp_runner *self)
{
    otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                              "otelmq_amqp_run ends: as many messages as the prefetch allows could "
                              "not be read, and stay unacknowledged until the channel closes.");
    amqp_rpc_reply_t reply = cancel(self);
    return reply.reply_type == AMQP_RESPONSE_NORMAL
               ? otelmq_amqp_library_error(AMQP_STATUS_BAD_AMQP_DATA)
               : reply;
}

static amqp_rpc_reply_t consume(otelmq_amqp_runner *self)
{
    int status = AMQP_STATUS_OK;
    self->idle_since_monotonic_nano = otelmq_clock_monotonic_nano();
    while (status == AMQP_STATUS_OK && !has_ended(self)) {
        if (is_stopped(self) || is_idle(self)) {
            return end_well(self);
        }
        if (is_stuck(self)) {
            return end_stuck(self);
        }
        status = handle_next(self);
    }
    return end_badly(self, status);
}

static bool set_prefetch(otelmq_amqp_runner *self, amqp_rpc_reply_t *failure)
{
    const otelmq_amqp_run_options *options = &self->options;
    if (options->no_ack ||
        amqp_basic_qos(self->raw, options->channel, 0, options->prefetch, 0) != NULL) {
        return true;
    }
    *failure = amqp_get_rpc_reply(self->raw);
    otelmq_amqp_watch_reply(self->connection, options->channel, failure);
    return false;
}

static const amqp_basic_consume_ok_t *begin(otelmq_amqp_runner *self, amqp_rpc_reply_t *failure)
{
    const otelmq_amqp_run_options *options = &self->options;
    if (!set_prefetch(self, failure)) {
        return NULL;
    }
    otelmq_amqp_new_consumer consumer = {.queue = options->queue,
                                         .consumer_tag = options->consumer_tag,
                                         .no_ack = options->no_ack,
                                         .exclusive = options->is_exclusive,
                                         .arguments = options->arguments};
    return otelmq_amqp_consume_as(self->connection, options->channel, &consumer, failure);
}

static void remember_consumer(otelmq_amqp_run_state *run, amqp_bytes_t consumer_tag)
{
    size_t len = consumer_tag.len < sizeof(run->tag) ? consumer_tag.len : sizeof(run->tag);
    memcpy(run->tag, consumer_tag.bytes, len);
    run->consumer_tag = (amqp_bytes_t){len, run->tag};
}

static amqp_rpc_reply_t run(otelmq_amqp_runner *self)
{
    otelmq_amqp_connection *connection = self->connection;
    if (!otelmq_amqp_can_call(connection)) {
        return otelmq_amqp_library_error(AMQP_STATUS_CONNECTION_CLOSED);
    }
    amqp_rpc_reply_t failure;
    const amqp_basic_consume_ok_t *ok = begin(self, &failure);
    if (ok == NULL) {
        return failed(self, failure.library_error);
    }
    remember_consumer(&connection->run, ok->consumer_tag);
    return consume(self);
}

/*
 * The name may lie in librabbitmq's memory, as that of a queue just declared does, and the loop
 * releases that. One that is longer than the protocol allows is refused before it comes to that.
 */
static amqp_bytes_t copy_queue(otelmq_amqp_run_state *run, amqp_bytes_t queue)
{
    if (queue.len > sizeof(run->queue)) {
        return queue;
    }
    memcpy(run->queue, queue.bytes, queue.len);
    return (amqp_bytes_t){queue.len, run->queue};
}

static otelmq_amqp_runner start(otelmq_amqp_connection *connection, otelmq_amqp_handler handler,
                                void *user, const otelmq_amqp_run_options *options)
{
    otelmq_amqp_runner self = {.connection = connection,
                               .raw = connection->raw,
                               .handler = handler,
                               .user = user,
                               .options = *options};
    self.options.channel = options->channel != 0 ? options->channel : DEFAULT_CHANNEL;
    self.options.prefetch = options->prefetch != 0 ? options->prefetch : DEFAULT_PREFETCH;
    self.options.queue = copy_queue(&connection->run, options->queue);
    connection->run.ending = (otelmq_amqp_ending){.method = 0};
    connection->run.passed_over = 0;
    connection->run.channel = self.options.channel;
    connection->run.consumer_tag = amqp_empty_bytes;
    connection->run.is_running = true;
    otelmq_amqp_handled_begin_run(&connection->run.handled);
    return self;
}

amqp_rpc_reply_t otelmq_amqp_run(otelmq_amqp_connection *connection, otelmq_amqp_handler handler,
                                 void *user, const otelmq_amqp_run_options *options)
{
    const char *problem = find_problem(connection, handler, options);
    if (problem != NULL) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR, "otelmq_amqp_run cannot begin: %s.",
                                  problem);
        return otelmq_amqp_library_error(AMQP_STATUS_INVALID_PARAMETER);
    }
    if (take_stop(connection)) {
        return (amqp_rpc_reply_t){.reply_type = AMQP_RESPONSE_NORMAL};
    }
    otelmq_amqp_runner self = start(connection, handler, user, options);
    amqp_rpc_reply_t reply = run(&self);
    connection->run.is_running = false;
    return reply;
}

void otelmq_amqp_stop(otelmq_amqp_connection *connection)
{
    if (connection != NULL) {
        atomic_store_explicit(&connection->run.is_stop_asked, true, memory_order_release);
    }
}
