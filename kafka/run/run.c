/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop waits in slices, because a stop comes as nothing but a flag that is set: all that a
 * signal handler may do.
 */
#include "base/clock.h"
#include "kafka/conf.h"
#include "kafka/run/joining.h"
#include "kafka/run/runner.h"

#include <otelmq/diagnostics.h>

enum { SLICE_MS = 100, SEEK_TIMEOUT_MS = 5000, JOIN_TIMEOUT_MS = 5000 };
enum { DEFAULT_COMMIT_INTERVAL_MS = 5000, DEFAULT_COMMIT_COUNT = 1000 };
enum { DEFAULT_MAX_RETRIES = 3, DEFAULT_RETRY_DELAY_MS = 1000, DEFAULT_MAX_POLL_MS = 300000 };

static const uint64_t NANOS_PER_MS = 1000000;

static bool has_negative(const otelmq_kafka_run_options *options)
{
    return options->commit_interval_ms < 0 || options->slow_handler_ms < 0 ||
           options->retry_delay_ms < 0 || options->max_retries < 0;
}

static bool is_traced_producer(rd_kafka_t *producer)
{
    return otelmq_kafka_client_find(producer) != NULL &&
           rd_kafka_type(producer) == RD_KAFKA_PRODUCER;
}

/* What is wrong with the arguments, and what to do about it; NULL: nothing. */
static const char *find_problem(rd_kafka_t *consumer, otelmq_kafka_handler handler,
                                const otelmq_kafka_run_options *options)
{
    const otelmq_kafka_client *client = otelmq_kafka_client_find(consumer);
    if (client == NULL || rd_kafka_type(consumer) != RD_KAFKA_CONSUMER) {
        return "the consumer is not traced: call otelmq_kafka_conf_trace before rd_kafka_new";
    }
    if (client->group_id == NULL) {
        return "the consumer is in no group: set group.id";
    }
    if (handler == NULL) {
        return "handler is NULL: name the function that is to get the messages";
    }
    if (client->commits_by_itself) {
        return "the consumer commits by itself: set enable.auto.commit=false";
    }
    if (has_negative(options)) {
        return "a number of the options is negative: use 0 for its default";
    }
    if ((options->retry_topic != NULL || options->dead_letter_topic != NULL) &&
        !is_traced_producer(options->producer)) {
        return "a topic needs options.producer: a producer whose conf is traced";
    }
    return NULL;
}

/* Nobody waits three hundred years, and a time that is longer is none in nanoseconds. */
static int64_t choose_ms(int64_t number, int64_t otherwise)
{
    static const int64_t longest_ms = INT64_MAX / 1000000;
    int64_t chosen = number > 0 ? number : otherwise;
    return chosen < longest_ms ? chosen : longest_ms;
}

static otelmq_kafka_run_options fill_in(rd_kafka_t *consumer,
                                        const otelmq_kafka_run_options *options)
{
    otelmq_kafka_run_options filled = *options;
    int64_t max_poll_ms = otelmq_kafka_conf_number(rd_kafka_conf(consumer), "max.poll.interval.ms",
                                                   DEFAULT_MAX_POLL_MS);
    filled.commit_interval_ms = choose_ms(options->commit_interval_ms, DEFAULT_COMMIT_INTERVAL_MS);
    filled.slow_handler_ms = choose_ms(options->slow_handler_ms, max_poll_ms / 2);
    filled.retry_delay_ms = choose_ms(options->retry_delay_ms, DEFAULT_RETRY_DELAY_MS);
    if (options->commit_count == 0) {
        filled.commit_count = DEFAULT_COMMIT_COUNT;
    }
    if (options->max_retries == 0) {
        filled.max_retries = DEFAULT_MAX_RETRIES;
    }
    return filled;
}

