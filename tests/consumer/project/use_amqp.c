/* SPDX-License-Identifier: Apache-2.0 */
/* Puts a context into AMQP headers, and gets a no-op of the traced connection called. */
#include <otelmq/amqp.h>
#include <otelmq/amqp_carrier.h>

#include <stdio.h>

int main(void)
{
    otelmq_amqp_headers headers;
    if (otelmq_amqp_headers_init(&headers, NULL) != OTELMQ_OK) {
        return 1;
    }
    otelmq_carrier carrier = otelmq_amqp_headers_carrier(&headers);
    otelmq_carrier_set(carrier, "traceparent", OTELMQ_STR("set"));
    printf("amqp: %d header\n", headers.table.num_entries);
    otelmq_amqp_headers_clean(&headers);
    otelmq_amqp_connection_destroy(NULL);
    return 0;
}
