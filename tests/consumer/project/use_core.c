/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the traceparent of a span, as a transport of one's own would send it. */
#include <otelmq/otelmq.h>

#include <stdio.h>

int main(void)
{
    otelmq_sdk *sdk = NULL;
    if (otelmq_sdk_start(&(otelmq_sdk_options){.service_name = "consumer"}, &sdk) != OTELMQ_OK) {
        return 1;
    }
    otelmq_tracer *tracer = otelmq_tracer_get("consumer", OTELMQ_VERSION);
    otelmq_scope scope = otelmq_tracer_start_scope(tracer, "use core", NULL);
    otelmq_map *headers = otelmq_map_create();
    otelmq_propagator_inject(otelmq_propagator_global(), NULL, otelmq_map_carrier(headers));
    otelmq_str traceparent = otelmq_map_get(headers, "traceparent");
    printf("core: %.*s\n", (int)traceparent.len, traceparent.data);
    otelmq_map_destroy(headers);
    otelmq_scope_end(&scope);
    return otelmq_sdk_shutdown(sdk, 5000) == OTELMQ_OK ? 0 : 1;
}
