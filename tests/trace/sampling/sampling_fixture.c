/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/sampling/sampling_fixture.h"

#include "base/unconst.h"
#include "support/test.h"

otelmq_trace_id trace_id_of(uint64_t randomness)
{
    otelmq_trace_id trace_id = {{1}};
    for (size_t i = 0; i < 7; i++) {
        trace_id.bytes[15 - i] = (uint8_t)(randomness >> (8 * i));
    }
    return trace_id;
}

const otelmq_context *context_of(const sampling_parent *parent)
{
    const otelmq_tracestate *tracestate = NULL;
    otelmq_str text = otelmq_str_from(parent->tracestate);
    assert_int_equal(otelmq_tracestate_parse(text, &tracestate), OTELMQ_OK);
    otelmq_span_context span_context = {.is_remote = parent->is_remote, .tracestate = tracestate};
    if (parent->is_valid) {
        span_context.trace_id = trace_id_of(parent->randomness);
        span_context.span_id.bytes[0] = 1;
        span_context.trace_flags = (uint8_t)((parent->is_sampled ? OTELMQ_TRACE_FLAG_SAMPLED : 0) |
                                             (parent->is_random ? OTELMQ_TRACE_FLAG_RANDOM : 0));
    }
    const otelmq_context *context =
        otelmq_context_with_span_context(otelmq_context_root(), &span_context);
    otelmq_tracestate_release(tracestate);
    return context;
}

static void keep_tracestate(sampling_answer *answer, const otelmq_tracestate *tracestate)
{
    otelmq_str text = otelmq_tracestate_text(tracestate);
    assert_true(text.len < sizeof(answer->tracestate));
    snprintf(answer->tracestate, sizeof(answer->tracestate), "%.*s",
             text.len > 0 ? (int)text.len : 1, text.len > 0 ? text.data : "-");
}

static void keep_attributes(sampling_answer *answer, const otelmq_sampling_result *result)
{
    answer->attribute_count = result->attribute_count;
    size_t len = 0;
    for (size_t i = 0; i < result->attribute_count; i++) {
        const otelmq_attribute *attribute = &result->attributes[i];
        assert_int_equal(attribute->value.type, OTELMQ_VALUE_STRING);
        otelmq_str value = attribute->value.as.string;
        len += (size_t)snprintf(answer->attributes + len, sizeof(answer->attributes) - len,
                                "%.*s=%.*s ", (int)attribute->key.len, attribute->key.data,
                                (int)value.len, value.data);
        assert_true(len < sizeof(answer->attributes));
    }
}

sampling_answer ask_sampler_about(otelmq_sampler sampler, const sampling_parent *parent,
                                  otelmq_sampling_input input)
{
    const otelmq_context *context = context_of(parent);
    input.parent = context;
    input.trace_id = trace_id_of(parent->randomness);
    input.is_trace_id_random = parent->is_random;
    otelmq_sampling_result result = sampler.ops->should_sample(sampler.self, &input);
    sampling_answer answer = {.decision = result.decision};
    keep_attributes(&answer, &result);
    if (result.replaces_tracestate) {
        keep_tracestate(&answer, result.tracestate);
        otelmq_tracestate_release(result.tracestate);
    } else {
        keep_tracestate(&answer, otelmq_context_span_context(context)->tracestate);
    }
    if (result.attribute_count > 0 && result.release_attributes != NULL) {
        result.release_attributes(result.attributes);
    }
    otelmq_context_release(context);
    return answer;
}

sampling_answer ask_sampler(otelmq_sampler sampler, const sampling_parent *parent)
{
    return ask_sampler_about(
        sampler, parent,
        (otelmq_sampling_input){.name = OTELMQ_STR("span"), .kind = OTELMQ_SPAN_INTERNAL});
}

static otelmq_sampling_intent scripted_intent(const void *self, const otelmq_sampling_input *input)
{
    scripted_composable *scripted = otelmq_unconst(self);
    scripted->calls++;
    scripted->asked = *input;
    return scripted->intent;
}

static void note_destroy(void *self)
{
    ((scripted_composable *)self)->destroys++;
}

static const otelmq_composable_sampler_ops scripted_ops = {
    .sampling_intent = scripted_intent,
    .destroy = note_destroy,
};

otelmq_composable_sampler as_composable(scripted_composable *scripted)
{
    return (otelmq_composable_sampler){&scripted_ops, scripted};
}

otelmq_composable_sampler annotate(const char *key, const char *value,
                                   otelmq_composable_sampler delegate)
{
    otelmq_attribute attribute = otelmq_attribute_string(key, otelmq_str_from(value));
    return otelmq_composable_annotating(&attribute, 1, delegate);
}

uint64_t next_of(uint64_t *seed)
{
    *seed += 0x9e3779b97f4a7c15;
    uint64_t bits = *seed;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
    return bits ^ (bits >> 31);
}
