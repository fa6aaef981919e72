/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/grpc_status.h"

#include "base/base64.h"
#include "base/percent.h"
#include "export/http/http_answer.h"
#include "export/http/one_line.h"
#include "export/otlp/limited_memory.h"

#include <google/rpc/error_details.pb-c.h>
#include <google/rpc/status.pb-c.h>

typedef Otelmq__Google__Rpc__Status rpc_status;
typedef Otelmq__Google__Rpc__RetryInfo retry_info;
typedef Otelmq__Google__Protobuf__Any any_message;
typedef Otelmq__Google__Protobuf__Duration duration;

enum { MS_PER_S = 1000, NANO_PER_MS = 1000000 };

static const char *const NAMES[] = {
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
};

const char *otelmq_grpc_code_name(uint32_t code)
{
    return code < sizeof(NAMES) / sizeof(NAMES[0]) ? NAMES[code] : NULL;
}

/* All of text as a decimal number; false when it is none of 32 bits. */
static bool parse_code(otelmq_str text, uint32_t *code)
{
    uint64_t number = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || number > UINT32_MAX) {
            return false;
        }
        number = number * 10 + (uint64_t)(text.data[i] - '0');
    }
    *code = (uint32_t)number;
    return text.len > 0 && number <= UINT32_MAX;
}

/* What is no proper percent-encoding stays as it is: a wrong message is better than none. */
static void read_message(otelmq_grpc_status *status, otelmq_str text)
{
    otelmq_buffer decoded;
    otelmq_buffer_init(&decoded);
    if (text.len > 0 && otelmq_buffer_reserve(&decoded, text.len)) {
        otelmq_one_line_add(&status->message, otelmq_percent_decode(text, decoded.data));
    }
    otelmq_buffer_clean(&decoded);
}

static uint32_t as_ms(const duration *delay)
{
    if (delay == NULL || delay->seconds < 0 || delay->nanos < 0 ||
        delay->nanos >= MS_PER_S * NANO_PER_MS) {
        return 0;
    }
    if (delay->seconds >= UINT32_MAX / MS_PER_S) {
        return UINT32_MAX;
    }
    uint32_t rest_ms = ((uint32_t)delay->nanos + NANO_PER_MS - 1) / NANO_PER_MS;
    return (uint32_t)delay->seconds * MS_PER_S + rest_ms;
}

/* A type URL ends in the name of the type; what stands in front of the slash does not matter. */
static bool is_retry_info(const any_message *detail)
{
    const char *slash = detail->type_url != NULL ? strrchr(detail->type_url, '/') : NULL;
    return slash != NULL && strcmp(slash + 1, "google.rpc.RetryInfo") == 0;
}

static void read_retry_info(otelmq_grpc_status *status, const any_message *detail)
{
    otelmq_limited_memory memory;
    otelmq_limited_memory_init(&memory);
    retry_info *info = otelmq__google__rpc__retry_info__unpack(&memory.allocator, detail->value.len,
                                                               detail->value.data);
    if (info != NULL) {
        status->has_retry_info = true;
        status->retry_delay_ms = as_ms(info->retry_delay);
        otelmq__google__rpc__retry_info__free_unpacked(info, &memory.allocator);
    }
}

static void read_details(otelmq_grpc_status *status, otelmq_str bytes)
{
    otelmq_limited_memory memory;
    otelmq_limited_memory_init(&memory);
    rpc_status *details = otelmq__google__rpc__status__unpack(&memory.allocator, bytes.len,
                                                              (const uint8_t *)bytes.data);
    if (details == NULL) {
        return;
    }
    for (size_t i = 0; i < details->n_details; i++) {
        if (is_retry_info(details->details[i])) {
            read_retry_info(status, details->details[i]);
        }
    }
    otelmq__google__rpc__status__free_unpacked(details, &memory.allocator);
}

void otelmq_grpc_status_parse(otelmq_grpc_status *status, otelmq_str headers)
{
    *status = (otelmq_grpc_status){.code = OTELMQ_GRPC_UNKNOWN};
    otelmq_buffer_init(&status->message);
    otelmq_str code = otelmq_http_find_header(headers, "grpc-status");
    status->is_there = code.data != NULL;
    if (!parse_code(code, &status->code)) {
        status->code = OTELMQ_GRPC_UNKNOWN;
    }
    read_message(status, otelmq_http_find_header(headers, "grpc-message"));
    otelmq_str details = otelmq_http_find_header(headers, "grpc-status-details-bin");
    otelmq_buffer bytes;
    otelmq_buffer_init(&bytes);
    if (otelmq_base64_read(&bytes, details) && otelmq_buffer_is_complete(&bytes)) {
        read_details(status, otelmq_buffer_str(&bytes));
    }
    otelmq_buffer_clean(&bytes);
}

void otelmq_grpc_status_clean(otelmq_grpc_status *status)
{
    otelmq_buffer_clean(&status->message);
}

bool otelmq_grpc_status_is_retryable(const otelmq_grpc_status *status)
{
    switch (status->code) {
    case OTELMQ_GRPC_CANCELLED:
    case OTELMQ_GRPC_DEADLINE_EXCEEDED:
    case OTELMQ_GRPC_ABORTED:
    case OTELMQ_GRPC_OUT_OF_RANGE:
    case OTELMQ_GRPC_UNAVAILABLE:
    case OTELMQ_GRPC_DATA_LOSS:
        return true;
    case OTELMQ_GRPC_RESOURCE_EXHAUSTED:
        return status->has_retry_info;
    default:
        return false;
    }
}

otelmq_grpc_code otelmq_grpc_code_from_http(long http_status)
{
    switch (http_status) {
    case 400:
        return OTELMQ_GRPC_INTERNAL;
    case 401:
        return OTELMQ_GRPC_UNAUTHENTICATED;
    case 403:
        return OTELMQ_GRPC_PERMISSION_DENIED;
    case 404:
        return OTELMQ_GRPC_UNIMPLEMENTED;
    case 429:
    case 502:
    case 503:
    case 504:
        return OTELMQ_GRPC_UNAVAILABLE;
    default:
        return OTELMQ_GRPC_UNKNOWN;
    }
}
