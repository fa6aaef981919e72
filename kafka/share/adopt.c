/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/share/adopt.h"

static _Thread_local otelmq_kafka_client **adopted;

void otelmq_kafka_share_adopt_into(otelmq_kafka_client **place)
{
    adopted = place;
}

bool otelmq_kafka_share_adopt(otelmq_kafka_client *client)
{
    if (adopted == NULL || *adopted != NULL) {
        return false;
    }
    *adopted = client;
    return true;
}
