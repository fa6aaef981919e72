/* SPDX-License-Identifier: Apache-2.0 */
/* Traces a Kafka client that never meets a broker. */
#include <otelmq/kafka.h>

#include <stdio.h>

int main(void)
{
    char error[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (otelmq_kafka_conf_trace(conf, NULL) != OTELMQ_OK) {
        return 1;
    }
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error));
    if (producer == NULL) {
        return 1;
    }
    rd_kafka_destroy(producer);
    printf("kafka: traced\n");
    return 0;
}
