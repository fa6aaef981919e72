/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"
#include "trace/trace_fixture.h"

static traced fixture;

static int tear_down(void **state)
{
    (void)state;
    traced_stop(&fixture);
    return 0;
}

static const otelmq_span_data *find(const char *name)
{
    const otelmq_span_data *span = otelmq_memory_exporter_find(fixture.memory, name);
    assert_non_null(span);
    return span;
}

/* A context as extract makes it. The caller's. */
static const otelmq_context *remote_parent(uint8_t flags, const char *tracestate)
{
    otelmq_span_context remote = {.trace_flags = flags, .is_remote = true};
    memset(remote.trace_id.bytes, 0xAB, sizeof(remote.trace_id.bytes));
    memset(remote.span_id.bytes, 0xCD, sizeof(remote.span_id.bytes));
    assert_int_equal(otelmq_tracestate_parse(otelmq_str_from(tracestate), &remote.tracestate),
                     OTELMQ_OK);
    const otelmq_context *context =
        otelmq_context_with_span_context(otelmq_context_root(), &remote);
    otelmq_tracestate_release(remote.tracestate);
    return context;
}

static void a_root_span_has_new_ids_and_is_sampled_and_random(void **state)
{
    (void)state;
    traced_start(&fixture, NULL);
    end_one_span(fixture.tracer, "a");
    end_one_span(fixture.tracer, "b");
    const otelmq_span_data *a = find("a");
    const otelmq_span_data *b = find("b");
    assert_true(otelmq_span_context_is_valid(&a->span_context));
    assert_memory_not_equal(&a->span_context.trace_id, &b->span_context.trace_id, 16);
    assert_memory_not_equal(&a->span_context.span_id, &b->span_context.span_id, 8);
    assert_int_equal(a->span_context.trace_flags,
                     OTELMQ_TRACE_FLAG_SAMPLED | OTELMQ_TRACE_FLAG_RANDOM);
    assert_false(otelmq_span_id_is_valid(a->parent_span_id));
    assert_null(a->span_context.tracestate);
}

static void a_span_is_the_child_of_the_active_one(void **state)
{
    (void)state;
    traced_start(&fixture, NULL);
    otelmq_scope scope = otelmq_tracer_start_scope(fixture.tracer, "parent", NULL);
    end_one_span(fixture.tracer, "child");
    otelmq_scope_end(&scope);
    const otelmq_span_data *parent = find("parent");
    const otelmq_span_data *child = find("child");
    assert_memory_equal(&child->span_context.trace_id, &parent->span_context.trace_id, 16);
    assert_memory_equal(&child->parent_span_id, &parent->span_context.span_id, 8);
    assert_false(child->parent_is_remote);
}

static void a_span_with_the_root_context_starts_a_new_trace(void **state)
{
    (void)state;
    traced_start(&fixture, NULL);
    otelmq_scope scope = otelmq_tracer_start_scope(fixture.tracer, "active", NULL);
    otelmq_span_options options = {.parent = otelmq_context_root()};
    otelmq_span_end(otelmq_tracer_start_span(fixture.tracer, "root", &options));
    otelmq_scope_end(&scope);
    assert_false(otelmq_span_id_is_valid(find("root")->parent_span_id));
    assert_memory_not_equal(&find("root")->span_context.trace_id,
                            &find("active")->span_context.trace_id, 16);
}

static void a_span_continues_a_remote_parent_with_its_tracestate(void **state)
{
    (void)state;
    traced_start(&fixture, NULL);
    const otelmq_context *parent = remote_parent(OTELMQ_TRACE_FLAG_SAMPLED, "rojo=1");
    otelmq_span_options options = {.parent = parent};
    otelmq_span_end(otelmq_tracer_start_span(fixture.tracer, "child", &options));
    otelmq_context_release(parent);
    const otelmq_span_data *child = find("child");
    assert_int_equal(child->span_context.trace_id.bytes[0], 0xAB);
    assert_int_equal(child->parent_span_id.bytes[0], 0xCD);
    assert_true(child->parent_is_remote);
    assert_false(child->span_context.is_remote);
    assert_str(otelmq_tracestate_text(child->span_context.tracestate), "rojo=1");
    /* The parent did not say that its trace id is random. */
    assert_int_equal(child->span_context.trace_flags, OTELMQ_TRACE_FLAG_SAMPLED);
}

