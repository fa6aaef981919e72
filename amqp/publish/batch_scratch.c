/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/publish/batch_scratch.h"

#include <stdlib.h>

void otelmq_amqp_batch_scratch_clean(otelmq_amqp_batch_scratch *scratch)
{
    free(scratch->sends);
    free(scratch->links);
    free(scratch->link_attributes);
    free(scratch->destinations);
    *scratch = (otelmq_amqp_batch_scratch){.capacity = 0};
}

bool otelmq_amqp_batch_scratch_reserve(otelmq_amqp_batch_scratch *scratch, size_t count)
{
    if (count <= scratch->capacity) {
        return true;
    }
    otelmq_amqp_batch_scratch_clean(scratch);
    scratch->sends = calloc(count, sizeof(*scratch->sends));
    scratch->links = calloc(count, sizeof(*scratch->links));
    scratch->link_attributes = calloc(count, sizeof(*scratch->link_attributes));
    if (scratch->sends == NULL || scratch->links == NULL || scratch->link_attributes == NULL) {
        otelmq_amqp_batch_scratch_clean(scratch);
        return false;
    }
    scratch->capacity = count;
    return true;
}

bool otelmq_amqp_batch_scratch_reserve_destinations(otelmq_amqp_batch_scratch *scratch,
                                                    size_t count)
{
    if (count <= scratch->destination_capacity) {
        return true;
    }
    free(scratch->destinations);
    scratch->destinations = calloc(count, sizeof(*scratch->destinations));
    scratch->destination_capacity = scratch->destinations != NULL ? count : 0;
    return scratch->destinations != NULL;
}
