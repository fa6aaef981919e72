/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/publish/batch_scratch.h"

#include <stdlib.h>

void otelmq_amqp_batch_scratch_clean(otelmq_amqp_batch_scratch *scratch)
{
    free(scratch->sends);
    free(scratch->links);
    free(scratch->ids);
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
    scratch->ids = calloc(count, sizeof(*scratch->ids));
    if (scratch->sends == NULL || scratch->links == NULL || scratch->ids == NULL) {
        otelmq_amqp_batch_scratch_clean(scratch);
        return false;
    }
    scratch->capacity = count;
    return true;
}
