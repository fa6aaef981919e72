/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/share/acquired.h"

#include <stdlib.h>

struct otelmq_kafka_acquired_record {
    otelmq_kafka_position position;
    bool is_acknowledged;
    otelmq_span_context process; /* holds its tracestate */
    otelmq_span *kept; /* NULL: none */
    uint64_t expiry_monotonic_nano; /* of kept */
};

struct otelmq_kafka_acquired_topic {
    otelmq_kafka_acquired_topic *next;
    size_t len;
    char text[]; /* ends in NUL */
};

static void lock(otelmq_kafka_acquired *acquired)
{
    (void)pthread_mutex_lock(&acquired->lock);
}

static void unlock(otelmq_kafka_acquired *acquired)
{
    (void)pthread_mutex_unlock(&acquired->lock);
}

static otelmq_str text_of(const otelmq_kafka_acquired_topic *topic)
{
    return otelmq_str_from_bytes(topic->text, topic->len);
}

/* The name as it lives until clean; empty without memory. */
static otelmq_str intern_topic(otelmq_kafka_acquired *acquired, otelmq_str name)
{
    for (const otelmq_kafka_acquired_topic *topic = acquired->topics; topic != NULL;
         topic = topic->next) {
        if (otelmq_str_equal(text_of(topic), name)) {
            return text_of(topic);
        }
    }
    otelmq_kafka_acquired_topic *added = malloc(sizeof(*added) + name.len + 1);
    if (added == NULL) {
        return otelmq_str_from(NULL);
    }
    memcpy(added->text, name.data, name.len);
    added->text[name.len] = '\0';
    added->len = name.len;
    added->next = acquired->topics;
    acquired->topics = added;
    return text_of(added);
}

static bool is_at(const otelmq_kafka_acquired_record *record, const otelmq_kafka_position *position)
{
    return record->position.offset == position->offset &&
           record->position.partition == position->partition &&
           otelmq_str_equal(record->position.topic, position->topic);
}

/* Records are asked for in their order as a rule, and more than once each. */
static otelmq_kafka_acquired_record *find(otelmq_kafka_acquired *acquired,
                                          const otelmq_kafka_position *position)
{
    for (size_t i = 0; i < acquired->count; i++) {
        size_t index = (acquired->last_found + i) % acquired->count;
        if (is_at(&acquired->records[index], position)) {
            acquired->last_found = index;
            return &acquired->records[index];
        }
    }
    return NULL;
}

static otelmq_kafka_acquired_record *find_open(otelmq_kafka_acquired *acquired,
                                               const otelmq_kafka_position *position)
{
    otelmq_kafka_acquired_record *record = find(acquired, position);
    return record != NULL && !record->is_acknowledged ? record : NULL;
}

static bool reserve(otelmq_kafka_acquired *acquired, size_t capacity)
{
    if (capacity <= acquired->capacity) {
        return true;
    }
    otelmq_kafka_acquired_record *records =
        realloc(acquired->records, capacity * sizeof(*acquired->records));
    if (records == NULL) {
        return false;
    }
    acquired->records = records;
    acquired->capacity = capacity;
    return true;
}

static void add(otelmq_kafka_acquired *acquired, const rd_kafka_message_t *message)
{
    otelmq_str topic = intern_topic(acquired, otelmq_str_from(rd_kafka_topic_name(message->rkt)));
    if (!otelmq_str_is_empty(topic)) {
        acquired->records[acquired->count++] = (otelmq_kafka_acquired_record){
            .position = {topic, message->partition, message->offset}};
    }
}

void otelmq_kafka_acquired_init(otelmq_kafka_acquired *acquired)
{
    memset(acquired, 0, sizeof(*acquired));
    acquired->next_expiry_monotonic_nano = UINT64_MAX;
    (void)pthread_mutex_init(&acquired->lock, NULL);
}

void otelmq_kafka_acquired_clean(otelmq_kafka_acquired *acquired)
{
    lock(acquired);
    for (size_t i = 0; i < acquired->count; i++) {
        otelmq_tracestate_release(acquired->records[i].process.tracestate);
    }
    free(acquired->records);
    acquired->records = NULL;
    acquired->count = acquired->capacity = acquired->last_found = 0;
    while (acquired->topics != NULL) {
        otelmq_kafka_acquired_topic *next = acquired->topics->next;
        free(acquired->topics);
        acquired->topics = next;
    }
    unlock(acquired);
}

void otelmq_kafka_acquired_add(otelmq_kafka_acquired *acquired, const rd_kafka_messages_t *messages,
                               bool has_errors)
{
    size_t count = rd_kafka_messages_count(messages);
    lock(acquired);
    bool has_room = reserve(acquired, acquired->count + count);
    for (size_t i = 0; has_room && i < count; i++) {
        const rd_kafka_message_t *message = rd_kafka_messages_get(messages, i);
        bool is_error = message->err != RD_KAFKA_RESP_ERR_NO_ERROR;
        if (message->rkt != NULL && (has_errors || !is_error)) {
            add(acquired, message);
        }
    }
    unlock(acquired);
}

bool otelmq_kafka_acquired_has(otelmq_kafka_acquired *acquired,
                               const otelmq_kafka_position *position)
{
    lock(acquired);
    bool is_found = find_open(acquired, position) != NULL;
    unlock(acquired);
    return is_found;
}

