/* SPDX-License-Identifier: Apache-2.0 */
#include "export/zipkin/environment.h"

#include "export/http/url.h"
#include "export/http/variable.h"

#include <string.h>

static const char DEFAULT_URL[] = "http://localhost:9411/api/v2/spans";
enum { DEFAULT_TIMEOUT_MS = 10000 };

char *otelmq_zipkin_environment_endpoint(void)
{
    otelmq_variable found = otelmq_variable_look_up("OTEL_EXPORTER_ZIPKIN_ENDPOINT");
    if (found.value == NULL) {
        return strdup(DEFAULT_URL);
    }
    if (otelmq_url_socket_path(found.value) == NULL && !otelmq_url_is_http(found.value)) {
        otelmq_variable_report_wrong_url(found, DEFAULT_URL);
        return strdup(DEFAULT_URL);
    }
    return strdup(found.value);
}

uint32_t otelmq_zipkin_environment_timeout_ms(void)
{
    return otelmq_variable_timeout_ms(otelmq_variable_look_up("OTEL_EXPORTER_ZIPKIN_TIMEOUT"),
                                      DEFAULT_TIMEOUT_MS);
}
