/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/diagnostics.h>
#include <otelmq/jaeger_remote_sampler.h>
#include <otelmq/otlp.h>
#include <otelmq/zipkin.h>

#include "export/otlp/environment.h"

static otelmq_exporter make_otlp(const char *name)
{
    (void)name;
    return otelmq_otlp_exporter(NULL);
}

static otelmq_exporter make_standard_output(const char *name)
{
    (void)name;
    return otelmq_otlp_exporter_file(NULL);
}

static otelmq_exporter make_file(const char *name)
{
    const char *path = otelmq_otlp_environment_file();
    if (path == NULL) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "OTEL_TRACES_EXPORTER is %s, but OTELMQ_OTLP_FILE has no path.",
                                  name);
        return (otelmq_exporter){0};
    }
    return otelmq_otlp_exporter_file(path);
}

static otelmq_exporter make_zipkin(const char *name)
{
    (void)name;
    return otelmq_zipkin_exporter(NULL);
}

void otelmq_otlp_register(void)
{
    otelmq_exporter_register("otlp", make_otlp);
    otelmq_exporter_register("otlp/stdout", make_standard_output);
    otelmq_exporter_register("otlp/file", make_file);
    otelmq_exporter_register("zipkin", make_zipkin);
    otelmq_jaeger_remote_register();
}

/* In a static library this only runs because the target makes its users ask for register.c. */
__attribute__((constructor)) static void register_as_linked(void)
{
    otelmq_otlp_register();
}