/* UINT64_MAX: there is nothing to commit. */
static uint64_t commit_due(const otelmq_kafka_runner *runner)
{
    const otelmq_kafka_offsets *offsets = &runner->offsets;
    if (offsets->message_count == 0 || offsets->is_awaited ||
        otelmq_kafka_is_joining(runner->client)) {
        return UINT64_MAX;
    }
    return offsets->message_count >= runner->options.commit_count
               ? 0
               : offsets->since_monotonic_nano +
                     (uint64_t)runner->options.commit_interval_ms * NANOS_PER_MS;
}

/* Whether a commit now would not stand behind a JoinGroup. What is not committed stays due. */
static bool prepare_commit(otelmq_kafka_runner *runner)
{
    otelmq_kafka_offsets_prepare_commit(&runner->offsets);
    return !otelmq_kafka_is_joining(runner->client);
}

static void commit_when_due(otelmq_kafka_runner *runner)
{
    otelmq_kafka_offsets_take_answer(&runner->offsets);
    uint64_t due = commit_due(runner);
    bool is_due = due == 0 || (due != UINT64_MAX && due <= otelmq_clock_monotonic_nano());
    if (is_due && prepare_commit(runner)) {
        otelmq_kafka_offsets_start_commit(&runner->offsets);
    }
}

static int next_slice_ms(const otelmq_kafka_runner *runner)
{
    uint64_t due = commit_due(runner);
    uint64_t held_due;
    if (otelmq_kafka_held_next_due(&runner->held, &held_due) && held_due < due) {
        due = held_due;
    }
    uint32_t left_ms = otelmq_deadline_left_ms((otelmq_deadline){due});
    return left_ms < SLICE_MS ? (int)left_ms : SLICE_MS;
}

/* A consumer without otelmq_kafka_rebalance is not told that the message's partition went. */
static bool handle_held(otelmq_kafka_runner *runner, const otelmq_kafka_held_message *held)
{
    rd_kafka_topic_partition_list_t *of = rd_kafka_topic_partition_list_new(1);
    const rd_kafka_topic_partition_t *partition = rd_kafka_topic_partition_list_add(
        of, rd_kafka_topic_name(held->message->rkt), held->message->partition);
    bool is_stopped = false;
    if (otelmq_kafka_runner_has_partition(runner, held->message)) {
        is_stopped = otelmq_kafka_runner_handle(runner, held);
    } else {
        rd_kafka_message_destroy(held->message);
    }
    otelmq_kafka_runner_release(runner, partition->topic, partition->partition);
    rd_kafka_topic_partition_list_destroy(of);
    return is_stopped;
}

static bool handle_polled(otelmq_kafka_runner *runner, rd_kafka_message_t *message)
{
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        otelmq_kafka_runner_hear_error(runner, message);
        return false;
    }
    return !otelmq_kafka_runner_defer(runner, message, false) &&
           otelmq_kafka_runner_handle(runner, &(otelmq_kafka_held_message){.message = message});
}

/* Does not wait when a held message is due. */
static rd_kafka_message_t *poll_consumer(otelmq_kafka_runner *runner)
{
    return otelmq_kafka_consumer_poll(runner->consumer, next_slice_ms(runner));
}

/*
 * While messages are held, one of them may be due each time. Each is followed by a poll, without
 * which the consumer would lose its place in the group, and the other partitions would wait.
 */
static bool take_held(otelmq_kafka_runner *runner, otelmq_kafka_held_message *held)
{
    bool is_taken = !runner->is_turn_of_poll &&
                    otelmq_kafka_held_take_due(&runner->held, otelmq_clock_monotonic_nano(), held);
    runner->is_turn_of_poll = is_taken;
    return is_taken;
}

/* True: the handler wants it to stop. */
static bool go_on(otelmq_kafka_runner *runner)
{
    otelmq_kafka_held_message held;
    commit_when_due(runner);
    if (take_held(runner, &held)) {
        return handle_held(runner, &held);
    }
    rd_kafka_message_t *message = poll_consumer(runner);
    return message != NULL && handle_polled(runner, message);
}

