/* SPDX-License-Identifier: Apache-2.0 */
#include "otlp/jaeger_remote/remote_fixture.h"
#include "support/test.h"

#include <otelmq/sdk.h>

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

static const collector_answer ALWAYS[] = {RATIO("1")};

static void it_asks_at_once_for_the_strategy_of_its_service(void **state)
{
    (void)state;
    fake_collector *collector = collector_start(ALWAYS, 1);
    otelmq_sampler sampler = create_remote(collector, AN_HOUR_MS, otelmq_sampler_always_off());
    wait_for_decision(sampler, SAMPLED);
    otelmq_str head = collector_head(collector, 0);
    assert_true(has(head, "GET /sampling?service=orders HTTP/1.1\r\n"));
    assert_true(has(head, "Accept: application/json\r\n"));
    assert_int_equal(collector_request_count(collector), 1);
    assert_int_equal(report_count(), 0);
    otelmq_sampler_destroy(sampler);
    collector_stop(collector);
}

static void until_the_first_answer_the_initial_sampler_decides(void **state)
{
    (void)state;
    static const collector_answer never[] = {{.deed = COLLECTOR_HANGS}};
    fake_collector *collector = collector_start(never, 1);
    otelmq_sampler sampler = create_remote(collector, AN_HOUR_MS, otelmq_sampler_always_on());
    assert_int_equal(decide(sampler), SAMPLED);
    collector_wait(collector, 1);
    assert_int_equal(decide(sampler), SAMPLED);
    /* With an answer under way: this ends at once, or the test takes an hour. */
    otelmq_sampler_destroy(sampler);
    collector_stop(collector);
    assert_int_equal(report_count(), 0);
}

