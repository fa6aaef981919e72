/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/environment.h"

#include "base/buffer.h"
#include "export/otlp/url.h"

#include <otelmq/diagnostics.h>

#include <stdlib.h>
#include <strings.h>

static const char DEFAULT_URL[] = "http://localhost:4318/v1/traces";
enum { DEFAULT_TIMEOUT_MS = 10000 };

/* A variable that is set, or one with value NULL. */
typedef struct {
    const char *name;
    const char *value;
} variable;

static variable look_up(const char *name)
{
    const char *value = getenv(name);
    return (variable){name, value != NULL && value[0] != '\0' ? value : NULL};
}

static variable look_up_either(const char *for_traces, const char *general)
{
    variable found = look_up(for_traces);
    return found.value != NULL ? found : look_up(general);
}

/* Values may hold credentials: only what is masked, or cannot hold any, is shown. */
static void report_wrong(variable wrong, const char *why, const char *shown_value,
                         const char *used_instead)
{
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING, "%s is \"%s\", which is %s; %s is used.",
                              wrong.name, shown_value, why, used_instead);
}

static void report_wrong_url(variable wrong)
{
    char *masked = otelmq_url_masked(wrong.value);
    report_wrong(wrong, "not an http or https URL", masked != NULL ? masked : "***", DEFAULT_URL);
    free(masked);
}

char *otelmq_otlp_environment_url(void)
{
    variable for_traces = look_up("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
    variable general = look_up("OTEL_EXPORTER_OTLP_ENDPOINT");
    variable found = for_traces.value != NULL ? for_traces : general;
    if (found.value == NULL) {
        return strdup(DEFAULT_URL);
    }
    if (!otelmq_url_is_http(found.value)) {
        report_wrong_url(found);
        return strdup(DEFAULT_URL);
    }
    return for_traces.value != NULL ? strdup(found.value) : otelmq_url_for_traces(found.value);
}

/* Decimal digits only, from 1 to what 32 bits hold; 0 for anything else. */
static uint32_t parse_positive(const char *text)
{
    uint64_t number = 0;
    for (; *text >= '0' && *text <= '9' && number <= UINT32_MAX; text++) {
        number = number * 10 + (uint64_t)(*text - '0');
    }
    return *text == '\0' && number <= UINT32_MAX ? (uint32_t)number : 0;
}

uint32_t otelmq_otlp_environment_timeout_ms(void)
{
    variable found =
        look_up_either("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT");
    if (found.value == NULL) {
        return DEFAULT_TIMEOUT_MS;
    }
    uint32_t timeout_ms = parse_positive(found.value);
    if (timeout_ms == 0) {
        report_wrong(found, "not a positive number of milliseconds", found.value, "10000");
        return DEFAULT_TIMEOUT_MS;
    }
    return timeout_ms;
}

bool otelmq_otlp_environment_is_gzip(void)
{
    variable found =
        look_up_either("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "OTEL_EXPORTER_OTLP_COMPRESSION");
    if (found.value == NULL || strcasecmp(found.value, "none") == 0) {
        return false;
    }
    if (strcasecmp(found.value, "gzip") != 0) {
        report_wrong(found, "neither none nor gzip", found.value, "none");
        return false;
    }
    return true;
}

static int hex_value(char digit)
{
    const char *digits = "0123456789abcdef0123456789ABCDEF";
    const char *found = digit != '\0' ? strchr(digits, digit) : NULL;
    return found != NULL ? (int)((found - digits) % 16) : -1;
}

/* Undoes the percent-encoding; false for a percent sign without two digits behind it. */
static bool add_decoded(otelmq_buffer *decoded, otelmq_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] != '%') {
            otelmq_buffer_add_char(decoded, text.data[i]);
            continue;
        }
        int high = i + 2 < text.len ? hex_value(text.data[i + 1]) : -1;
        int low = i + 2 < text.len ? hex_value(text.data[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return false;
        }
        otelmq_buffer_add_char(decoded, (char)(unsigned char)(high * 16 + low));
        i += 2;
    }
    return true;
}

static otelmq_status add_pair(otelmq_http_headers *headers, otelmq_str name, otelmq_str value)
{
    otelmq_buffer decoded;
    otelmq_buffer_init(&decoded);
    otelmq_status status = OTELMQ_ERROR_MALFORMED;
    if (add_decoded(&decoded, value)) {
        status = otelmq_buffer_is_complete(&decoded)
                     ? otelmq_http_headers_add(headers, name, otelmq_buffer_str(&decoded))
                     : OTELMQ_ERROR_NO_MEMORY;
    }
    otelmq_buffer_clean(&decoded);
    return status;
}

/* One "name=value" of the list. */
static otelmq_status add_member(otelmq_http_headers *headers, otelmq_str member)
{
    const char *equals = memchr(member.data, '=', member.len);
    if (equals == NULL) {
        return OTELMQ_ERROR_MALFORMED;
    }
    size_t name_len = (size_t)(equals - member.data);
    otelmq_str name = otelmq_str_from_bytes(member.data, name_len);
    otelmq_str value = otelmq_str_from_bytes(equals + 1, member.len - name_len - 1);
    return add_pair(headers, otelmq_http_headers_trim(name), otelmq_http_headers_trim(value));
}

/* A member that went wrong may be half of a secret, and so is told by its number only. */
bool otelmq_otlp_environment_add_headers(otelmq_http_headers *headers)
{
    variable found =
        look_up_either("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS");
    const char *at = found.value;
    for (unsigned number = 1; at != NULL; number++) {
        size_t len = strcspn(at, ",");
        otelmq_str member = otelmq_http_headers_trim(otelmq_str_from_bytes(at, len));
        otelmq_status status = member.len > 0 ? add_member(headers, member) : OTELMQ_OK;
        if (status != OTELMQ_OK) {
            otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                      "%s: header number %u is left out: %s.", found.name, number,
                                      otelmq_http_headers_refusal(status));
        }
        if (status == OTELMQ_ERROR_NO_MEMORY) {
            return false;
        }
        at = at[len] == ',' ? at + len + 1 : NULL;
    }
    return true;
}

const char *otelmq_otlp_environment_ca_file(void)
{
    return look_up_either("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "OTEL_EXPORTER_OTLP_CERTIFICATE")
        .value;
}

const char *otelmq_otlp_environment_client_certificate(void)
{
    return look_up_either("OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE",
                          "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE")
        .value;
}

const char *otelmq_otlp_environment_client_key(void)
{
    return look_up_either("OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", "OTEL_EXPORTER_OTLP_CLIENT_KEY")
        .value;
}

void otelmq_otlp_environment_check_protocol(void)
{
    static const char used[] = "http/protobuf";
    variable found =
        look_up_either("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL");
    if (found.value != NULL && strcmp(found.value, used) != 0) {
        report_wrong(found, "no protocol of this exporter", found.value, used);
    }
}

const char *otelmq_otlp_environment_file(void)
{
    return look_up("OTELMQ_OTLP_FILE").value;
}
