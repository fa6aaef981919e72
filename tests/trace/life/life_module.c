/* SPDX-License-Identifier: Apache-2.0 */
/* A shared object that carries otelmq, as a plugin does. test_dlclose.c opens and closes it. */
#include "trace/life/life_module.h"

#include <otelmq/otelmq.h>

static otelmq_sdk *sdk;

static otelmq_status count_spans(void *self, const otelmq_span_data *const spans[], size_t count,
                                 uint32_t timeout_ms, otelmq_export_result *result)
{
    (void)spans;
    (void)timeout_ms;
    (void)result;
    atomic_fetch_add((atomic_uint *)self, (unsigned)count);
    return OTELMQ_OK;
}

OTELMQ_API bool life_module_start(atomic_uint *exported)
{
    /* Closed and opened again, it is the module that it was. */
    (void)otelmq_sdk_shutdown(sdk, 60000);
    static const otelmq_exporter_ops counting_ops = {.export_spans = count_spans};
    const otelmq_batch_options batch = {.schedule_delay_ms = 50};
    const otelmq_sdk_options options = {.exporter = {&counting_ops, exported}, .batch = &batch};
    return otelmq_sdk_start(&options, &sdk) == OTELMQ_OK;
}

OTELMQ_API void life_module_record(unsigned count)
{
    otelmq_tracer *tracer = otelmq_tracer_get("module", NULL);
    for (unsigned i = 0; i < count; i++) {
        otelmq_scope scope = otelmq_tracer_start_scope(tracer, "recorded", NULL);
        otelmq_scope_end(&scope);
    }
}

/* Leaves a context attached, which the end of the thread takes back. */
OTELMQ_API void life_module_attach(void)
{
    (void)otelmq_context_attach(otelmq_context_root());
}

OTELMQ_API bool life_module_stop(void)
{
    otelmq_status status = otelmq_sdk_shutdown(sdk, 60000);
    sdk = NULL;
    return status == OTELMQ_OK;
}