static void an_unsampled_span_has_a_span_id_of_its_own_and_keeps_the_tracestate(void **state)
{
    (void)state;
    traced_start(&fixture, NULL);
    otelmq_stats before = otelmq_stats_read();
    const otelmq_context *parent = remote_parent(OTELMQ_TRACE_FLAG_RANDOM, "rojo=1");
    otelmq_span_options options = {.parent = parent};
    otelmq_span *span = otelmq_tracer_start_span(fixture.tracer, "child", &options);
    otelmq_context_release(parent);
    const otelmq_span_context *context = otelmq_span_get_context(span);
    assert_false(otelmq_span_is_recording(span));
    assert_null(otelmq_span_read(span));
    assert_int_equal(context->trace_id.bytes[0], 0xAB);
    assert_int_not_equal(memcmp(context->span_id.bytes, "\xCD\xCD\xCD\xCD\xCD\xCD\xCD\xCD", 8), 0);
    assert_true(otelmq_span_id_is_valid(context->span_id));
    assert_int_equal(context->trace_flags, OTELMQ_TRACE_FLAG_RANDOM);
    assert_false(context->is_remote);
    assert_str(otelmq_tracestate_text(context->tracestate), "rojo=1");
    otelmq_span_set_int(span, "k", 1);
    otelmq_span_end(span);
    assert_int_equal(otelmq_memory_exporter_count(fixture.memory), 0);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_STARTED), 1);
    assert_int_equal(grown(&before, OTELMQ_STAT_SPANS_UNSAMPLED), 1);
}

static void without_an_sdk_the_parent_is_passed_through(void **state)
{
    (void)state;
    traced_start(&fixture, NULL);
    otelmq_tracer *tracer = otelmq_tracer_get("tests", NULL);
    const otelmq_context *parent = remote_parent(OTELMQ_TRACE_FLAG_SAMPLED, "rojo=1");
    otelmq_span_options options = {.parent = parent};
    otelmq_span *span = otelmq_tracer_start_span(tracer, "child", &options);
    otelmq_context_release(parent);
    const otelmq_span_context *context = otelmq_span_get_context(span);
    assert_false(otelmq_span_is_recording(span));
    assert_int_equal(context->trace_id.bytes[0], 0xAB);
    assert_int_equal(context->span_id.bytes[0], 0xCD);
    assert_true(otelmq_span_context_is_sampled(context));
    assert_str(otelmq_tracestate_text(context->tracestate), "rojo=1");
    otelmq_span_end(span);
}

static void without_an_sdk_and_a_parent_there_is_no_trace(void **state)
{
    (void)state;
    traced_start(&fixture, NULL);
    otelmq_scope scope = otelmq_tracer_start_scope(otelmq_tracer_get("tests", NULL), "a", NULL);
    assert_non_null(scope.span);
    assert_false(otelmq_span_context_is_valid(otelmq_span_get_context(scope.span)));
    otelmq_scope_end(&scope);
    otelmq_span_end(otelmq_tracer_start_span(NULL, "b", NULL));
}

static void a_name_may_be_missing(void **state)
{
    (void)state;
    traced_start(&fixture, NULL);
    end_one_span(fixture.tracer, NULL);
    assert_str(otelmq_memory_exporter_span_at(fixture.memory, 0)->name, "");
}

