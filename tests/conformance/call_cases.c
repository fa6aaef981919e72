/* SPDX-License-Identifier: Apache-2.0 */
#include "conformance/trace_context_cases.h"

static const trace_context_case CASES[] = {
    {"all calls of one request belong to its trace, each with a span of its own",
     {{CONTINUES, NULL, {{"traceparent", "00-" TRACE "-" SPAN "-01"}}}}},
    {"without traceparent too, each call has a span of its own", {{STARTS_ANEW, NULL, {{0}}}}},
    {"from a traceparent that is refused, no call takes anything",
     {{STARTS_ANEW, NULL, {{"traceparent", "00-00000000000000000000000000000000-" SPAN "-01"}}}}},
    {"a trace whose id is random goes on saying so (Level 2)",
     {{CONTINUES_RANDOM, NULL, {{"traceparent", "00-" TRACE "-" SPAN "-02"}}}}},
};

trace_context_cases call_cases(void)
{
    return (trace_context_cases){CASES, sizeof(CASES) / sizeof(CASES[0]), 3};
}
