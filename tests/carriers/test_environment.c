/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <otelmq/environment_carrier.h>
#include <otelmq/propagator.h>

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRACEPARENT "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

static int clear_own(void **state)
{
    (void)state;
    clearenv();
    return 0;
}

/* The value of a variable in an environment that nobody else changes; NULL when it is not there. */
static const char *find(char *const envp[], const char *name)
{
    size_t len = strlen(name);
    for (; *envp != NULL; envp++) {
        if (strncmp(*envp, name, len) == 0 && (*envp)[len] == '=') {
            return *envp + len + 1;
        }
    }
    return NULL;
}

static size_t count(char *const envp[])
{
    size_t found = 0;
    while (envp[found] != NULL) {
        found++;
    }
    return found;
}

static void the_context_of_the_starter_is_extracted(void **state)
{
    (void)state;
    setenv("TRACEPARENT", TRACEPARENT, 1);
    setenv("TRACESTATE", "foo=1", 1);
    setenv("BAGGAGE", "a=1,b=%20", 1);
    const otelmq_context *context = otelmq_propagator_extract(
        otelmq_propagator_global(), otelmq_context_root(), otelmq_environment_carrier());
    const otelmq_span_context *found = otelmq_context_span_context(context);
    assert_true(otelmq_span_context_is_sampled(found));
    assert_str(otelmq_tracestate_text(found->tracestate), "foo=1");
    assert_str(otelmq_baggage_get(otelmq_context_baggage(context), "b"), " ");
    otelmq_context_release(context);
}

static void an_environment_without_a_context_adds_nothing(void **state)
{
    (void)state;
    setenv("traceparent", TRACEPARENT, 1);
    setenv("TRACEPARENTS", TRACEPARENT, 1);
    setenv("TRACESTATE", "foo=1", 1);
    const otelmq_context *context = otelmq_propagator_extract(
        otelmq_propagator_global(), otelmq_context_root(), otelmq_environment_carrier());
    assert_ptr_equal(context, otelmq_context_root());
    otelmq_context_release(context);
}

