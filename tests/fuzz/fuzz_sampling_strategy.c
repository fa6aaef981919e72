/* SPDX-License-Identifier: Apache-2.0 */
/* What a collector answers to the remote sampler, in JSON, and a decision by it. */
#include "export/otlp/jaeger_remote/strategy_json.h"
#include "fuzz/fuzz.h"

static void check_decision(otelmq_jaeger_strategy *strategy, otelmq_str name)
{
    otelmq_sampling_input input = {
        .parent = otelmq_context_root(),
        .trace_id = {{1}},
        .is_trace_id_random = true,
        .name = name,
    };
    otelmq_sampling_result result = otelmq_jaeger_strategy_decide(strategy, &input);
    fuzz_require(result.decision == OTELMQ_SAMPLING_DROP ||
                     result.decision == OTELMQ_SAMPLING_RECORD_AND_SAMPLE,
                 "a decision is one of two");
    otelmq_tracestate_release(result.tracestate);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    otelmq_str json = fuzz_copy(otelmq_str_from_bytes(data, size));
    otelmq_jaeger_strategy *strategy = NULL;
    if (otelmq_jaeger_strategy_parse(json, &strategy) == OTELMQ_OK) {
        check_decision(strategy, OTELMQ_STR("a"));
        check_decision(strategy, json);
        otelmq_jaeger_strategy_release(strategy);
    }
    fuzz_free(json);
    return 0;
}
