/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A commit settles all that was processed of its partitions. Of one partition, its span is a child
 * of the last process span; of several it has no natural parent and links to all of these.
 */
#include "kafka/consume/commit.h"

#include "kafka/attributes.h"
#include "kafka/consume/settled.h"

#include <stdlib.h>

/* The partitions that a commit is about. */
typedef struct {
    otelmq_kafka_client *client;
    rd_kafka_t *consumer;
    otelmq_kafka_processed_partition *partitions;
    otelmq_kafka_committed *committed; /* what the answer will be known by; NULL: not known */
    size_t count;
} settlement;

enum { LINK_ATTRIBUTES = 3 };

/* What a link borrows. */
typedef struct {
    otelmq_attribute attributes[LINK_ATTRIBUTES];
    char partition[OTELMQ_KAFKA_PARTITION_SIZE];
} link_details;

typedef struct {
    otelmq_link *links;
    link_details *details;
    size_t count;
} settled_links;

static bool omits_settle_spans(const otelmq_kafka_client *client)
{
    return client == NULL || otelmq_messaging_is_off(client->messaging) ||
           otelmq_messaging_client_options(client->messaging)->omits_settle_spans;
}

static bool allocate(settlement *settled, size_t count)
{
    settled->partitions = count > 0 ? calloc(count, sizeof(*settled->partitions)) : NULL;
    return settled->partitions != NULL;
}

/* What is known of the partition, with the offset of the last message that this commit settles. */
static void add_partition(settlement *settled, const otelmq_kafka_committed *committed)
{
    otelmq_kafka_processed_partition *added = &settled->partitions[settled->count];
    otelmq_str name = otelmq_str_from(committed->topic);
    if (!otelmq_kafka_processed_get(&settled->client->partitions, name, committed->partition,
                                    committed->offset, added)) {
        added->topic = name;
        added->partition = committed->partition;
    }
    /* Kafka commits the offset of the next message to read. */
    added->offset = committed->offset > 0 ? committed->offset - 1 : RD_KAFKA_OFFSET_INVALID;
    if (settled->committed != NULL) {
        settled->committed[settled->count] = *committed;
    }
    settled->count++;
}

static void gather_listed(settlement *settled, const rd_kafka_topic_partition_list_t *offsets)
{
    size_t count = offsets->cnt > 0 ? (size_t)offsets->cnt : 0;
    if (!allocate(settled, count)) {
        return;
    }
    settled->committed = calloc(count, sizeof(*settled->committed));
    for (size_t i = 0; i < count; i++) {
        const rd_kafka_topic_partition_t *listed = &offsets->elems[i];
        add_partition(settled,
                      &(otelmq_kafka_committed){listed->topic, listed->partition, listed->offset});
    }
}

/* rd_kafka_commit without a list commits the stored offsets, and does not tell which these are. */
static void gather_unsettled(settlement *settled)
{
    otelmq_kafka_partitions *partitions = &settled->client->partitions;
    size_t max = otelmq_kafka_processed_unsettled(partitions, NULL, 0);
    if (!allocate(settled, max)) {
        return;
    }
    size_t count = otelmq_kafka_processed_unsettled(partitions, settled->partitions, max);
    settled->count = count < max ? count : max;
    for (size_t i = 0; i < settled->count; i++) {
        settled->partitions[i].offset = RD_KAFKA_OFFSET_INVALID;
    }
}

static void gather(settlement *settled, const rd_kafka_topic_partition_list_t *offsets)
{
    if (offsets != NULL) {
        gather_listed(settled, offsets);
    } else {
        gather_unsettled(settled);
    }
}

static void gather_message(settlement *settled, const rd_kafka_message_t *message)
{
    if (allocate(settled, 1)) {
        settled->committed = calloc(1, sizeof(*settled->committed));
        add_partition(settled, &(otelmq_kafka_committed){rd_kafka_topic_name(message->rkt),
                                                         message->partition, message->offset + 1});
    }
}

static void release(settlement *settled)
{
    for (size_t i = 0; i < settled->count; i++) {
        otelmq_tracestate_release(settled->partitions[i].span_context.tracestate);
    }
    free(settled->partitions);
    free(settled->committed);
}

/* The topic of all of them, empty when they differ. */
static otelmq_str common_topic(const settlement *settled)
{
    otelmq_str topic = settled->count > 0 ? settled->partitions[0].topic : otelmq_str_from(NULL);
    for (size_t i = 1; i < settled->count; i++) {
        if (!otelmq_str_equal(settled->partitions[i].topic, topic)) {
            return otelmq_str_from(NULL);
        }
    }
    return topic;
}

