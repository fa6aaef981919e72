/* SPDX-License-Identifier: Apache-2.0 */
/* The viewer's reader of OTLP JSON lines. */
#include "fuzz/fuzz.h"
#include "view/otlp_json.h"
#include "view/relations.h"

static void read_line(view_trace_set *set, otelmq_str line)
{
    otelmq_buffer error;
    otelmq_buffer_init(&error);
    size_t before = set->span_count;
    bool is_read = view_otlp_json_read(set, "x", line, &error);
    fuzz_require(is_read || set->span_count == before, "a broken line adds no span");
    fuzz_require(is_read || error.len > 0, "a broken line is explained");
    otelmq_buffer_clean(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    view_trace_set set;
    otelmq_str text = fuzz_copy(otelmq_str_from_bytes(data, size));
    otelmq_str rest = text;
    view_trace_set_init(&set);
    while (rest.len > 0) {
        read_line(&set, fuzz_take_line(&rest));
    }
    fuzz_free(text);
    view_relations_find(&set);
    for (size_t i = 0; i < set.trace_count; i++) {
        fuzz_require(set.traces[i].node_count >= set.traces[i].span_count,
                     "each span of a trace has its place");
    }
    view_trace_set_clean(&set);
    return 0;
}