static void it_says_where_it_asks_and_hides_a_password(void **state)
{
    (void)state;
    static const struct {
        const char *endpoint;
        const char *description;
    } rows[] = {
        {"http://127.0.0.1:1", "JaegerRemoteSampler{http://127.0.0.1:1}"},
        {"http://user:secret@127.0.0.1:1/x?key=secret",
         "JaegerRemoteSampler{http://***@127.0.0.1:1/x?***}"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_sampler sampler = otelmq_sampler_jaeger_remote(
            &(otelmq_jaeger_remote_options){.endpoint = rows[i].endpoint});
        assert_string_equal(sampler.ops->description(sampler.self), rows[i].description);
        wait_for_reports(i + 1);
        assert_null(strstr(last_report(), "secret"));
        otelmq_sampler_destroy(sampler);
    }
}

static void it_asks_again_and_follows_what_changes(void **state)
{
    (void)state;
    static const collector_answer answers[] = {RATIO("1"), RATIO("0"), RATIO("0"), RATIO("1")};
    fake_collector *collector = collector_start(answers, COUNT_OF(answers));
    otelmq_sampler sampler = create_remote(collector, SHORT_MS, (otelmq_sampler){0});
    wait_for_decision(sampler, SAMPLED);
    wait_for_decision(sampler, DROPPED);
    wait_for_decision(sampler, SAMPLED);
    assert_true(collector_request_count(collector) >= COUNT_OF(answers));
    otelmq_sampler_destroy(sampler);
    assert_int_equal(report_count(), 0);
    collector_stop(collector);
}

static void an_answer_that_comes_too_late_is_an_error(void **state)
{
    (void)state;
    static const collector_answer never[] = {{.deed = COLLECTOR_HANGS}};
    fake_collector *collector = collector_start(never, 1);
    char endpoint[64];
    make_endpoint(endpoint, collector);
    otelmq_sampler sampler = otelmq_sampler_jaeger_remote(&(otelmq_jaeger_remote_options){
        .endpoint = endpoint, .polling_interval_ms = AN_HOUR_MS, .timeout_ms = SHORT_MS});
    wait_for_reports(1);
    assert_non_null(strstr(last_report(), "in time"));
    otelmq_sampler_destroy(sampler);
    assert_true(has(collector_head(collector, 0), "service=unknown_service"));
    collector_stop(collector);
}

static void the_same_answer_again_gives_no_new_burst(void **state)
{
    (void)state;
    static const collector_answer seldom[] = {
        ANSWER("{\"strategyType\":\"RATE_LIMITING\","
               "\"rateLimitingSampling\":{\"maxTracesPerSecond\":0.00001}}")};
    fake_collector *collector = collector_start(seldom, 1);
    otelmq_sampler sampler = create_remote(collector, SHORT_MS, otelmq_sampler_always_off());
    wait_for_decision(sampler, SAMPLED);
    collector_wait(collector, 4);
    assert_int_equal(decide(sampler), DROPPED);
    otelmq_sampler_destroy(sampler);
    collector_stop(collector);
}

static unsigned destroys;

static void note_destroy(void *self)
{
    (void)self;
    destroys++;
}

static otelmq_sampling_result drop(const void *self, const otelmq_sampling_input *input)
{
    (void)self;
    (void)input;
    return (otelmq_sampling_result){.decision = OTELMQ_SAMPLING_DROP};
}

static void it_owns_the_initial_sampler_on_failure_too(void **state)
{
    (void)state;
    static const otelmq_sampler_ops ops = {.should_sample = drop, .destroy = note_destroy};
    static const char *const endpoints[] = {"ftp://127.0.0.1/", "", "127.0.0.1:5778"};
    destroys = 0;
    for (size_t i = 0; i < COUNT_OF(endpoints); i++) {
        otelmq_sampler sampler = otelmq_sampler_jaeger_remote(&(otelmq_jaeger_remote_options){
            .endpoint = endpoints[i], .initial_sampler = {&ops, NULL}});
        assert_null(sampler.ops);
        assert_int_equal(destroys, i + 1);
        assert_int_equal(report_count(), i + 1);
    }
    fake_collector *collector = collector_start(ALWAYS, 1);
    otelmq_sampler sampler = create_remote(collector, AN_HOUR_MS, (otelmq_sampler){&ops, NULL});
    wait_for_decision(sampler, SAMPLED);
    otelmq_sampler_destroy(sampler);
    assert_int_equal(destroys, COUNT_OF(endpoints) + 1);
    collector_stop(collector);
}

/*
 * The line that begins with key in a thread's status, without its end; empty if it is no such one.
 */
static void read_status(const char *thread, const char *key, char line[64])
{
    char path[300];
    snprintf(path, sizeof(path), "/proc/self/task/%s/status", thread);
    FILE *file = fopen(path, "r");
    line[0] = '\0';
    char read[256];
    while (file != NULL && fgets(read, sizeof(read), file) != NULL) {
        if (strncmp(read, key, strlen(key)) == 0) {
            snprintf(line, 64, "%.60s", read + strlen(key));
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

static void its_thread_blocks_all_signals(void **state)
{
    (void)state;
    fake_collector *collector = collector_start(ALWAYS, 1);
    otelmq_sampler sampler = create_remote(collector, AN_HOUR_MS, (otelmq_sampler){0});
    wait_for_decision(sampler, SAMPLED);
    DIR *threads = opendir("/proc/self/task");
    assert_non_null(threads);
    size_t found = 0;
    struct dirent *thread;
    while ((thread = readdir(threads)) != NULL) {
        char name[64];
        char blocked[64];
        read_status(thread->d_name, "Name:\t", name);
        read_status(thread->d_name, "SigBlk:\t", blocked);
        if (strcmp(name, "otelmq-sampling\n") == 0) {
            found++;
            /* All that can be blocked: SIGKILL, SIGSTOP and two of the C library's cannot. */
            assert_int_equal(strtoull(blocked, NULL, 16) | UINT64_C(0x180040100),
                             UINT64_C(0xffffffffffffffff));
        }
    }
    closedir(threads);
    assert_int_equal(found, 1);
    otelmq_sampler_destroy(sampler);
    collector_stop(collector);
}

enum { ASKING_THREADS = 3 };

typedef struct {
    otelmq_sampler sampler;
    atomic_bool *stops;
} asking;

static void *ask_again_and_again(void *of_asking)
{
    const asking *own = of_asking;
    while (!atomic_load(own->stops)) {
        (void)decide(own->sampler);
    }
    return NULL;
}

static void threads_may_ask_while_strategies_change(void **state)
{
    (void)state;
    static const char per_operation[] =
        "{\"operationSampling\":{\"defaultSamplingProbability\":0.5,"
        "\"defaultLowerBoundTracesPerSecond\":1000,\"perOperationStrategies\":[]}}";
    static const collector_answer some[] = {
        RATIO("1"), ANSWER(per_operation), RATIO("0"),
        ANSWER("{\"strategyType\":\"RATE_LIMITING\",\"rateLimitingSampling\":"
               "{\"maxTracesPerSecond\":1000}}")};
    collector_answer answers[16];
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        answers[i] = some[i % COUNT_OF(some)];
    }
    fake_collector *collector = collector_start(answers, COUNT_OF(answers));
    atomic_bool stops = false;
    asking all = {create_remote(collector, 30, (otelmq_sampler){0}), &stops};
    pthread_t threads[ASKING_THREADS];
    for (size_t i = 0; i < ASKING_THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, ask_again_and_again, &all), 0);
    }
    collector_wait(collector, COUNT_OF(answers));
    atomic_store(&stops, true);
    for (size_t i = 0; i < ASKING_THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    otelmq_sampler_destroy(all.sampler);
    collector_stop(collector);
}

static void set_environment(const char *sampler, const char *argument)
{
    setenv("OTEL_TRACES_EXPORTER", "none", 1);
    setenv("OTEL_TRACES_SAMPLER", sampler, 1);
    setenv("OTEL_TRACES_SAMPLER_ARG", argument, 1);
}

static int unset_environment(void **state)
{
    unsetenv("OTEL_TRACES_EXPORTER");
    unsetenv("OTEL_TRACES_SAMPLER");
    unsetenv("OTEL_TRACES_SAMPLER_ARG");
    return stop_reports(state);
}

static bool is_sampled(const otelmq_context *parent)
{
    otelmq_span *span = otelmq_tracer_start_span(otelmq_tracer_get("tests", NULL), "a",
                                                 &(otelmq_span_options){.parent = parent});
    bool sampled = otelmq_span_context_is_sampled(otelmq_span_get_context(span));
    otelmq_span_end(span);
    return sampled;
}

static void the_environment_names_it(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool asks_parent;
    } rows[] = {{"jaeger_remote", false}, {"ParentBased_Jaeger_Remote", true}};
    sampling_parent unsampled = {.is_valid = true, .is_random = true};
    const otelmq_context *parent = context_of(&unsampled);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        fake_collector *collector = collector_start(ALWAYS, 1);
        char argument[128];
        snprintf(argument, sizeof(argument),
                 "endpoint=http://127.0.0.1:%u,pollingIntervalMs=3600000,initialSamplingRate=0",
                 collector_port(collector));
        set_environment(rows[i].name, argument);
        otelmq_sdk *sdk = NULL;
        otelmq_sdk_options options = {.service_name = "billing & more"};
        assert_int_equal(otelmq_sdk_start(&options, &sdk), OTELMQ_OK);
        while (!is_sampled(otelmq_context_root())) {
            usleep(1000);
        }
        assert_int_equal(is_sampled(parent), !rows[i].asks_parent);
        assert_true(has(collector_head(collector, 0), "/sampling?service=billing+%26+more "));
        assert_int_equal(report_count(), 0);
        otelmq_sdk_shutdown(sdk, 1000);
        collector_stop(collector);
    }
    otelmq_context_release(parent);
}

