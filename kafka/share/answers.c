/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/share/answers.h"

#include "kafka/consume/kept.h"

#include <stdlib.h>

struct otelmq_kafka_unanswered {
    otelmq_kafka_unanswered *next; /* the next newer one */
    otelmq_span *span;
    rd_kafka_resp_err_t err; /* the first one */
    size_t count; /* of those not answered */
    otelmq_kafka_position first[]; /* of each partition, its first record */
};

static bool is_same_partition(const otelmq_kafka_processed_partition *a,
                              const otelmq_kafka_processed_partition *b)
{
    return a->partition == b->partition && otelmq_str_equal(a->topic, b->topic);
}

/* Records of one partition stand together. */
static bool is_first_of_partition(const otelmq_kafka_processed_partition records[], size_t index)
{
    return index == 0 || !is_same_partition(&records[index - 1], &records[index]);
}

static otelmq_kafka_unanswered *
create(otelmq_span *span, const otelmq_kafka_processed_partition records[], size_t count)
{
    otelmq_kafka_unanswered *commit = malloc(sizeof(*commit) + count * sizeof(commit->first[0]));
    if (commit == NULL) {
        return NULL;
    }
    *commit = (otelmq_kafka_unanswered){.span = span};
    for (size_t i = 0; i < count; i++) {
        if (is_first_of_partition(records, i)) {
            commit->first[commit->count++] =
                (otelmq_kafka_position){records[i].topic, records[i].partition, records[i].offset};
        }
    }
    return commit;
}

static bool has_offset(const rd_kafka_share_partition_offsets_t *answered, int64_t offset)
{
    const int64_t *offsets = rd_kafka_share_partition_offsets_offsets(answered);
    size_t count = rd_kafka_share_partition_offsets_offsets_cnt(answered);
    for (size_t i = 0; i < count; i++) {
        if (offsets[i] == offset) {
            return true;
        }
    }
    return false;
}

static bool is_answer_to(const rd_kafka_share_partition_offsets_t *answered,
                         const otelmq_kafka_position *first)
{
    const rd_kafka_topic_partition_t *partition =
        rd_kafka_share_partition_offsets_partition(answered);
    return partition->partition == first->partition &&
           otelmq_str_equal(otelmq_str_from(partition->topic), first->topic) &&
           has_offset(answered, first->offset);
}

/* Whether the answer was about this commit. */
static bool answer(otelmq_kafka_unanswered *commit,
                   const rd_kafka_share_partition_offsets_t *answered, rd_kafka_resp_err_t err)
{
    size_t left = 0;
    for (size_t i = 0; i < commit->count; i++) {
        if (!is_answer_to(answered, &commit->first[i])) {
            commit->first[left++] = commit->first[i];
        }
    }
    bool is_about = left < commit->count;
    commit->count = left;
    if (is_about && commit->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        commit->err = err;
    }
    return is_about;
}

static otelmq_span *take(otelmq_kafka_answers *answers, otelmq_kafka_unanswered **link)
{
    otelmq_kafka_unanswered *commit = *link;
    otelmq_span *span = commit->span;
    *link = commit->next;
    answers->count--;
    free(commit);
    return span;
}

void otelmq_kafka_answers_init(otelmq_kafka_answers *answers)
{
    memset(answers, 0, sizeof(*answers));
    (void)pthread_mutex_init(&answers->lock, NULL);
}

bool otelmq_kafka_answers_await(otelmq_kafka_answers *answers, otelmq_span *span,
                                const otelmq_kafka_processed_partition records[], size_t count)
{
    otelmq_kafka_unanswered *commit = create(span, records, count);
    (void)pthread_mutex_lock(&answers->lock);
    bool is_added = commit != NULL && answers->count < OTELMQ_KAFKA_MAX_UNANSWERED;
    if (is_added) {
        otelmq_kafka_unanswered **link = &answers->oldest;
        while (*link != NULL) {
            link = &(*link)->next;
        }
        *link = commit;
        answers->count++;
    }
    (void)pthread_mutex_unlock(&answers->lock);
    if (!is_added) {
        free(commit);
    }
    return is_added;
}

otelmq_span *otelmq_kafka_answers_take(otelmq_kafka_answers *answers,
                                       const rd_kafka_share_partition_offsets_t *answered,
                                       rd_kafka_resp_err_t *err)
{
    otelmq_span *span = NULL;
    (void)pthread_mutex_lock(&answers->lock);
    otelmq_kafka_unanswered **link = &answers->oldest;
    while (*link != NULL && !answer(*link, answered, *err)) {
        link = &(*link)->next;
    }
    if (*link != NULL && (*link)->count == 0) {
        *err = (*link)->err;
        span = take(answers, link);
    }
    (void)pthread_mutex_unlock(&answers->lock);
    return span;
}

otelmq_span *otelmq_kafka_answers_take_any(otelmq_kafka_answers *answers)
{
    (void)pthread_mutex_lock(&answers->lock);
    otelmq_span *span = answers->oldest != NULL ? take(answers, &answers->oldest) : NULL;
    (void)pthread_mutex_unlock(&answers->lock);
    return span;
}