static void tracers_of_one_name_and_version_are_the_same(void **state)
{
    (void)state;
    traced_start(&fixture, NULL);
    otelmq_tracer_provider *provider = fixture.provider;
    assert_ptr_equal(otelmq_tracer_get("a", "1"), otelmq_tracer_get("a", "1"));
    assert_ptr_not_equal(otelmq_tracer_get("a", "1"), otelmq_tracer_get("a", "2"));
    assert_ptr_not_equal(otelmq_tracer_get("a", "1"), otelmq_tracer_get("a", NULL));
    assert_ptr_equal(otelmq_tracer_get("a", NULL), otelmq_tracer_get("a", ""));
    assert_ptr_equal(otelmq_tracer_get(NULL, NULL), otelmq_tracer_get("", ""));
    assert_ptr_equal(otelmq_tracer_provider_tracer(provider, "a", "1"),
                     otelmq_tracer_provider_tracer(provider, "a", "1"));
    assert_ptr_not_equal(otelmq_tracer_provider_tracer(provider, "a", "1"),
                         otelmq_tracer_get("a", "1"));
}

/* An id generator that counts. */
static void count_trace_id(void *self, otelmq_trace_id *id)
{
    memset(id, 0, sizeof(*id));
    id->bytes[15] = ++((uint8_t *)self)[0];
}

static void count_span_id(void *self, otelmq_span_id *id)
{
    memset(id, 0, sizeof(*id));
    id->bytes[7] = ++((uint8_t *)self)[1];
}

static void note_destroy(void *self)
{
    ((uint8_t *)self)[2]++;
}

static void ids_come_from_the_generator_of_the_provider(void **state)
{
    (void)state;
    static const otelmq_id_generator_ops ops = {
        .trace_id = count_trace_id,
        .span_id = count_span_id,
        .destroy = note_destroy,
    };
    uint8_t counts[3] = {0};
    traced_start(&fixture, &(otelmq_tracer_provider_options){.id_generator = {&ops, counts}});
    otelmq_scope scope = otelmq_tracer_start_scope(fixture.tracer, "a", NULL);
    end_one_span(fixture.tracer, "b");
    otelmq_scope_end(&scope);
    assert_int_equal(find("a")->span_context.trace_id.bytes[15], 1);
    assert_int_equal(find("a")->span_context.span_id.bytes[7], 1);
    assert_int_equal(find("a")->span_context.trace_flags, OTELMQ_TRACE_FLAG_SAMPLED);
    assert_int_equal(find("b")->span_context.trace_id.bytes[15], 1);
    assert_int_equal(find("b")->span_context.span_id.bytes[7], 2);
    traced_stop(&fixture);
    assert_int_equal(counts[2], 1);
    traced_start(&fixture, NULL);
}

static void options_give_attributes_and_links_at_the_start(void **state)
{
    (void)state;
    traced_start(&fixture, NULL);
    otelmq_attribute attributes[] = {otelmq_attribute_int("a", 1), otelmq_attribute_int("a", 2)};
    otelmq_span_options options = {.attributes = attributes, .attribute_count = 2};
    otelmq_span_end(otelmq_tracer_start_span(fixture.tracer, "work", &options));
    assert_int_equal(find("work")->attribute_count, 1);
    assert_int_equal(find("work")->attributes[0].value.as.integer, 2);
}

int main(void)
{
#define T(test) cmocka_unit_test_teardown(test, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_root_span_has_new_ids_and_is_sampled_and_random),
        T(a_span_is_the_child_of_the_active_one),
        T(a_span_with_the_root_context_starts_a_new_trace),
        T(a_span_continues_a_remote_parent_with_its_tracestate),
        T(an_unsampled_span_has_a_span_id_of_its_own_and_keeps_the_tracestate),
        T(without_an_sdk_the_parent_is_passed_through),
        T(without_an_sdk_and_a_parent_there_is_no_trace),
        T(a_name_may_be_missing),
        T(tracers_of_one_name_and_version_are_the_same),
        T(ids_come_from_the_generator_of_the_provider),
        T(options_give_attributes_and_links_at_the_start),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
