/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/jaeger_remote/strategy_json.h"

#include "support/diagnostics_log.h"
#include "support/test.h"
#include "trace/sampling/sampling_fixture.h"

#include <stdlib.h>

enum { SAMPLED = OTELMQ_SAMPLING_RECORD_AND_SAMPLE, DROPPED = OTELMQ_SAMPLING_DROP };

static void what_is_no_strategy_is_malformed(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "nonsense",
        "[]",
        "1",
        "null",
        "{}",
        "{\"probabilisticSampling\":{\"samplingRate\":0.5}",
        "{\"strategyType\":\"PROBABILISTIC\"}",
        "{\"strategyType\":\"PROBABILISTIC\",\"probabilisticSampling\":null}",
        "{\"strategyType\":\"PROBABILISTIC\",\"probabilisticSampling\":[]}",
        "{\"strategyType\":\"PROBABILISTIC\",\"probabilisticSampling\":{\"samplingRate\":1.5}}",
        "{\"strategyType\":\"PROBABILISTIC\",\"probabilisticSampling\":{\"samplingRate\":-1}}",
        "{\"strategyType\":\"PROBABILISTIC\",\"probabilisticSampling\":{\"samplingRate\":\"1\"}}",
        "{\"strategyType\":\"RATE_LIMITING\",\"probabilisticSampling\":{\"samplingRate\":1}}",
        "{\"strategyType\":\"RATE_LIMITING\",\"rateLimitingSampling\":{\"maxTracesPerSecond\":-1}}",
        "{\"strategyType\":\"SOMETIMES\",\"probabilisticSampling\":{\"samplingRate\":1}}",
        "{\"strategyType\":2,\"probabilisticSampling\":{\"samplingRate\":1}}",
        "{\"strategyType\":{},\"probabilisticSampling\":{\"samplingRate\":1}}",
        "{\"strategyType\":null,\"probabilisticSampling\":{\"samplingRate\":1}}",
        "{\"strategyType\":0.5,\"probabilisticSampling\":{\"samplingRate\":1}}",
        "{\"probabilisticSampling\":{\"samplingRate\":01}}",
        "{\"probabilisticSampling\":{\"samplingRate\":.5}}",
        "{\"probabilisticSampling\":{\"samplingRate\":0x1}}",
        "{\"probabilisticSampling\":{\"samplingRate\":nan}}",
        "{\"probabilisticSampling\":{\"samplingRate\":1}},",
        "{\"probabilisticSampling\":{\"samplingRate\":1},}",
        "{\"operationSampling\":{\"defaultSamplingProbability\":2}}",
        "{\"operationSampling\":{\"perOperationStrategies\":[{\"operation\":\"a\","
        "\"probabilisticSampling\":{\"samplingRate\":1}},]}}",
        "{\"operationSampling\":{\"perOperationStrategies\":[{\"operation\":\"a\","
        "\"probabilisticSampling\":{\"samplingRate\":1}}}}]",
        "{\"operationSampling\":{\"defaultSamplingProbability\":1,"
        "\"defaultLowerBoundTracesPerSecond\":-1}}",
        "{\"operationSampling\":{\"perOperationStrategies\":{}}}",
        "{\"operationSampling\":{\"perOperationStrategies\":[1]}}",
        "{\"operationSampling\":{\"perOperationStrategies\":[{\"operation\":\"a\"}]}}",
        "{\"operationSampling\":{\"perOperationStrategies\":[{\"operation\":1,"
        "\"probabilisticSampling\":{\"samplingRate\":1}}]}}",
        "{\"operationSampling\":{\"perOperationStrategies\":[{\"operation\":\"a\","
        "\"probabilisticSampling\":{\"samplingRate\":7}}]}}",
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_jaeger_strategy *strategy = NULL;
        assert_row(otelmq_jaeger_strategy_parse(otelmq_str_from(rows[i]), &strategy) ==
                       OTELMQ_ERROR_MALFORMED,
                   rows[i]);
        assert_null(strategy);
    }
}

/* Deeper than anybody needs, and no reason to fall over. */
static void deep_nesting_is_malformed(void **state)
{
    (void)state;
    enum { DEPTH = 100000 };
    char *text = malloc(DEPTH);
    memset(text, '[', DEPTH);
    otelmq_jaeger_strategy *strategy = NULL;
    assert_int_equal(otelmq_jaeger_strategy_parse((otelmq_str){text, DEPTH}, &strategy),
                     OTELMQ_ERROR_MALFORMED);
    free(text);
}

