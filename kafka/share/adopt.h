/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A share consumer takes no interceptor but on_new, so nothing would tell when its client has to
 * go. The traced call that makes a share consumer, in which on_new runs, adopts the client.
 */
#ifndef OTELMQ_KAFKA_SHARE_ADOPT_H
#define OTELMQ_KAFKA_SHARE_ADOPT_H

#include "kafka/client.h"

/* From now on this thread adopts a client into place, which is NULL until then; NULL: no more. */
void otelmq_kafka_share_adopt_into(otelmq_kafka_client **place);

/* Whether the thread wants the client, which moves there. */
bool otelmq_kafka_share_adopt(otelmq_kafka_client *client);

#endif
