/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/diagnostics.h>
#include <otelmq/otlp.h>

#include "export/otlp/environment.h"

static otelmq_exporter make_http(const char *name)
{
    (void)name;
    return otelmq_otlp_exporter_http(NULL);
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

void otelmq_otlp_register(void)
{
    otelmq_exporter_register("otlp", make_http);
    otelmq_exporter_register("otlp/stdout", make_standard_output);
    otelmq_exporter_register("otlp/file", make_file);
}

/* In a static library this only runs because the target makes its users ask for register.c. */
__attribute__((constructor)) static void register_as_linked(void)
{
    otelmq_otlp_register();
}
