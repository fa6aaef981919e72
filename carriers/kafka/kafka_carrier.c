/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/kafka_carrier.h>

static otelmq_str first_value(const void *self, const char *key)
{
    const rd_kafka_headers_t *headers = self;
    const void *value = NULL;
    size_t size = 0;
    if (headers == NULL || rd_kafka_header_get(headers, 0, key, &value, &size) != 0) {
        return otelmq_str_from(NULL);
    }
    return otelmq_str_from_bytes(value, size);
}

static otelmq_status replace_values(void *self, const char *key, otelmq_str value)
{
    rd_kafka_headers_t *headers = self;
    if (headers == NULL || key == NULL) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    if (value.len > INT32_MAX) {
        return OTELMQ_ERROR_LIMIT;
    }
    /* librdkafka makes a null value, not an empty one, of NULL. */
    const char *data = value.data != NULL ? value.data : "";
    (void)rd_kafka_header_remove(headers, key);
    rd_kafka_resp_err_t err = rd_kafka_header_add(headers, key, -1, data, (ssize_t)value.len);
    return err == RD_KAFKA_RESP_ERR_NO_ERROR ? OTELMQ_OK : OTELMQ_ERROR_NO_MEMORY;
}

static otelmq_str name_at(const void *self, size_t index)
{
    const rd_kafka_headers_t *headers = self;
    const char *name = NULL;
    const void *value = NULL;
    size_t size = 0;
    if (headers == NULL || index > INT32_MAX ||
        rd_kafka_header_get_all(headers, index, &name, &value, &size) != 0) {
        return otelmq_str_from(NULL);
    }
    return otelmq_str_from(name);
}

static const otelmq_carrier_ops kafka_headers_ops = {
    .get = first_value,
    .set = replace_values,
    .key_at = name_at,
};

otelmq_carrier otelmq_kafka_headers_carrier(rd_kafka_headers_t *headers)
{
    return (otelmq_carrier){&kafka_headers_ops, headers};
}
