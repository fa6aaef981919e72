/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/environment.h"

#include "base/buffer.h"
#include "base/percent.h"
#include "base/text.h"
#include "export/http/url.h"
#include "export/http/variable.h"
#include "export/otlp/endpoint.h"

#include <otelmq/diagnostics.h>

#include <stdlib.h>

static const char TRACES_PATH[] = "/v1/traces";
static const char DEFAULT_URL[] = "http://localhost:4318/v1/traces";
static const char DEFAULT_GRPC_URL[] = "http://localhost:4317";

static const char *default_url(bool is_grpc)
{
    return is_grpc ? DEFAULT_GRPC_URL : DEFAULT_URL;
}

char *otelmq_otlp_default_endpoint(bool is_grpc)
{
    return strdup(default_url(is_grpc));
}

char *otelmq_otlp_environment_endpoint(bool is_grpc)
{
    const char *usual = default_url(is_grpc);
    otelmq_variable for_traces = otelmq_variable_look_up("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
    otelmq_variable general = otelmq_variable_look_up("OTEL_EXPORTER_OTLP_ENDPOINT");
    otelmq_variable found = for_traces.value != NULL ? for_traces : general;
    if (found.value == NULL) {
        return strdup(usual);
    }
    if (!otelmq_otlp_is_endpoint(found.value, is_grpc)) {
        otelmq_variable_report_wrong_url(found, usual);
        return strdup(usual);
    }
    bool is_whole =
        is_grpc || for_traces.value != NULL || otelmq_url_socket_path(found.value) != NULL;
    return is_whole ? strdup(found.value) : otelmq_url_append_path(found.value, TRACES_PATH);
}

bool otelmq_otlp_environment_is_insecure(void)
{
    return otelmq_variable_is_true(otelmq_variable_look_up_either(
        "OTEL_EXPORTER_OTLP_TRACES_INSECURE", "OTEL_EXPORTER_OTLP_INSECURE"));
}

uint32_t otelmq_otlp_environment_timeout_ms(void)
{
    return otelmq_variable_timeout_ms(
        otelmq_variable_look_up_either("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
                                       "OTEL_EXPORTER_OTLP_TIMEOUT"),
        OTELMQ_OTLP_DEFAULT_TIMEOUT_MS);
}

bool otelmq_otlp_environment_is_gzip(void)
{
    otelmq_variable found = otelmq_variable_look_up_either("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
                                                           "OTEL_EXPORTER_OTLP_COMPRESSION");
    if (found.value == NULL || otelmq_variable_says(found, "none")) {
        return false;
    }
    if (!otelmq_variable_says(found, "gzip")) {
        otelmq_variable_report_wrong(found, "neither none nor gzip", found.value, "none");
        return false;
    }
    return true;
}

static otelmq_status add_pair(otelmq_http_headers *headers, otelmq_str name, otelmq_str value)
{
    if (!otelmq_percent_is_well_formed(value)) {
        return OTELMQ_ERROR_MALFORMED;
    }
    otelmq_buffer decoded;
    otelmq_buffer_init(&decoded);
    otelmq_status status = OTELMQ_ERROR_NO_MEMORY;
    if (otelmq_buffer_reserve(&decoded, value.len)) {
        status = otelmq_http_headers_add(headers, name, otelmq_percent_decode(value, decoded.data));
    }
    otelmq_buffer_clean(&decoded);
    return status;
}

/* One "name=value" of the list. */
static otelmq_status add_member(otelmq_http_headers *headers, otelmq_str member)
{
    if (memchr(member.data, '=', member.len) == NULL) {
        return OTELMQ_ERROR_MALFORMED;
    }
    otelmq_str value = member;
    otelmq_str name = otelmq_trim(otelmq_take_until(&value, '='));
    return add_pair(headers, name, otelmq_trim(value));
}

/* A member that went wrong may be half of a secret, and so is told by its number only. */
bool otelmq_otlp_environment_add_headers(otelmq_http_headers *headers)
{
    otelmq_variable found = otelmq_variable_look_up_either("OTEL_EXPORTER_OTLP_TRACES_HEADERS",
                                                           "OTEL_EXPORTER_OTLP_HEADERS");
    otelmq_str list = otelmq_str_from(found.value);
    for (unsigned number = 1; list.len > 0; number++) {
        otelmq_str member = otelmq_trim(otelmq_take_until(&list, ','));
        otelmq_status status = member.len > 0 ? add_member(headers, member) : OTELMQ_OK;
        if (status != OTELMQ_OK) {
            otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                      "%s: header number %u is left out: %s.", found.name, number,
                                      otelmq_http_headers_refusal(status));
        }
        if (status == OTELMQ_ERROR_NO_MEMORY) {
            return false;
        }
    }
    return true;
}

const char *otelmq_otlp_environment_ca_file(void)
{
    return otelmq_variable_look_up_either("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
                                          "OTEL_EXPORTER_OTLP_CERTIFICATE")
        .value;
}

const char *otelmq_otlp_environment_client_certificate(void)
{
    return otelmq_variable_look_up_either("OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE",
                                          "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE")
        .value;
}

const char *otelmq_otlp_environment_client_key(void)
{
    return otelmq_variable_look_up_either("OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY",
                                          "OTEL_EXPORTER_OTLP_CLIENT_KEY")
        .value;
}

otelmq_otlp_protocol otelmq_otlp_environment_protocol(void)
{
    static const struct {
        const char *name;
        otelmq_otlp_protocol protocol;
    } known[] = {
        {"http/protobuf", OTELMQ_OTLP_HTTP_PROTOBUF},
        {"http/json", OTELMQ_OTLP_HTTP_JSON},
        {"grpc", OTELMQ_OTLP_GRPC},
    };
    otelmq_variable found = otelmq_variable_look_up_either("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
                                                           "OTEL_EXPORTER_OTLP_PROTOCOL");
    if (found.value == NULL) {
        return known[0].protocol;
    }
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (otelmq_variable_says(found, known[i].name)) {
            return known[i].protocol;
        }
    }
    otelmq_variable_report_wrong(found, "no protocol of this exporter", found.value, known[0].name);
    return known[0].protocol;
}

const char *otelmq_otlp_environment_file(void)
{
    return otelmq_variable_look_up("OTELMQ_OTLP_FILE").value;
}