static size_t count_messages(const settlement *settled)
{
    size_t count = 0;
    for (size_t i = 0; i < settled->count; i++) {
        count += settled->partitions[i].message_count;
    }
    return count;
}

/* What differs from message to message stands on the links, and what is common on the span. */
static void add_link(settled_links *links, const otelmq_kafka_processed_partition *partition,
                     bool has_common_topic)
{
    link_details *details = &links->details[links->count];
    size_t count = 0;
    details->attributes[count++] = otelmq_attribute_string(
        "messaging.destination.partition.id",
        otelmq_kafka_format_partition(partition->partition, details->partition));
    if (partition->offset >= 0) {
        details->attributes[count++] =
            otelmq_attribute_int("messaging.kafka.offset", partition->offset);
    }
    if (!has_common_topic) {
        details->attributes[count++] =
            otelmq_attribute_string("messaging.destination.name", partition->topic);
    }
    links->links[links->count++] =
        (otelmq_link){partition->span_context, details->attributes, count};
}

static settled_links link_all(const settlement *settled, bool has_common_topic)
{
    settled_links links = {0};
    links.links = calloc(settled->count, sizeof(*links.links));
    links.details = calloc(settled->count, sizeof(*links.details));
    for (size_t i = 0; links.links != NULL && links.details != NULL && i < settled->count; i++) {
        if (otelmq_span_context_is_valid(&settled->partitions[i].span_context)) {
            add_link(&links, &settled->partitions[i], has_common_topic);
        }
    }
    return links;
}

static otelmq_span *start_for_several(const settlement *settled,
                                      otelmq_messaging_operation *operation)
{
    bool has_common_topic = !otelmq_str_is_empty(operation->destination);
    settled_links links = link_all(settled, has_common_topic);
    otelmq_span *span = otelmq_messaging_settle_start(settled->client->messaging, operation, NULL,
                                                      links.links, links.count);
    free(links.links);
    free(links.details);
    return span;
}

static otelmq_span *start_for_one(const settlement *settled, otelmq_messaging_operation *operation)
{
    const otelmq_span_context *process = NULL;
    if (settled->count == 1 && otelmq_span_context_is_valid(&settled->partitions[0].span_context)) {
        process = &settled->partitions[0].span_context;
    }
    return otelmq_messaging_settle_start(settled->client->messaging, operation, process, NULL, 0);
}

/* message_count: of a call that settles a batch; 0 for one that settles a single message. */
static otelmq_span *start_span(const settlement *settled, size_t message_count)
{
    otelmq_kafka_attributes attributes;
    otelmq_kafka_attributes_of_settled(
        &attributes, settled->client,
        otelmq_kafka_client_cluster_id(settled->client, settled->consumer));
    if (settled->count == 1) {
        otelmq_kafka_attributes_add_partition(&attributes, settled->partitions[0].partition);
        otelmq_kafka_attributes_add_offset(&attributes, settled->partitions[0].offset);
    }
    otelmq_messaging_operation operation = {
        .name = "commit",
        .destination = common_topic(settled),
        /* Without a list it is about whatever is assigned, even when nothing is known of that. */
        .has_several_destinations = settled->count != 1,
        .attributes = attributes.items,
        .attribute_count = attributes.count,
        /* It must not be set on an operation on a single message. */
        .message_count = message_count > 1 ? message_count : 0,
    };
    return settled->count > 1 ? start_for_several(settled, &operation)
                              : start_for_one(settled, &operation);
}

otelmq_span *otelmq_kafka_commit_span_start(otelmq_kafka_client *client,
                                            otelmq_kafka_processed_partition messages[],
                                            size_t count)
{
    settlement settled = {.client = client,
                          .consumer = atomic_load(&client->rk),
                          .partitions = messages,
                          .count = count};
    return start_span(&settled, count);
}

static void end_span(otelmq_span *span, rd_kafka_resp_err_t err)
{
    /* _NO_OFFSET: nothing was there to commit, as in every regular commit of an idle consumer. */
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR || err == RD_KAFKA_RESP_ERR__NO_OFFSET) {
        otelmq_messaging_operation_end(span, NULL, NULL);
    } else {
        otelmq_messaging_operation_end(span, rd_kafka_err2name(err), rd_kafka_err2str(err));
    }
}

/* Whether there is something to commit, as far as is known; else librdkafka gives no answer. */
static bool has_offsets(const settlement *settled)
{
    if (settled->committed == NULL) {
        return settled->count > 0;
    }
    for (size_t i = 0; i < settled->count; i++) {
        if (settled->committed[i].offset >= 0) {
            return true;
        }
    }
    return false;
}