static void the_environments_initial_rate_counts_until_the_first_answer(void **state)
{
    (void)state;
    static const struct {
        const char *rate;
        bool is_sampled;
    } rows[] = {{"1", true}, {"0", false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char argument[128];
        snprintf(argument, sizeof(argument), "endpoint=http://127.0.0.1:1,initialSamplingRate=%s",
                 rows[i].rate);
        set_environment("jaeger_remote", argument);
        otelmq_sdk *sdk = NULL;
        assert_int_equal(otelmq_sdk_start(NULL, &sdk), OTELMQ_OK);
        assert_int_equal(is_sampled(otelmq_context_root()), rows[i].is_sampled);
        wait_for_reports(i + 1);
        assert_int_equal(is_sampled(otelmq_context_root()), rows[i].is_sampled);
        otelmq_sdk_shutdown(sdk, 1000);
    }
}

#define REPORTED_TEST(test) cmocka_unit_test_setup_teardown(test, start_reports, unset_environment)

int main(void)
{
    const struct CMUnitTest tests[] = {
        REPORTED_TEST(it_asks_at_once_for_the_strategy_of_its_service),
        REPORTED_TEST(until_the_first_answer_the_initial_sampler_decides),
        REPORTED_TEST(it_says_where_it_asks_and_hides_a_password),
        REPORTED_TEST(it_asks_again_and_follows_what_changes),
        REPORTED_TEST(an_answer_that_comes_too_late_is_an_error),
        REPORTED_TEST(the_same_answer_again_gives_no_new_burst),
        REPORTED_TEST(it_owns_the_initial_sampler_on_failure_too),
        REPORTED_TEST(its_thread_blocks_all_signals),
        REPORTED_TEST(threads_may_ask_while_strategies_change),
        REPORTED_TEST(the_environment_names_it),
        REPORTED_TEST(the_environments_initial_rate_counts_until_the_first_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
