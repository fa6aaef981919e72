/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/frames/extract.h"

#include <otelmq/amqp_carrier.h>

#include "amqp/connection_state.h"
#include "amqp/properties.h"

const otelmq_context *otelmq_amqp_extract_under(const otelmq_amqp_connection *connection,
                                                const otelmq_context *base,
                                                const amqp_basic_properties_t *properties)
{
    otelmq_propagator propagator = otelmq_messaging_client_options(connection->client)->propagator;
    if (propagator.ops == NULL) {
        propagator = otelmq_propagator_global();
    }
    return otelmq_propagator_extract(
        propagator, base, otelmq_amqp_table_carrier(otelmq_amqp_properties_headers(properties)));
}

const otelmq_context *otelmq_amqp_extract(otelmq_amqp_connection *connection,
                                          const amqp_basic_properties_t *properties)
{
    if (connection == NULL) {
        return otelmq_context_retain(NULL);
    }
    return otelmq_amqp_extract_under(connection, NULL, properties);
}