/*
 * Leaves the span to the answer, if there will be one, unless the call waits for it; it may come
 * before the call returns.
 */
static bool await_answer(const settlement *settled, otelmq_span *span, bool is_async)
{
    otelmq_kafka_commits *commits = &settled->client->commits;
    size_t count = settled->committed != NULL ? settled->count : 0;
    if (!otelmq_kafka_client_serves(settled->client, settled->consumer) || !has_offsets(settled)) {
        return false;
    }
    if (is_async) {
        return otelmq_kafka_commits_add(commits, span, settled->committed, count);
    }
    otelmq_kafka_commits_add_waiting(commits, span, settled->committed, count);
    return false;
}

/* How to commit: async, or to queue, unless both are 0. */
typedef struct {
    const rd_kafka_topic_partition_list_t *offsets;
    const rd_kafka_message_t *message; /* instead of offsets */
    int async;
    bool has_queue; /* rd_kafka_commit_queue */
    rd_kafka_queue_t *queue;
    void (*callback)(rd_kafka_t *consumer, rd_kafka_resp_err_t err,
                     rd_kafka_topic_partition_list_t *offsets, void *opaque);
    void *opaque;
} commit_call;

static rd_kafka_resp_err_t call(rd_kafka_t *consumer, const commit_call *how)
{
    if (how->has_queue) {
        return rd_kafka_commit_queue(consumer, how->offsets, how->queue, how->callback,
                                     how->opaque);
    }
    if (how->message != NULL) {
        return rd_kafka_commit_message(consumer, how->message, how->async);
    }
    return rd_kafka_commit(consumer, how->offsets, how->async);
}

static rd_kafka_resp_err_t call_in_span(const settlement *settled, const commit_call *how,
                                        otelmq_span *span)
{
    bool is_async = how->async != 0 || how->queue != NULL;
    otelmq_kafka_commits *commits = &settled->client->commits;
    otelmq_kafka_end_unanswered(settled->client);
    bool is_awaited = await_answer(settled, span, is_async);
    rd_kafka_resp_err_t err = call(settled->consumer, how);
    if (!is_awaited) {
        (void)otelmq_kafka_commits_withdraw(commits, span);
        end_span(span, err);
    } else if (err != RD_KAFKA_RESP_ERR_NO_ERROR && otelmq_kafka_commits_withdraw(commits, span)) {
        end_span(span, err);
    }
    return err;
}

static rd_kafka_resp_err_t commit(rd_kafka_t *consumer, const commit_call *how)
{
    settlement settled = {.client = otelmq_kafka_client_of(consumer), .consumer = consumer};
    if (omits_settle_spans(settled.client) ||
        (how->message != NULL && how->message->err != RD_KAFKA_RESP_ERR_NO_ERROR)) {
        return call(consumer, how);
    }
    if (how->message != NULL) {
        gather_message(&settled, how->message);
    } else {
        gather(&settled, how->offsets);
    }
    size_t message_count = how->message != NULL ? 0 : count_messages(&settled);
    otelmq_span *span = start_span(&settled, message_count);
    rd_kafka_resp_err_t err = call_in_span(&settled, how, span);
    release(&settled);
    return err;
}

rd_kafka_resp_err_t otelmq_kafka_commit(rd_kafka_t *consumer,
                                        const rd_kafka_topic_partition_list_t *offsets, int async)
{
    return commit(consumer, &(commit_call){.offsets = offsets, .async = async});
}

rd_kafka_resp_err_t otelmq_kafka_commit_message(rd_kafka_t *consumer,
                                                const rd_kafka_message_t *message, int async)
{
    /* Without a message it would look like a commit of all that is stored. */
    if (message == NULL) {
        return RD_KAFKA_RESP_ERR__INVALID_ARG;
    }
    return commit(consumer, &(commit_call){.message = message, .async = async});
}

rd_kafka_resp_err_t
otelmq_kafka_commit_queue(rd_kafka_t *consumer, const rd_kafka_topic_partition_list_t *offsets,
                          rd_kafka_queue_t *queue,
                          void (*callback)(rd_kafka_t *consumer, rd_kafka_resp_err_t err,
                                           rd_kafka_topic_partition_list_t *offsets, void *opaque),
                          void *opaque)
{
    return commit(consumer, &(commit_call){.offsets = offsets,
                                           .has_queue = true,
                                           .queue = queue,
                                           .callback = callback,
                                           .opaque = opaque});
}