static otelmq_jaeger_strategy *parse(const char *text)
{
    otelmq_jaeger_strategy *strategy = NULL;
    assert_int_equal(otelmq_jaeger_strategy_parse(otelmq_str_from(text), &strategy), OTELMQ_OK);
    return strategy;
}

static otelmq_sampling_result should_sample(const void *self, const otelmq_sampling_input *input)
{
    return otelmq_jaeger_strategy_decide(*(otelmq_jaeger_strategy *const *)self, input);
}

/* What the strategy says about a root span of that name, with random bits 0x80... */
static sampling_answer ask(otelmq_jaeger_strategy *strategy, const char *name)
{
    static const otelmq_sampler_ops ops = {.should_sample = should_sample};
    otelmq_sampling_input input = {.name = otelmq_str_from(name)};
    sampling_parent parent = {
        .is_random = true, .randomness = UINT64_C(0x80000000000000), .tracestate = "v=1,ot=th:1"};
    return ask_sampler_about((otelmq_sampler){&ops, &strategy}, &parent, input);
}

static void assert_answer(otelmq_jaeger_strategy *strategy, const char *name, int decision,
                          const char *tracestate)
{
    sampling_answer answer = ask(strategy, name);
    assert_int_equal(answer.decision, decision);
    assert_string_equal(answer.tracestate, tracestate);
}

static void a_probability_is_sampled_consistently(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        int decision;
        const char *tracestate;
    } rows[] = {
        {"{\"strategyType\":\"PROBABILISTIC\",\"probabilisticSampling\":{\"samplingRate\":0.5}}",
         SAMPLED, "ot=th:8,v=1"},
        {"{\"strategyType\":0,\"probabilisticSampling\":{\"samplingRate\":1}}", SAMPLED,
         "ot=th:0,v=1"},
        {"{\"probabilisticSampling\":{\"samplingRate\":0.25}}", DROPPED, "v=1"},
        {"{\"probabilisticSampling\":{}}", DROPPED, "v=1"},
        {"{\"probabilisticSampling\":{\"samplingRate\":null}}", DROPPED, "v=1"},
        {"{\"probabilisticSampling\":{\"other\":[1],\"samplingRate\":5e-1},\"strategyType\":"
         "\"PROBABILISTIC\"}",
         SAMPLED, "ot=th:8,v=1"},
        {"{\"strategyType\":\"PROBABILISTIC\",\"operationSampling\":null,"
         "\"probabilisticSampling\":{\"samplingRate\":1},\"unknown\":[{}]}",
         SAMPLED, "ot=th:0,v=1"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_jaeger_strategy *strategy = parse(rows[i].json);
        assert_answer(strategy, "a", rows[i].decision, rows[i].tracestate);
        otelmq_jaeger_strategy_release(strategy);
    }
}

/* So rare, or so often, that the time this test takes does not matter. */
static void a_rate_lets_so_many_through_whose_probability_is_unknown(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        int first;
        int second;
    } rows[] = {
        {"{\"strategyType\":\"RATE_LIMITING\",\"rateLimitingSampling\":"
         "{\"maxTracesPerSecond\":0.00001}}",
         SAMPLED, DROPPED},
        {"{\"strategyType\":1,\"rateLimitingSampling\":{\"maxTracesPerSecond\":0.00001}}", SAMPLED,
         DROPPED},
        {"{\"strategyType\":\"RATE_LIMITING\",\"rateLimitingSampling\":"
         "{\"maxTracesPerSecond\":1000000}}",
         SAMPLED, SAMPLED},
        {"{\"strategyType\":\"RATE_LIMITING\",\"rateLimitingSampling\":{}}", DROPPED, DROPPED},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_jaeger_strategy *strategy = parse(rows[i].json);
        assert_answer(strategy, "a", rows[i].first, "v=1");
        assert_answer(strategy, "b", rows[i].second, "v=1");
        otelmq_jaeger_strategy_release(strategy);
    }
}

