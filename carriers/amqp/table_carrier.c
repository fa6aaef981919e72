/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/amqp_carrier.h>

#include "base/unconst.h"
#include "table.h"

static otelmq_str get(const void *self, const char *key)
{
    return otelmq_amqp_table_get(self, key);
}

static otelmq_status set(void *self, const char *key, otelmq_str value)
{
    (void)self;
    (void)key;
    (void)value;
    return OTELMQ_ERROR_INVALID_ARGUMENT;
}

static otelmq_str key_at(const void *self, size_t index)
{
    return otelmq_amqp_table_key_at(self, index);
}

static const otelmq_carrier_ops table_ops = {.get = get, .set = set, .key_at = key_at};

otelmq_carrier otelmq_amqp_table_carrier(const amqp_table_t *table)
{
    return (otelmq_carrier){&table_ops, otelmq_unconst(table)};
}
