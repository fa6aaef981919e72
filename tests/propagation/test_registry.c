/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/header_lines.h"
#include "support/diagnostics_log.h"
#include "support/test.h"

#include <pthread.h>
#include <strings.h>

static diagnostics_log seen;

/* The fields of what these names stand for, with a space behind each. */
static void list_fields(const char *names, char list[512])
{
    otelmq_propagator made = otelmq_propagator_from_names(otelmq_str_from(names));
    otelmq_propagator used = made.ops != NULL ? made : otelmq_propagator_global();
    const char *field;
    list[0] = '\0';
    for (size_t i = 0; (field = otelmq_propagator_field_at(used, i)) != NULL; i++) {
        strcat(list, field);
        strcat(list, " ");
    }
    otelmq_propagator_destroy(made);
}

static void names_stand_for_propagators(void **state)
{
    static const struct {
        const char *names;
        const char *fields;
        size_t warnings;
    } rows[] = {
        {"tracecontext", "traceparent tracestate ", 0},
        {"baggage", "baggage ", 0},
        {"b3", "b3 ", 0},
        {"b3multi", "X-B3-TraceId X-B3-SpanId X-B3-Sampled X-B3-Flags ", 0},
        {"jaeger", "uber-trace-id ", 0},
        {"ottrace", "ot-tracer-traceid ot-tracer-spanid ot-tracer-sampled ", 0},
        {"none", "", 0},
        {"", "traceparent tracestate baggage ", 0},
        {" \t", "traceparent tracestate baggage ", 0},
        {" baggage ,, b3 ", "baggage b3 ", 0},
        {"B3,Jaeger", "b3 uber-trace-id ", 0},
        {"b3,none", "b3 ", 0},
        {"b3,xray", "b3 ", 1},
        {"b4", "traceparent tracestate baggage ", 2},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char fields[512];
        diagnostics_log_start(&seen, OTELMQ_SEVERITY_WARNING);
        list_fields(rows[i].names, fields);
        diagnostics_log_stop();
        assert_same_str(otelmq_str_from(fields), otelmq_str_from(rows[i].fields), rows[i].names);
        assert_row(seen.count == rows[i].warnings, rows[i].names);
    }
}

static void an_unknown_name_is_reported_with_those_that_there_are(void **state)
{
    (void)state;
    diagnostics_log_start(&seen, OTELMQ_SEVERITY_WARNING);
    otelmq_propagator_destroy(otelmq_propagator_from_names(OTELMQ_STR("b5, xray, baggage")));
    diagnostics_log_stop();
    assert_int_equal(seen.count, 2);
    assert_non_null(strstr(seen.messages[0], "\"b5\", which is not known"));
    assert_non_null(
        strstr(seen.messages[0], "tracecontext, baggage, b3, b3multi, jaeger, ottrace, none"));
    assert_non_null(strstr(seen.messages[1], "\"xray\", which is a vendor's"));
}

static int made_count;

/* Writes the header mark once for each time that it was made. */
static void inject_mark(const void *self, const otelmq_context *context, otelmq_carrier carrier)
{
    (void)self;
    (void)context;
    otelmq_carrier_set(carrier, "mark", OTELMQ_STR("set"));
}

static otelmq_propagator make_mark(const char *name)
{
    static const otelmq_propagator_ops ops = {.inject = inject_mark};
    made_count += strcasecmp(name, "mark") == 0 || strcasecmp(name, "baggage") == 0;
    return (otelmq_propagator){&ops, NULL};
}

static otelmq_propagator make_nothing(const char *name)
{
    (void)name;
    return (otelmq_propagator){0};
}

static void check_injects(const char *names, const char *lines)
{
    otelmq_propagator made = otelmq_propagator_from_names(otelmq_str_from(names));
    assert_injects(made, otelmq_context_root(), lines, names);
    otelmq_propagator_destroy(made);
}

static void a_program_registers_its_own(void **state)
{
    (void)state;
    char name[] = "mark";
    assert_int_equal(otelmq_propagator_register(name, make_mark), OTELMQ_OK);
    name[0] = 'x';
    made_count = 0;
    check_injects("b3,MARK,mark", "mark: set");
    assert_int_equal(made_count, 1);
    diagnostics_log_start(&seen, OTELMQ_SEVERITY_WARNING);
    check_injects("b6,mark", "mark: set");
    diagnostics_log_stop();
    assert_non_null(strstr(seen.messages[0], "none, mark,"));
}

static void the_last_to_register_a_name_has_it(void **state)
{
    (void)state;
    assert_int_equal(otelmq_propagator_register("other", make_nothing), OTELMQ_OK);
    check_injects("other,b3", "");
    assert_int_equal(otelmq_propagator_register("other", make_mark), OTELMQ_OK);
    check_injects("other", "mark: set");
}

static void what_cannot_be_registered_is_refused(void **state)
{
    (void)state;
    assert_int_equal(otelmq_propagator_register(NULL, make_mark), OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_int_equal(otelmq_propagator_register("", make_mark), OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_int_equal(otelmq_propagator_register("x", NULL), OTELMQ_ERROR_INVALID_ARGUMENT);
}

static void a_list_that_is_too_long_is_cut_and_reported(void **state)
{
    char names[33][16];
    char list[33 * 16] = "";
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        snprintf(names[i], sizeof(names[i]), "number%zu", i);
        assert_int_equal(otelmq_propagator_register(names[i], make_mark), OTELMQ_OK);
        strcat(strcat(list, names[i]), ",");
    }
    diagnostics_log_start(&seen, OTELMQ_SEVERITY_WARNING);
    check_injects(list, "mark: set");
    diagnostics_log_stop();
    assert_int_equal(seen.count, 1);
    assert_non_null(strstr(seen.messages[0], "\"number32\" is left out"));
}

static void *register_often(void *name)
{
    for (int i = 0; i < 100; i++) {
        assert_int_equal(otelmq_propagator_register(name, make_mark), OTELMQ_OK);
    }
    return NULL;
}

static void several_threads_may_register_and_look_up(void **state)
{
    pthread_t threads[2];
    char names[2][8] = {"first", "second"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, register_often, names[i]), 0);
    }
    for (int i = 0; i < 100; i++) {
        check_injects("mark", "mark: set");
    }
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        pthread_join(threads[i], NULL);
        check_injects(names[i], "mark: set");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_stand_for_propagators),
        cmocka_unit_test(an_unknown_name_is_reported_with_those_that_there_are),
        cmocka_unit_test(a_program_registers_its_own),
        cmocka_unit_test(the_last_to_register_a_name_has_it),
        cmocka_unit_test(what_cannot_be_registered_is_refused),
        cmocka_unit_test(a_list_that_is_too_long_is_cut_and_reported),
        cmocka_unit_test(several_threads_may_register_and_look_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