/* What is held was given out by librdkafka, which would not give it to the next loop again. */
static void give_back_held(otelmq_kafka_runner *runner)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    otelmq_kafka_held_list(&runner->held, list);
    otelmq_kafka_held_drop_all(&runner->held);
    if (list->cnt > 0) {
        rd_kafka_error_destroy(rd_kafka_seek_partitions(runner->consumer, list, SEEK_TIMEOUT_MS));
    }
    rd_kafka_topic_partition_list_destroy(list);
    otelmq_kafka_runner_release_all(runner);
}

static void wait_until_joined(otelmq_kafka_runner *runner, otelmq_deadline deadline)
{
    otelmq_kafka_runner_pause_all(runner);
    while (otelmq_kafka_is_joining(runner->client) && otelmq_deadline_left_ms(deadline) > 0) {
        otelmq_kafka_runner_poll_paused(runner);
    }
    otelmq_kafka_runner_release_all(runner);
}

/* The last commit would be refused, if the consumer were just joining its group anew. */
static rd_kafka_resp_err_t commit_at_end(otelmq_kafka_runner *runner)
{
    bool can_commit = prepare_commit(runner);
    otelmq_deadline deadline = otelmq_deadline_after(JOIN_TIMEOUT_MS);
    while (!can_commit && otelmq_deadline_left_ms(deadline) > 0) {
        wait_until_joined(runner, deadline);
        can_commit = prepare_commit(runner);
    }
    return otelmq_kafka_offsets_commit(&runner->offsets);
}

static rd_kafka_resp_err_t run(otelmq_kafka_runner *runner)
{
    bool is_stopped = false;
    while (!is_stopped && runner->fatal_err == RD_KAFKA_RESP_ERR_NO_ERROR &&
           !otelmq_kafka_runner_is_stopped(runner)) {
        if (rd_kafka_consumer_closed(runner->consumer)) {
            return RD_KAFKA_RESP_ERR__STATE;
        }
        is_stopped = go_on(runner);
    }
    rd_kafka_resp_err_t err = commit_at_end(runner);
    give_back_held(runner);
    return runner->fatal_err != RD_KAFKA_RESP_ERR_NO_ERROR ? runner->fatal_err : err;
}

static rd_kafka_resp_err_t refuse(const char *problem)
{
    otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR, "otelmq_kafka_run cannot begin: %s.", problem);
    return RD_KAFKA_RESP_ERR__INVALID_ARG;
}

rd_kafka_resp_err_t otelmq_kafka_run(rd_kafka_t *consumer, otelmq_kafka_handler handler, void *user,
                                     const otelmq_kafka_run_options *options)
{
    static const otelmq_kafka_run_options defaults;
    options = options != NULL ? options : &defaults;
    const char *problem = find_problem(consumer, handler, options);
    if (problem != NULL) {
        return refuse(problem);
    }
    otelmq_kafka_runner runner = {
        .consumer = consumer,
        .client = otelmq_kafka_client_find(consumer),
        .handler = handler,
        .user = user,
        .options = fill_in(consumer, options),
    };
    rd_kafka_resp_err_t err;
    otelmq_kafka_runner *other = NULL;
    otelmq_kafka_runner_init(&runner);
    if (atomic_compare_exchange_strong(&runner.client->run.runner, &other, &runner)) {
        err = run(&runner);
        /* Whoever asks from here on means the next run. */
        atomic_store_explicit(&runner.client->run.is_stop_asked, false, memory_order_release);
        atomic_store(&runner.client->run.runner, NULL);
    } else {
        err = refuse("another call of it has this consumer");
    }
    otelmq_kafka_runner_clean(&runner);
    return err;
}

void otelmq_kafka_stop(rd_kafka_t *consumer)
{
    otelmq_kafka_client *client = otelmq_kafka_client_find(consumer);
    if (client != NULL) {
        atomic_store_explicit(&client->run.is_stop_asked, true, memory_order_release);
    }
}
