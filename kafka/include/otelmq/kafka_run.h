/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A loop that polls a consumer and calls a handler for each message, inside the message's process
 * span; the offsets of what the handler is done with are collected, and committed in batches.
 *
 *     static otelmq_kafka_answer handle(void *user, rd_kafka_t *consumer,
 *                                       const rd_kafka_message_t *message) { ... }
 *
 *     rd_kafka_subscribe(consumer, topics);
 *     rd_kafka_resp_err_t err = otelmq_kafka_run(consumer, handle, user, NULL);
 *
 * The consumer's conf needs otelmq_kafka_conf_trace, enable.auto.commit=false and, so that the loop
 * can commit what was processed before partitions go to another member of the group,
 * rd_kafka_conf_set_rebalance_cb(conf, otelmq_kafka_rebalance). Without this callback nothing is
 * lost, but what was not committed is processed once more by the partitions' next owner.
 *
 * While it runs, pausing belongs to the loop: it also resumes partitions that the application, its
 * handler included, has paused.
 */
#ifndef OTELMQ_KAFKA_RUN_H
#define OTELMQ_KAFKA_RUN_H

#include <otelmq/kafka_client.h>

OTELMQ_BEGIN_C

/* What becomes of a message. */
typedef enum {
    OTELMQ_KAFKA_DONE, /* its offset is committed */
    OTELMQ_KAFKA_RETRY, /* again, later: through the retry topic */
    OTELMQ_KAFKA_DEAD_LETTER, /* to the dead-letter topic */
    /*
     * The loop ends; this message is not committed, and comes again. otelmq_kafka_stop ends it too,
     * and leaves the message to what the handler answers.
     */
    OTELMQ_KAFKA_STOP,
} otelmq_kafka_answer;

/* message is borrowed for the call. */
typedef otelmq_kafka_answer (*otelmq_kafka_handler)(void *user, rd_kafka_t *consumer,
                                                    const rd_kafka_message_t *message);

/* Borrowed for the call. {0}: the defaults. */
typedef struct {
    int64_t commit_interval_ms; /* 0: 5,000; how long a processed message stays uncommitted */
    size_t commit_count; /* 0: 1,000; how many do */
    /*
     * 0: max.poll.interval.ms / 2. While a handler takes longer, a thread of the loop's keeps the
     * membership in the group, with the partitions paused; the consumer's callbacks are then called
     * on that thread. A rebalance waits as long again for the handler to return; after that, what
     * it answers for a partition that went is dropped.
     */
    int64_t slow_handler_ms;
    rd_kafka_t *producer; /* borrowed; a traced producer, for the two topics. NULL: none */
    const char *retry_topic; /* NULL: RETRY calls the handler again, after retry_delay_ms */
    const char *dead_letter_topic; /* NULL: DEAD_LETTER and too many retries skip the message */
    /* 0: 3; then it goes to the dead-letter topic. To retry never, answer DEAD_LETTER. */
    int max_retries;
    /*
     * 0: 1,000; before a message is tried again. Its partition waits, others go on. Of a message
     * from a retry topic, the loop that consumes that topic waits, at most its own time.
     */
    int64_t retry_delay_ms;
} otelmq_kafka_run_options;

/*
 * Polls until otelmq_kafka_stop or the handler stops it: what the last commit answered, which is
 * RD_KAFKA_RESP_ERR_NO_ERROR when all went well; or until a fatal error of the consumer, which it
 * returns; or until a copy for a topic is refused for good, as one that is too large or that is not
 * authorized, or that a producer should send after a fatal error: it returns that error, and the
 * message comes again. _STATE for a consumer that was closed meanwhile. _INVALID_ARG, and a
 * diagnostic message says why: for a consumer that is NULL, not traced, no consumer, without a
 * group.id, commits by itself, or has another otelmq_kafka_run under way; without a handler; for
 * options with a negative number, or with a topic and no producer whose conf is traced.
 *
 * It handles messages on the calling thread, and has one thread of its own, which blocks all
 * signals and ends before it returns: see slow_handler_ms.
 *
 * What the handler has said DONE to is committed; all else comes again, so that each message is
 * handled at least once, and in the order of its partition. A message goes to another topic with
 * its key, value and headers, and a span whose link leads back to its creation context; its offset
 * is committed only after the broker has that copy, which is sent until it has, or is refused for
 * good. The copy has these headers besides, as text:
 *
 *     otelmq-error ............ "retry", "rejected" (DEAD_LETTER), "too-many-retries"
 *     otelmq-retry-count ...... how often it was tried again
 *     otelmq-retry-at ......... of a retry topic: not before then, milliseconds since 1970
 *     otelmq-topic, otelmq-partition, otelmq-offset ... where it was at first
 *     otelmq-group ............ of the consumer
 *
 * The producer is polled by the application, as always, if it has callbacks.
 */
OTELMQ_API rd_kafka_resp_err_t otelmq_kafka_run(rd_kafka_t *consumer, otelmq_kafka_handler handler,
                                                void *user,
                                                const otelmq_kafka_run_options *options);

/*
 * The rebalance callback of a consumer that runs, for both kinds of assignors; opaque is not used.
 * Before partitions go, it waits for the handler if that has one of their messages, and commits;
 * then it does what librdkafka does without a callback. A callback of your own calls it in the
 * place of rd_kafka_assign and the like. It is of use without a loop, too: it ends process spans
 * that wait for a commit.
 */
OTELMQ_API void otelmq_kafka_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t err,
                                       rd_kafka_topic_partition_list_t *partitions, void *opaque);

/*
 * Makes otelmq_kafka_run end after the message that it is at; while it waits for one, it notices
 * within 250 ms, and a copy that is on its way to a topic has 5 s. Then it commits, and returns
 * when the broker has answered: at once as a rule, after up to 5 s more while its group is being
 * joined anew, and when the broker does not answer, after as long as librdkafka tries, which is
 * about socket.timeout.ms, and that twice when another commit is under way.
 *
 * From the handler, any thread, or a signal handler. When none is running, the next one returns at
 * once. Without effect on a consumer that is not traced. Another thread that wants to close the
 * consumer stops the loop so, and waits until it has returned.
 */
OTELMQ_API void otelmq_kafka_stop(rd_kafka_t *consumer);

OTELMQ_END_C

#endif
