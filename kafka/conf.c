/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/conf.h"

#include <stdlib.h>
#include <string.h>

char *otelmq_kafka_conf_text(const rd_kafka_conf_t *conf, const char *name)
{
    size_t size = 0;
    if (rd_kafka_conf_get(conf, name, NULL, &size) != RD_KAFKA_CONF_OK || size <= 1) {
        return NULL;
    }
    char *text = malloc(size);
    if (text != NULL && rd_kafka_conf_get(conf, name, text, &size) != RD_KAFKA_CONF_OK) {
        free(text);
        return NULL;
    }
    return text;
}

bool otelmq_kafka_conf_is(const rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char *text = otelmq_kafka_conf_text(conf, name);
    bool is = text != NULL && strcmp(text, value) == 0;
    free(text);
    return is;
}

uint32_t otelmq_kafka_conf_limit(const rd_kafka_conf_t *conf, const char *name, uint32_t otherwise)
{
    return otelmq_kafka_conf_is(conf, name, "0") ? UINT32_MAX
                                                 : otelmq_kafka_conf_number(conf, name, otherwise);
}

uint32_t otelmq_kafka_conf_number(const rd_kafka_conf_t *conf, const char *name, uint32_t otherwise)
{
    char text[24];
    size_t size = sizeof(text);
    if (rd_kafka_conf_get(conf, name, text, &size) != RD_KAFKA_CONF_OK) {
        return otherwise;
    }
    unsigned long number = strtoul(text, NULL, 10);
    return number > 0 && number <= UINT32_MAX ? (uint32_t)number : otherwise;
}