static void names_are_those_of_the_headers_in_their_variables_form(void **state)
{
    static const struct {
        const char *header;
        const char *variable;
    } rows[] = {
        {"traceparent", "TRACEPARENT"},
        {"TraceParent", "TRACEPARENT"},
        {"x-b3-traceid", "X_B3_TRACEID"},
        {"a.b c\xC3\xA9", "A_B_C__"},
        {"1st", "_1ST"},
        {"a1", "A1"},
        {"_x", "_X"},
        {"a=b", "A_B"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        setenv(rows[i].variable, "found", 1);
        otelmq_str value = otelmq_carrier_get(otelmq_environment_carrier(), rows[i].header);
        assert_same_str(value, OTELMQ_STR("found"), rows[i].header);
        otelmq_child_environment *child = otelmq_child_environment_create(NULL);
        otelmq_carrier carrier = otelmq_child_environment_carrier(child);
        assert_int_equal(otelmq_carrier_set(carrier, rows[i].header, OTELMQ_STR("set")), OTELMQ_OK);
        assert_string_equal(find(otelmq_child_environment_envp(child), rows[i].variable), "set");
        otelmq_child_environment_destroy(child);
        unsetenv(rows[i].variable);
    }
}

static void the_own_environment_is_listed_and_cannot_be_written(void **state)
{
    (void)state;
    setenv("A", "1", 1);
    setenv("B", "", 1);
    otelmq_carrier carrier = otelmq_environment_carrier();
    assert_str(otelmq_carrier_key_at(carrier, 0), "A");
    assert_str(otelmq_carrier_key_at(carrier, 1), "B");
    assert_str(otelmq_carrier_key_at(carrier, 2), "");
    assert_str(otelmq_carrier_get(carrier, "b"), "");
    assert_int_equal(otelmq_carrier_set(carrier, "a", OTELMQ_STR("2")),
                     OTELMQ_ERROR_INVALID_ARGUMENT);
}

static void a_process_without_any_environment_has_an_empty_one(void **state)
{
    (void)state;
    char **saved = environ;
    environ = NULL;
    assert_str(otelmq_carrier_get(otelmq_environment_carrier(), "a"), "");
    assert_str(otelmq_carrier_key_at(otelmq_environment_carrier(), 0), "");
    otelmq_child_environment *child = otelmq_child_environment_create(NULL);
    assert_int_equal(count(otelmq_child_environment_envp(child)), 0);
    otelmq_child_environment_destroy(child);
    environ = saved;
}

static void the_child_has_all_variables_and_the_parent_stays_as_it_was(void **state)
{
    (void)state;
    setenv("OTHER", "kept", 1);
    setenv("TRACEPARENT", "old", 1);
    otelmq_child_environment *child = otelmq_child_environment_create(NULL);
    otelmq_carrier carrier = otelmq_child_environment_carrier(child);
    assert_int_equal(otelmq_carrier_set(carrier, "traceparent", OTELMQ_STR("new")), OTELMQ_OK);
    assert_int_equal(otelmq_carrier_set(carrier, "baggage", OTELMQ_STR("a=1")), OTELMQ_OK);
    char *const *envp = otelmq_child_environment_envp(child);
    assert_string_equal(find(envp, "OTHER"), "kept");
    assert_string_equal(find(envp, "TRACEPARENT"), "new");
    assert_string_equal(find(envp, "BAGGAGE"), "a=1");
    assert_int_equal(count(envp), 3);
    assert_string_equal(getenv("TRACEPARENT"), "old");
    assert_null(getenv("BAGGAGE"));
    otelmq_child_environment_destroy(child);
}

static void setting_replaces_every_earlier_value(void **state)
{
    char *const envp[] = {"A=1", "B=2", "A=3", "A", "AA=4", "A=5", NULL};
    (void)state;
    otelmq_child_environment *child = otelmq_child_environment_create(envp);
    otelmq_carrier carrier = otelmq_child_environment_carrier(child);
    assert_str(otelmq_carrier_get(carrier, "a"), "1");
    otelmq_str own = otelmq_carrier_get(carrier, "b");
    assert_int_equal(otelmq_carrier_set(carrier, "a", own), OTELMQ_OK);
    assert_int_equal(otelmq_carrier_set(carrier, "b", own), OTELMQ_OK);
    char *const *changed = otelmq_child_environment_envp(child);
    assert_int_equal(count(changed), 3);
    assert_string_equal(changed[0], "A=2");
    assert_string_equal(changed[1], "B=2");
    assert_string_equal(changed[2], "AA=4");
    assert_str(otelmq_carrier_key_at(carrier, 2), "AA");
    assert_str(otelmq_carrier_key_at(carrier, 3), "");
    otelmq_child_environment_destroy(child);
}

static void it_grows_with_its_variables(void **state)
{
    char *const envp[] = {NULL};
    (void)state;
    otelmq_child_environment *child = otelmq_child_environment_create(envp);
    for (int i = 0; i < 100; i++) {
        char name[16];
        snprintf(name, sizeof(name), "k%d", i);
        assert_int_equal(otelmq_carrier_set(otelmq_child_environment_carrier(child), name,
                                            otelmq_str_from(name)),
                         OTELMQ_OK);
    }
    assert_int_equal(count(otelmq_child_environment_envp(child)), 100);
    assert_string_equal(find(otelmq_child_environment_envp(child), "K99"), "k99");
    otelmq_child_environment_destroy(child);
}

static void what_cannot_stand_in_an_environment_is_refused(void **state)
{
    char *const envp[] = {"A=1", NULL};
    char long_name[400];
    (void)state;
    memset(long_name, 'x', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = '\0';
    otelmq_child_environment *child = otelmq_child_environment_create(envp);
    otelmq_carrier carrier = otelmq_child_environment_carrier(child);
    assert_int_equal(otelmq_carrier_set(carrier, "a", otelmq_str_from_bytes("\0", 1)),
                     OTELMQ_ERROR_MALFORMED);
    assert_int_equal(otelmq_carrier_set(carrier, "a", OTELMQ_STR("x\ny")), OTELMQ_ERROR_MALFORMED);
    assert_int_equal(otelmq_carrier_set(carrier, "", OTELMQ_STR("1")),
                     OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_int_equal(otelmq_carrier_set(carrier, long_name, OTELMQ_STR("1")),
                     OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_string_equal(find(otelmq_child_environment_envp(child), "A"), "1");
    assert_int_equal(count(otelmq_child_environment_envp(child)), 1);
    otelmq_child_environment_destroy(child);
}

static void no_child_environment_is_survived(void **state)
{
    (void)state;
    otelmq_carrier carrier = otelmq_child_environment_carrier(NULL);
    assert_str(otelmq_carrier_get(carrier, "a"), "");
    assert_str(otelmq_carrier_key_at(carrier, 0), "");
    assert_int_equal(otelmq_carrier_set(carrier, "a", OTELMQ_STR("1")),
                     OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_null(otelmq_child_environment_envp(NULL));
    otelmq_child_environment_destroy(NULL);
}

/* Starts a shell in this environment, and reads what it prints. */
static void run_shell(char *const envp[], char *script, char output[], size_t size)
{
    char *argv[] = {"sh", "-c", script, NULL};
    posix_spawn_file_actions_t actions;
    int ends[2];
    pid_t pid;
    assert_int_equal(pipe(ends), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    assert_int_equal(posix_spawn(&pid, "/bin/sh", &actions, NULL, argv, envp), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    size_t len = 0;
    ssize_t got;
    while ((got = read(ends[0], output + len, size - 1 - len)) > 0) {
        len += (size_t)got;
    }
    output[len] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void a_started_process_finds_the_context(void **state)
{
    char output[256];
    (void)state;
    setenv("TRACEPARENT", TRACEPARENT, 1);
    setenv("BAGGAGE", "a=1", 1);
    const otelmq_context *context = otelmq_propagator_extract(
        otelmq_propagator_global(), otelmq_context_root(), otelmq_environment_carrier());
    clearenv();
    otelmq_child_environment *child = otelmq_child_environment_create(NULL);
    otelmq_propagator_inject(otelmq_propagator_global(), context,
                             otelmq_child_environment_carrier(child));
    run_shell(otelmq_child_environment_envp(child), "echo \"$TRACEPARENT $BAGGAGE\"", output,
              sizeof(output));
    assert_string_equal(output, TRACEPARENT " a=1\n");
    otelmq_child_environment_destroy(child);
    otelmq_context_release(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_context_of_the_starter_is_extracted, clear_own),
        cmocka_unit_test_setup(an_environment_without_a_context_adds_nothing, clear_own),
        cmocka_unit_test_setup(names_are_those_of_the_headers_in_their_variables_form, clear_own),
        cmocka_unit_test_setup(the_own_environment_is_listed_and_cannot_be_written, clear_own),
        cmocka_unit_test_setup(a_process_without_any_environment_has_an_empty_one, clear_own),
        cmocka_unit_test_setup(the_child_has_all_variables_and_the_parent_stays_as_it_was,
                               clear_own),
        cmocka_unit_test_setup(setting_replaces_every_earlier_value, clear_own),
        cmocka_unit_test_setup(it_grows_with_its_variables, clear_own),
        cmocka_unit_test_setup(what_cannot_stand_in_an_environment_is_refused, clear_own),
        cmocka_unit_test_setup(no_child_environment_is_survived, clear_own),
        cmocka_unit_test_setup(a_started_process_finds_the_context, clear_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
