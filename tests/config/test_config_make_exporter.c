/* SPDX-License-Identifier: Apache-2.0 */
#include "config/headers.h"
#include "support/test.h"

static otelmq_config *config;
static otelmq_config_problems problems;
static otelmq_config_maker maker;

static int set_up(void **state)
{
    (void)state;
    config = NULL;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    otelmq_config_destroy(config);
    return 0;
}

static const otelmq_config_node *parse(const char *text)
{
    static const otelmq_sdk_options options = {0};
    otelmq_config_destroy(config);
    otelmq_config_problems_init(&problems, "t.yaml");
    config = otelmq_config_parse("t.yaml", otelmq_str_from(text), &problems);
    assert_row(config != NULL, problems.items[0].text);
    maker = (otelmq_config_maker){.config = config, .problems = &problems, .options = &options};
    return config->root;
}

static bool fill_headers(const char *options, otelmq_config_headers *headers)
{
    char text[2048];
    snprintf(text, sizeof(text),
             "file_format: \"1.0\"\n"
             "tracer_provider: {processors: [{simple: {exporter: {otlp_http: %s}}}]}\n",
             options);
    const otelmq_config_node *provider = otelmq_config_get(parse(text), "tracer_provider");
    const otelmq_config_node *processor = otelmq_config_get(provider, "processors")->first->node;
    const otelmq_config_node *exporter =
        otelmq_config_get(otelmq_config_get(processor, "simple"), "exporter");
    *headers = (otelmq_config_headers){0};
    return otelmq_config_headers_fill(headers, &maker, otelmq_config_get(exporter, "otlp_http"));
}

static void headers_come_before_those_of_the_list(void **state)
{
    (void)state;
    otelmq_config_headers headers;
    assert_true(fill_headers("{headers: [{name: a, value: \"1\"}, {name: b, value: }], "
                             "headers_list: \"a=2, c = x%2Cy%20 ,\"}",
                             &headers));
    assert_int_equal(headers.count, 3);
    assert_string_equal(headers.lines[0], "a: 1");
    assert_string_equal(headers.lines[1], "a: 2");
    assert_string_equal(headers.lines[2], "c: x,y ");
    assert_true(fill_headers("{}", &headers));
    assert_int_equal(headers.count, 0);
}

static void wrong_headers_are_reported_without_their_values(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "{headers_list: secret}",
        "{headers_list: \"=secret\"}",
        "{headers_list: \"a=secret%\"}",
        "{headers_list: \"a=secret%zz\"}",
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_config_headers headers;
        assert_row(!fill_headers(rows[i], &headers), rows[i]);
        assert_row(strstr(problems.items[0].text, "t.yaml:2: headers_list") != NULL,
                   problems.items[0].text);
        assert_row(strstr(problems.items[0].text, "secret") == NULL, problems.items[0].text);
    }
}

/* Of a file whose second line has it. */
static otelmq_processor make_processor(const char *exporter)
{
    char text[512];
    snprintf(text, sizeof(text),
             "file_format: \"1.0\"\n"
             "tracer_provider: {processors: [{batch: {max_queue_size: 9, exporter: %s}}]}\n",
             exporter);
    const otelmq_config_node *provider = otelmq_config_get(parse(text), "tracer_provider");
    return otelmq_config_make_processor(&maker,
                                        otelmq_config_get(provider, "processors")->first->node);
}

static void every_kind_of_exporter_can_be_made(void **state)
{
    (void)state;
    static const char *const exporters[] = {
        "{otlp_http: }",
        "{otlp_http: {endpoint: \"https://a:1/x\", encoding: json, timeout: 0}}",
        "{otlp_http: {max_request_size: 0, max_response_size: 1000, compression: gzip}}",
        "{otlp_http: {endpoint: \"unix:///tmp/otelmq-no-such.sock\"}}",
        "{otlp_grpc: }",
        "{otlp_grpc: {endpoint: \"localhost:4317\", tls: {insecure: true}}}",
        "{otlp_grpc: {endpoint: \"https://localhost:4317\", headers_list: \"a=b\"}}",
        "{otlp_file/development: }",
        "{otlp_file/development: {output_stream: \"file:///dev/null\"}}",
        "{console: }",
        "{zipkin: {endpoint: \"http://localhost:9411/api/v2/spans\", timeout: 5}}",
    };
    for (size_t i = 0; i < COUNT_OF(exporters); i++) {
        otelmq_processor processor = make_processor(exporters[i]);
        assert_row(processor.ops != NULL, exporters[i]);
        assert_row(problems.count == 0, exporters[i]);
        otelmq_processor_destroy(processor);
    }
}

static void exporters_that_cannot_be_made_are_named_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *exporter;
        const char *reported;
    } rows[] = {
        {"{otlp_http: {endpoint: \"ftp://a\"}}", "the exporter \"otlp_http\" cannot be made"},
        {"{otlp_http: {tls: {key_file: /k}}}", "tls.key_file needs tls.cert_file"},
        {"{otlp_grpc: {tls: {cert_file: /k}}}", "tls.cert_file needs tls.key_file"},
        {"{otlp_file/development: {output_stream: stderr}}", "output_stream must be stdout or"},
        {"{otlp_file/development: {output_stream: \"file://host/a\"}}", "output_stream must be"},
        {"{otlp_file/development: {output_stream: \"file:///nonexistent/a\"}}",
         "the exporter \"otlp_file/development\" cannot be made"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_processor processor = make_processor(rows[i].exporter);
        assert_row(processor.ops == NULL, rows[i].exporter);
        assert_row(strstr(problems.items[0].text, "t.yaml:2: ") != NULL, problems.items[0].text);
        assert_row(strstr(problems.items[0].text, rows[i].reported) != NULL,
                   problems.items[0].text);
    }
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(headers_come_before_those_of_the_list),
        T(wrong_headers_are_reported_without_their_values),
        T(every_kind_of_exporter_can_be_made),
        T(exporters_that_cannot_be_made_are_named_with_their_line),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