void otelmq_kafka_acquired_set_process(otelmq_kafka_acquired *acquired,
                                       const otelmq_kafka_position *position,
                                       const otelmq_span_context *process)
{
    lock(acquired);
    otelmq_kafka_acquired_record *record = find(acquired, position);
    if (record != NULL) {
        otelmq_tracestate_release(record->process.tracestate);
        record->process = *process;
        record->process.tracestate = otelmq_tracestate_retain(process->tracestate);
    }
    unlock(acquired);
}

otelmq_span *otelmq_kafka_acquired_keep(otelmq_kafka_acquired *acquired,
                                        const otelmq_kafka_position *position, otelmq_span *span,
                                        uint64_t expiry_monotonic_nano)
{
    otelmq_span *ending = span;
    lock(acquired);
    otelmq_kafka_acquired_record *record = find_open(acquired, position);
    if (record != NULL) {
        ending = record->kept;
        record->kept = span;
        record->expiry_monotonic_nano = expiry_monotonic_nano;
        if (expiry_monotonic_nano < acquired->next_expiry_monotonic_nano) {
            acquired->next_expiry_monotonic_nano = expiry_monotonic_nano;
        }
    }
    unlock(acquired);
    return ending;
}

bool otelmq_kafka_acquired_get_process(otelmq_kafka_acquired *acquired,
                                       const otelmq_kafka_position *position,
                                       otelmq_span_context *process)
{
    lock(acquired);
    const otelmq_kafka_acquired_record *record = find(acquired, position);
    bool is_known = record != NULL && otelmq_span_context_is_valid(&record->process);
    if (is_known) {
        *process = record->process;
        process->tracestate = otelmq_tracestate_retain(process->tracestate);
    }
    unlock(acquired);
    return is_known;
}

static otelmq_span *take_kept(otelmq_kafka_acquired_record *record)
{
    otelmq_span *span = record->kept;
    record->kept = NULL;
    return span;
}

otelmq_span *otelmq_kafka_acquired_acknowledge(otelmq_kafka_acquired *acquired,
                                               const otelmq_kafka_position *position)
{
    otelmq_span *span = NULL;
    lock(acquired);
    otelmq_kafka_acquired_record *record = find(acquired, position);
    if (record != NULL) {
        record->is_acknowledged = true;
        span = take_kept(record);
    }
    unlock(acquired);
    return span;
}

void otelmq_kafka_acquired_acknowledge_all(otelmq_kafka_acquired *acquired)
{
    lock(acquired);
    for (size_t i = 0; i < acquired->count; i++) {
        acquired->records[i].is_acknowledged = true;
    }
    unlock(acquired);
}

static otelmq_span *take_due(otelmq_kafka_acquired *acquired, size_t *index, uint64_t until)
{
    while (*index < acquired->count) {
        otelmq_kafka_acquired_record *record = &acquired->records[(*index)++];
        if (record->kept != NULL && record->expiry_monotonic_nano <= until) {
            return take_kept(record);
        }
    }
    return NULL;
}

static uint64_t next_expiry(const otelmq_kafka_acquired *acquired)
{
    uint64_t next = UINT64_MAX;
    for (size_t i = 0; i < acquired->count; i++) {
        const otelmq_kafka_acquired_record *record = &acquired->records[i];
        if (record->kept != NULL && record->expiry_monotonic_nano < next) {
            next = record->expiry_monotonic_nano;
        }
    }
    return next;
}

otelmq_span *otelmq_kafka_acquired_next_kept(otelmq_kafka_acquired *acquired, size_t *index,
                                             uint64_t until_monotonic_nano)
{
    otelmq_span *span = NULL;
    lock(acquired);
    if (until_monotonic_nano >= acquired->next_expiry_monotonic_nano) {
        span = take_due(acquired, index, until_monotonic_nano);
        if (span == NULL) {
            acquired->next_expiry_monotonic_nano = next_expiry(acquired);
        }
    }
    unlock(acquired);
    return span;
}

static size_t list_acknowledged(const otelmq_kafka_acquired *acquired,
                                otelmq_kafka_processed_partition *list)
{
    size_t count = 0;
    for (size_t i = 0; i < acquired->count; i++) {
        const otelmq_kafka_acquired_record *record = &acquired->records[i];
        if (!record->is_acknowledged) {
            continue;
        }
        list[count] = (otelmq_kafka_processed_partition){
            .topic = record->position.topic,
            .partition = record->position.partition,
            .offset = record->position.offset,
            .message_count = 1,
            .span_context = record->process,
        };
        otelmq_tracestate_retain(record->process.tracestate);
        count++;
    }
    return count;
}

size_t otelmq_kafka_acquired_list(otelmq_kafka_acquired *acquired,
                                  otelmq_kafka_processed_partition **list)
{
    size_t count = 0;
    lock(acquired);
    *list = acquired->count > 0 ? malloc(acquired->count * sizeof(**list)) : NULL;
    if (*list != NULL) {
        count = list_acknowledged(acquired, *list);
    }
    unlock(acquired);
    return count;
}

void otelmq_kafka_acquired_release(otelmq_kafka_processed_partition *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        otelmq_tracestate_release(list[i].span_context.tracestate);
    }
    free(list);
}

void otelmq_kafka_acquired_forget(otelmq_kafka_acquired *acquired)
{
    size_t left = 0;
    lock(acquired);
    for (size_t i = 0; i < acquired->count; i++) {
        if (acquired->records[i].is_acknowledged) {
            otelmq_tracestate_release(acquired->records[i].process.tracestate);
        } else {
            acquired->records[left++] = acquired->records[i];
        }
    }
    acquired->count = left;
    acquired->last_found = 0;
    unlock(acquired);
}
