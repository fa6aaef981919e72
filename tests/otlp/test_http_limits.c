/* SPDX-License-Identifier: Apache-2.0 */
/* The limits on the sizes of requests and answers, and what splitting a batch saves. */
#include "otlp/export_test.h"
#include "otlp/otlp_messages.h"
#include "support/test.h"

#include "export/http/gzip.h"

#include <stdlib.h>

static const collector_answer taken = {.status = 200};

enum { LONG_NAME = 5000, SMALL_REQUEST = 4096, MANY = 100 };

static size_t spans_of_request(export_test *test, size_t index)
{
    otelmq_str body = collector_body(test->collector, index);
    otlp_request *request = otlp_request_unpack(body.data, body.len);
    assert_non_null(request);
    size_t count = request->resource_spans[0]->scope_spans[0]->n_spans;
    otlp_request_free(request);
    return count;
}

/* Exports MANY spans, of which the index-th has a name that is too long; MANY: none of them. */
static otelmq_status export_many(export_test *test, size_t index, char long_name[LONG_NAME])
{
    otelmq_span_data data[MANY];
    const otelmq_span_data *spans[MANY];
    memset(long_name, 'x', LONG_NAME);
    for (size_t i = 0; i < MANY; i++) {
        data[i] = sample_spans_plain(&test->samples, "span");
        if (i == index) {
            data[i].name = otelmq_str_from_bytes(long_name, LONG_NAME);
        }
        spans[i] = &data[i];
    }
    test->result = (otelmq_export_result){0};
    return test->exporter.ops->export_spans(test->exporter.self, spans, MANY,
                                            EXPORT_TEST_TIMEOUT_MS, &test->result);
}

static void assert_arrived(export_test *test, size_t expected)
{
    size_t arrived = 0;
    for (size_t i = 0; i < collector_request_count(test->collector); i++) {
        assert_true(collector_body(test->collector, i).len <= SMALL_REQUEST);
        arrived += spans_of_request(test, i);
    }
    assert_int_equal(arrived, expected);
}

static void a_batch_that_is_too_large_is_split(void **state)
{
    const otelmq_otlp_options options = {.max_request_size = SMALL_REQUEST};
    char long_name[LONG_NAME];
    (void)state;
    export_test *test = export_test_start(&taken, 1, &options);
    assert_int_equal(export_many(test, MANY, long_name), OTELMQ_OK);
    assert_int_equal(test->result.failed, 0);
    assert_true(collector_request_count(test->collector) > 1);
    assert_arrived(test, MANY);
    export_test_stop(test);
}

static void a_span_that_is_too_large_alone_is_lost_alone(void **state)
{
    const otelmq_otlp_options options = {.max_request_size = SMALL_REQUEST};
    char long_name[LONG_NAME];
    (void)state;
    export_test *test = export_test_start(&taken, 1, &options);
    assert_int_equal(export_many(test, 37, long_name), OTELMQ_ERROR_LIMIT);
    assert_int_equal(test->result.failed, 1);
    assert_int_equal(test->result.under_way, 0);
    assert_arrived(test, MANY - 1);
    assert_true(export_test_said(test, OTELMQ_SEVERITY_ERROR, "1 spans for http://"));
    export_test_stop(test);
}

static void the_limit_on_requests_counts_before_compression(void **state)
{
    static const otelmq_otlp_protocol protocols[] = {OTELMQ_OTLP_HTTP_PROTOBUF,
                                                     OTELMQ_OTLP_HTTP_JSON};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(protocols); i++) {
        const otelmq_otlp_options options = {.protocol = protocols[i],
                                             .max_request_size = SMALL_REQUEST,
                                             .compression = OTELMQ_OTLP_COMPRESSION_GZIP};
        char long_name[LONG_NAME];
        export_test *test = export_test_start(&taken, 1, &options);
        assert_int_equal(export_many(test, 0, long_name), OTELMQ_ERROR_LIMIT);
        assert_int_equal(test->result.failed, 1);
        assert_true(collector_request_count(test->collector) > 1);
        export_test_stop(test);
    }
}

static void the_limit_on_answers_is_an_option(void **state)
{
    static const char body[100];
    static const collector_answer answer = {.body = body, .body_len = sizeof(body)};
    const otelmq_otlp_options options = {.max_response_size = 99};
    (void)state;
    export_test *test = export_test_start(&answer, 1, &options);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_ERROR_LIMIT);
    assert_int_equal(collector_request_count(test->collector), 1);
    assert_true(export_test_said(test, OTELMQ_SEVERITY_ERROR, "an answer of more than 99 bytes"));
    export_test_stop(test);
}

