/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/carrier.h>

otelmq_str otelmq_carrier_get(otelmq_carrier carrier, const char *key)
{
    if (carrier.ops == NULL || carrier.ops->get == NULL) {
        return (otelmq_str){0};
    }
    return carrier.ops->get(carrier.self, key);
}

size_t otelmq_carrier_get_all(otelmq_carrier carrier, const char *key, otelmq_str values[],
                              size_t max)
{
    if (carrier.ops != NULL && carrier.ops->get_all != NULL) {
        return carrier.ops->get_all(carrier.self, key, values, max);
    }
    otelmq_str only = otelmq_carrier_get(carrier, key);
    if (only.len == 0) {
        return 0;
    }
    if (max > 0) {
        values[0] = only;
    }
    return 1;
}

otelmq_status otelmq_carrier_set(otelmq_carrier carrier, const char *key, otelmq_str value)
{
    if (carrier.ops == NULL || carrier.ops->set == NULL) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    return carrier.ops->set(carrier.self, key, value);
}

otelmq_str otelmq_carrier_key_at(otelmq_carrier carrier, size_t index)
{
    if (carrier.ops == NULL || carrier.ops->key_at == NULL) {
        return (otelmq_str){0};
    }
    return carrier.ops->key_at(carrier.self, index);
}
