/* SPDX-License-Identifier: Apache-2.0 */
/* What the trailers of a gRPC answer say, which may hold anything. */
#include "support/test.h"

#include "base/base64.h"
#include "export/otlp/grpc_status.h"

static void the_status_is_that_of_the_trailer(void **state)
{
    static const struct {
        const char *headers;
        bool is_there;
        uint32_t code;
        const char *message;
    } rows[] = {
        {"HTTP/2 200 \r\ngrpc-status: 0\r\n", true, 0, ""},
        {"grpc-status: 14\r\ngrpc-message: going down\r\n", true, 14, "going down"},
        {"Grpc-Status:14\r\nGrpc-Message:going%20down\r\n", true, 14, "going down"},
        {"grpc-status: 0\r\n\r\ngrpc-status: 13\r\n", true, 13, ""},
        {"grpc-message: 50%25 of caf%C3%A9%0Aand\r\ngrpc-status: 2", true, 2,
         "50% of caf\xC3\xA9 and"},
        {"grpc-status: 3\r\ngrpc-message: 100% %zz %4\r\n", true, 3, "100% %zz %4"},
        {"grpc-status: 3\r\ngrpc-message: %FF\r\n", true, 3, "\xEF\xBF\xBD"},
        {"grpc-status: 99\r\n", true, 99, ""},
        {"grpc-status: -1\r\n", true, 2, ""},
        {"grpc-status: \r\n", true, 2, ""},
        {"grpc-status: 99999999999999999999\r\n", true, 2, ""},
        {"x-grpc-status: 0\r\n", false, 2, ""},
        {"", false, 2, ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_grpc_status status;
        otelmq_grpc_status_parse(&status, otelmq_str_from(rows[i].headers));
        assert_row(status.is_there == rows[i].is_there, rows[i].headers);
        assert_row(status.code == rows[i].code, rows[i].headers);
        assert_same_str(otelmq_buffer_str(&status.message), otelmq_str_from(rows[i].message),
                        rows[i].headers);
        assert_row(!status.has_retry_info, rows[i].headers);
        otelmq_grpc_status_clean(&status);
    }
}

#define RETRY_INFO_TYPE "type.googleapis.com/google.rpc.RetryInfo"

/* A google.rpc.Status whose only detail is retry_info, as the header has it. */
static void add_details(otelmq_buffer *headers, const char *type, otelmq_str retry_info)
{
    otelmq_buffer bytes;
    otelmq_buffer_init(&bytes);
    size_t detail_len = 2 + strlen(type) + 2 + retry_info.len;
    otelmq_buffer_add_char(&bytes, 0x1a);
    otelmq_buffer_add_char(&bytes, (char)detail_len);
    otelmq_buffer_add_char(&bytes, 0x0a);
    otelmq_buffer_add_char(&bytes, (char)strlen(type));
    otelmq_buffer_add_text(&bytes, type);
    otelmq_buffer_add_char(&bytes, 0x12);
    otelmq_buffer_add_char(&bytes, (char)retry_info.len);
    otelmq_buffer_add_str(&bytes, retry_info);
    otelmq_buffer_add_text(headers, "grpc-status: 8\r\ngrpc-status-details-bin: ");
    otelmq_base64_add(headers, otelmq_buffer_str(&bytes));
    otelmq_buffer_add_text(headers, "\r\n");
    otelmq_buffer_clean(&bytes);
}

static void retry_info_says_how_long_to_wait(void **state)
{
    static const struct {
        const char *type;
        otelmq_str retry_info;
        bool has_retry_info;
        uint32_t delay_ms;
    } rows[] = {
        {RETRY_INFO_TYPE, {NULL, 0}, true, 0},
        {RETRY_INFO_TYPE, {"\x0a\x00", 2}, true, 0},
        {RETRY_INFO_TYPE, {"\x0a\x02\x08\x03", 4}, true, 3000},
        {RETRY_INFO_TYPE, {"\x0a\x03\x10\xc0\x3e", 5}, true, 1}, /* 8000 ns */
        {RETRY_INFO_TYPE, {"\x0a\x05\x10\x80\xca\xb5\xee\x01", 8}, false, 0}, /* cut off */
        {RETRY_INFO_TYPE, {"\x0a\x06\x10\x80\xca\xb5\xee\x01", 8}, true, 500},
        {RETRY_INFO_TYPE, {"\x0a\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 13}, true, 0},
        {RETRY_INFO_TYPE,
         {"\x0a\x0a\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 12},
         true,
         UINT32_MAX},
        {"google.rpc.RetryInfo", {"\x0a\x02\x08\x03", 4}, false, 0},
        {"type.googleapis.com/google.rpc.QuotaFailure", {NULL, 0}, false, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_buffer headers;
        otelmq_buffer_init(&headers);
        add_details(&headers, rows[i].type, rows[i].retry_info);
        otelmq_grpc_status status;
        otelmq_grpc_status_parse(&status, otelmq_buffer_str(&headers));
        assert_int_equal(status.code, OTELMQ_GRPC_RESOURCE_EXHAUSTED);
        assert_int_equal(status.has_retry_info, rows[i].has_retry_info);
        assert_int_equal(status.retry_delay_ms, rows[i].delay_ms);
        assert_int_equal(otelmq_grpc_status_is_retryable(&status), rows[i].has_retry_info);
        otelmq_grpc_status_clean(&status);
        otelmq_buffer_clean(&headers);
    }
}

static void the_codes_that_otlp_names_are_retryable(void **state)
{
    static const bool retryable[] = {
        [OTELMQ_GRPC_CANCELLED] = true,
        [OTELMQ_GRPC_DEADLINE_EXCEEDED] = true,
        [OTELMQ_GRPC_ABORTED] = true,
        [OTELMQ_GRPC_OUT_OF_RANGE] = true,
        [OTELMQ_GRPC_UNAVAILABLE] = true,
        [OTELMQ_GRPC_DATA_LOSS] = true,
        [20] = false,
    };
    (void)state;
    for (uint32_t code = 0; code < COUNT_OF(retryable); code++) {
        const otelmq_grpc_status status = {.code = code};
        assert_int_equal(otelmq_grpc_status_is_retryable(&status), retryable[code]);
        assert_true((otelmq_grpc_code_name(code) != NULL) == (code <= 16));
    }
}

static void base64_is_read_with_and_without_padding(void **state)
{
    static const struct {
        const char *digits;
        bool is_valid;
        const char *bytes;
    } rows[] = {
        {"", true, ""},
        {"YQ==", true, "a"},
        {"YQ", true, "a"},
        {"YWI=", true, "ab"},
        {"YWI", true, "ab"},
        {"YWJj", true, "abc"},
        {"Y", false, NULL},
        {"YW Jj", false, NULL},
        {"YQ===", false, NULL},
        {"Y=Q=", false, NULL},
        {"+/+/", true, "\xfb\xff\xbf"},
        {"-_-_", false, NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_buffer bytes;
        otelmq_buffer_init(&bytes);
        assert_row(otelmq_base64_read(&bytes, otelmq_str_from(rows[i].digits)) == rows[i].is_valid,
                   rows[i].digits);
        if (rows[i].is_valid) {
            assert_str(otelmq_buffer_str(&bytes), rows[i].bytes);
        }
        otelmq_buffer_clean(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_status_is_that_of_the_trailer),
        cmocka_unit_test(retry_info_says_how_long_to_wait),
        cmocka_unit_test(the_codes_that_otlp_names_are_retryable),
        cmocka_unit_test(base64_is_read_with_and_without_padding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
