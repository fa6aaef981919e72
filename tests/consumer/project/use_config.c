/* SPDX-License-Identifier: Apache-2.0 */
/* Names no function of otelmq::config: linking it is enough for OTEL_CONFIG_FILE. */
#include <otelmq/otelmq.h>

int main(void)
{
    otelmq_sdk *sdk = NULL;
    if (otelmq_sdk_start(&(otelmq_sdk_options){.service_name = "consumer"}, &sdk) != OTELMQ_OK) {
        return 1;
    }
    otelmq_tracer *tracer = otelmq_tracer_get("consumer", OTELMQ_VERSION);
    otelmq_scope scope = otelmq_tracer_start_scope(tracer, "use config", NULL);
    otelmq_scope_end(&scope);
    return otelmq_sdk_shutdown(sdk, 5000) == OTELMQ_OK ? 0 : 1;
}
