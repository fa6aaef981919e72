/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/publish/unsettled.h"

#include <stdlib.h>

enum { FIRST_TAG = 1, FIRST_CAPACITY = 64 };

void otelmq_amqp_unsettled_init(otelmq_amqp_unsettled *unsettled)
{
    *unsettled = (otelmq_amqp_unsettled){.oldest = FIRST_TAG, .next = FIRST_TAG};
}

void otelmq_amqp_unsettled_clean(otelmq_amqp_unsettled *unsettled)
{
    free(unsettled->entries);
    otelmq_amqp_unsettled_init(unsettled);
}

static bool grow(otelmq_amqp_unsettled *unsettled)
{
    otelmq_amqp_unsettled larger = *unsettled;
    larger.capacity = unsettled->capacity == 0 ? FIRST_CAPACITY : unsettled->capacity * 2;
    larger.entries = calloc(larger.capacity, sizeof(*larger.entries));
    if (larger.entries == NULL) {
        return false;
    }
    for (uint64_t tag = unsettled->oldest; tag < unsettled->next; tag++) {
        *otelmq_amqp_unsettled_at(&larger, tag) = *otelmq_amqp_unsettled_at(unsettled, tag);
    }
    free(unsettled->entries);
    *unsettled = larger;
    return true;
}

bool otelmq_amqp_unsettled_reserve(otelmq_amqp_unsettled *unsettled)
{
    return otelmq_amqp_unsettled_has_room(unsettled) ||
           (unsettled->capacity < OTELMQ_AMQP_MAX_UNSETTLED && grow(unsettled));
}

void otelmq_amqp_unsettled_add(otelmq_amqp_unsettled *unsettled,
                               const otelmq_amqp_published *published)
{
    *otelmq_amqp_unsettled_at(unsettled, unsettled->next) = *published;
    unsettled->next++;
    unsettled->pending++;
}

void otelmq_amqp_unsettled_remove(otelmq_amqp_unsettled *unsettled, uint64_t tag)
{
    otelmq_amqp_unsettled_at(unsettled, tag)->is_settled = true;
    unsettled->pending--;
    while (unsettled->oldest < unsettled->next &&
           otelmq_amqp_unsettled_at(unsettled, unsettled->oldest)->is_settled) {
        unsettled->oldest++;
    }
}