static const char PER_OPERATION[] =
    "{\"strategyType\":\"PROBABILISTIC\",\"probabilisticSampling\":{\"samplingRate\":1},"
    "\"operationSampling\":{\"defaultSamplingProbability\":0.25,"
    "\"defaultLowerBoundTracesPerSecond\":0.00001,\"perOperationStrategies\":["
    "{\"operation\":\"always\",\"probabilisticSampling\":{\"samplingRate\":1}},"
    "{\"operation\":\"seldom\",\"probabilisticSampling\":{\"samplingRate\":0.001}},"
    "{\"operation\":\"never\",\"probabilisticSampling\":{\"samplingRate\":0}}]}}";

static void each_operation_has_its_probability_and_a_lower_bound(void **state)
{
    (void)state;
    otelmq_jaeger_strategy *strategy = parse(PER_OPERATION);
    static const char *const bounded[] = {"seldom", "never", "unknown", "unknown too"};
    for (size_t i = 0; i < COUNT_OF(bounded); i++) {
        /* The first one is due, without a known probability; the second one is not. */
        assert_answer(strategy, bounded[i], SAMPLED, "v=1");
        assert_answer(strategy, bounded[i], DROPPED, "v=1");
    }
    assert_answer(strategy, "always", SAMPLED, "ot=th:0,v=1");
    assert_answer(strategy, "always", SAMPLED, "ot=th:0,v=1");
    otelmq_jaeger_strategy_release(strategy);
}

static void without_lower_bound_only_the_probability_counts(void **state)
{
    (void)state;
    otelmq_jaeger_strategy *strategy =
        parse("{\"operationSampling\":{\"defaultSamplingProbability\":0.5,"
              "\"perOperationStrategies\":[{\"operation\":\"seldom\","
              "\"probabilisticSampling\":{\"samplingRate\":0.25}}]}}");
    assert_answer(strategy, "seldom", DROPPED, "v=1");
    assert_answer(strategy, "other", SAMPLED, "ot=th:8,v=1");
    otelmq_jaeger_strategy_release(strategy);
}

static void an_operation_named_twice_is_reported_and_keeps_its_first_probability(void **state)
{
    (void)state;
    static diagnostics_log log;
    diagnostics_log_start(&log, OTELMQ_SEVERITY_WARNING);
    otelmq_jaeger_strategy *strategy =
        parse("{\"operationSampling\":{\"perOperationStrategies\":["
              "{\"operation\":\"a\",\"probabilisticSampling\":{\"samplingRate\":1}},"
              "{\"operation\":\"a\",\"probabilisticSampling\":{\"samplingRate\":0}}]}}");
    assert_answer(strategy, "a", SAMPLED, "ot=th:0,v=1");
    assert_int_equal(log.count, 1);
    assert_non_null(strstr(log.messages[0], "\"a\""));
    otelmq_jaeger_strategy_release(strategy);
    diagnostics_log_stop();
}

static void a_new_strategy_of_the_same_kind_goes_on_counting(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "{\"strategyType\":\"RATE_LIMITING\",\"rateLimitingSampling\":"
        "{\"maxTracesPerSecond\":0.00001}}",
        PER_OPERATION,
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_jaeger_strategy *before = parse(rows[i]);
        otelmq_jaeger_strategy *after = parse(rows[i]);
        otelmq_jaeger_strategy *other = parse(rows[1 - i]);
        assert_answer(before, "seldom", SAMPLED, "v=1");
        otelmq_jaeger_strategy_continue(after, before);
        otelmq_jaeger_strategy_continue(other, before);
        otelmq_jaeger_strategy_continue(other, NULL);
        otelmq_jaeger_strategy_release(before);
        assert_answer(after, "seldom", DROPPED, "v=1");
        assert_answer(other, "seldom", SAMPLED, "v=1");
        otelmq_jaeger_strategy_release(after);
        otelmq_jaeger_strategy_release(other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_strategy_is_malformed),
        cmocka_unit_test(deep_nesting_is_malformed),
        cmocka_unit_test(a_probability_is_sampled_consistently),
        cmocka_unit_test(a_rate_lets_so_many_through_whose_probability_is_unknown),
        cmocka_unit_test(each_operation_has_its_probability_and_a_lower_bound),
        cmocka_unit_test(without_lower_bound_only_the_probability_counts),
        cmocka_unit_test(an_operation_named_twice_is_reported_and_keeps_its_first_probability),
        cmocka_unit_test(a_new_strategy_of_the_same_kind_goes_on_counting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