#define COMPRESSED "Content-Type: application/x-protobuf\r\nContent-Encoding: gzip\r\n"

static void a_compressed_answer_is_read(void **state)
{
    otelmq_buffer body;
    (void)state;
    otelmq_buffer_init(&body);
    /* partial_success {rejected_spans: 2} */
    assert_true(otelmq_gzip_add(&body, OTELMQ_STR("\x0a\x02\x08\x02")));
    const collector_answer answer = {
        .headers = COMPRESSED, .body = body.data, .body_len = body.len};
    export_test *test = export_test_start(&answer, 1, NULL);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_OK);
    assert_int_equal(test->result.failed, 2);
    export_test_stop(test);
    otelmq_buffer_clean(&body);
}

static void an_answer_that_unpacks_to_more_than_the_limit_is_an_error(void **state)
{
    enum { UNPACKED = 64 * 1024 * 1024 };
    char *plain = calloc(1, UNPACKED);
    otelmq_buffer body;
    (void)state;
    otelmq_buffer_init(&body);
    assert_true(otelmq_gzip_add(&body, otelmq_str_from_bytes(plain, UNPACKED)));
    assert_true(body.len < 1024 * 1024);
    const collector_answer answer = {
        .headers = COMPRESSED, .body = body.data, .body_len = body.len};
    export_test *test = export_test_start(&answer, 1, NULL);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_ERROR_LIMIT);
    assert_int_equal(collector_request_count(test->collector), 1);
    export_test_stop(test);
    otelmq_buffer_clean(&body);
    free(plain);
}

static void headers_without_end_are_an_error(void **state)
{
    enum { LEN = 200 * 1024 };
    char *headers = malloc(LEN);
    (void)state;
    for (size_t i = 0; i < LEN; i += 1024) {
        memset(headers + i, 'x', 1024);
        memcpy(headers + i, "X-Long: ", 8);
        memcpy(headers + i + 1022, "\r\n", 2);
    }
    otelmq_buffer answer_text;
    otelmq_buffer_init(&answer_text);
    otelmq_buffer_add_text(&answer_text, "HTTP/1.1 200 Fine\r\n");
    otelmq_buffer_add(&answer_text, headers, LEN);
    const collector_answer answer = {
        .deed = COLLECTOR_TALKS_NONSENSE, .body = answer_text.data, .body_len = answer_text.len};
    export_test *test = export_test_start(&answer, 1, NULL);
    assert_int_equal(export_test_run(test, EXPORT_TEST_TIMEOUT_MS), OTELMQ_ERROR_LIMIT);
    export_test_stop(test);
    otelmq_buffer_clean(&answer_text);
    free(headers);
}

static void unpacking_stops_at_the_limit(void **state)
{
    static const struct {
        size_t len;
        size_t max;
        otelmq_status status;
    } rows[] = {
        {0, 0, OTELMQ_OK},           {1, 0, OTELMQ_ERROR_LIMIT},
        {100, 100, OTELMQ_OK},       {101, 100, OTELMQ_ERROR_LIMIT},
        {100000, 100000, OTELMQ_OK}, {100001, 100000, OTELMQ_ERROR_LIMIT},
    };
    char *plain = calloc(1, 100001);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_buffer packed;
        otelmq_buffer unpacked;
        otelmq_buffer_init(&packed);
        otelmq_buffer_init(&unpacked);
        assert_true(otelmq_gzip_add(&packed, otelmq_str_from_bytes(plain, rows[i].len)));
        assert_int_equal(otelmq_gzip_read(&unpacked, otelmq_buffer_str(&packed), rows[i].max),
                         rows[i].status);
        assert_true(rows[i].status != OTELMQ_OK || unpacked.len == rows[i].len);
        packed.len -= packed.len > 4 ? 4 : 0;
        otelmq_buffer_clear(&unpacked);
        assert_int_not_equal(otelmq_gzip_read(&unpacked, otelmq_buffer_str(&packed), rows[i].max),
                             OTELMQ_OK);
        otelmq_buffer_clean(&packed);
        otelmq_buffer_clean(&unpacked);
    }
    free(plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_that_is_too_large_is_split),
        cmocka_unit_test(a_span_that_is_too_large_alone_is_lost_alone),
        cmocka_unit_test(the_limit_on_requests_counts_before_compression),
        cmocka_unit_test(the_limit_on_answers_is_an_option),
        cmocka_unit_test(a_compressed_answer_is_read),
        cmocka_unit_test(an_answer_that_unpacks_to_more_than_the_limit_is_an_error),
        cmocka_unit_test(headers_without_end_are_an_error),
        cmocka_unit_test(unpacking_stops_at_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
