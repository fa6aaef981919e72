/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "support/diagnostics_log.h"
#include "support/test.h"

#include <otelmq/stats.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

/* The clock that the library sees in this program; see the link option of the test. */
uint64_t __wrap_otelmq_clock_monotonic_nano(void);

static atomic_uint_least64_t seconds = 1000;

uint64_t __wrap_otelmq_clock_monotonic_nano(void)
{
    return (uint64_t)seconds * 1000000000;
}

static diagnostics_log seen;

static uint64_t suppressed(void)
{
    return otelmq_stats_read().counts[OTELMQ_STAT_DIAGNOSTICS_SUPPRESSED];
}

static int stop_log(void **state)
{
    (void)state;
    diagnostics_log_stop();
    return 0;
}

static void a_report_reaches_the_callback_formatted(void **state)
{
    (void)state;
    diagnostics_log_start(&seen, OTELMQ_SEVERITY_INFO);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING, "Dropped %d of %s.", 3, "them");
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.severities[0], OTELMQ_SEVERITY_WARNING);
    assert_string_equal(seen.messages[0], "Dropped 3 of them.");
}

static void what_is_below_the_lowest_severity_is_not_delivered(void **state)
{
    (void)state;
    diagnostics_log_start(&seen, OTELMQ_SEVERITY_WARNING);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_INFO, "Too low to be heard.");
    assert_int_equal(seen.count, 0);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR, "High enough.");
    assert_int_equal(seen.count, 1);
}

static void without_a_callback_nothing_happens(void **state)
{
    (void)state;
    diagnostics_log_start(&seen, OTELMQ_SEVERITY_DEBUG);
    otelmq_diagnostics_set(NULL, NULL, OTELMQ_SEVERITY_DEBUG);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR, "Nobody hears this.");
    assert_int_equal(seen.count, 0);
}

static void control_characters_cannot_forge_a_line(void **state)
{
    (void)state;
    diagnostics_log_start(&seen, OTELMQ_SEVERITY_DEBUG);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_INFO, "Header is \"%s\".", "a\r\nerror: b\x1B[2J");
    assert_string_equal(seen.messages[0], "Header is \"a??error: b?[2J\".");
}

static void a_long_message_is_cut_between_characters(void **state)
{
    (void)state;
    char text[2001];
    for (size_t i = 0; i < 2000; i += 2) {
        memcpy(text + i, "\xC3\xA9", 2);
    }
    text[2000] = '\0';
    diagnostics_log_start(&seen, OTELMQ_SEVERITY_DEBUG);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_INFO, "x%s", text);
    size_t len = strlen(seen.messages[0]);
    assert_in_range(len, 900, 1023);
    assert_int_equal(len % 2, 1); /* the x, and whole characters of two bytes */
}

static void errno_survives_a_report(void **state)
{
    (void)state;
    diagnostics_log_start(&seen, OTELMQ_SEVERITY_DEBUG);
    errno = EAGAIN;
    otelmq_diagnostics_report(OTELMQ_SEVERITY_INFO, "It was %s.", strerror(EAGAIN));
    assert_int_equal(errno, EAGAIN);
}

static void report_often(unsigned times)
{
    for (unsigned i = 0; i < times; i++) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING, "The same trouble, number %u.", i);
    }
}

static void ten_messages_of_a_format_pass_in_a_minute_and_the_rest_is_counted(void **state)
{
    (void)state;
    uint64_t before = suppressed();
    diagnostics_log_start(&seen, OTELMQ_SEVERITY_DEBUG);
    report_often(17);
    assert_int_equal(seen.count, 10);
    assert_int_equal(suppressed() - before, 7);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING, "Another trouble.");
    assert_int_equal(seen.count, 11);
    seconds += 59;
    report_often(1);
    assert_int_equal(seen.count, 11);
    seconds += 1;
    report_often(1);
    assert_int_equal(seen.count, 13);
    assert_string_equal(seen.messages[11], "8 messages like the next one were left out.");
    assert_string_equal(seen.messages[12], "The same trouble, number 0.");
    seconds += 60;
    report_often(1);
    assert_int_equal(seen.count, 14);
}

static atomic_uint heard;

static void count_message(otelmq_severity severity, const char *message, void *user)
{
    (void)severity;
    (void)message;
    assert_ptr_equal(user, &heard);
    heard++;
}

static void *report_from_thread(void *unused)
{
    (void)unused;
    for (int i = 0; i < 100; i++) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_INFO, "From several threads.");
    }
    return NULL;
}

static void the_limit_holds_for_all_threads_together(void **state)
{
    (void)state;
    heard = 0;
    otelmq_diagnostics_set(count_message, &heard, OTELMQ_SEVERITY_DEBUG);
    pthread_t threads[8];
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, report_from_thread, NULL), 0);
    }
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(heard, 10);
}

static void check_pair(otelmq_severity severity, const char *message, void *user)
{
    (void)severity;
    (void)message;
    if (*(const char *)user != 'A') {
        heard += 1000000;
    }
}

static void check_other_pair(otelmq_severity severity, const char *message, void *user)
{
    (void)severity;
    (void)message;
    if (*(const char *)user != 'B') {
        heard += 1000000;
    }
}

static atomic_bool is_done;

static void *replace_callback(void *unused)
{
    (void)unused;
    static char a = 'A';
    static char b = 'B';
    while (!is_done) {
        otelmq_diagnostics_set(check_pair, &a, OTELMQ_SEVERITY_DEBUG);
        otelmq_diagnostics_set(check_other_pair, &b, OTELMQ_SEVERITY_DEBUG);
    }
    return NULL;
}

static void a_callback_gets_its_own_user_pointer_while_it_is_being_replaced(void **state)
{
    (void)state;
    heard = 0;
    is_done = false;
    pthread_t replacer;
    assert_int_equal(pthread_create(&replacer, NULL, replace_callback, NULL), 0);
    for (int i = 0; i < 20000; i++) {
        seconds += i % 10 == 0 ? 60 : 0;
        otelmq_diagnostics_report(OTELMQ_SEVERITY_INFO, "Again and again.");
    }
    is_done = true;
    pthread_join(replacer, NULL);
    assert_int_equal(heard, 0);
}

/* The fork comes in the middle of a change as often as not. */
static void a_forked_child_sets_its_own_callback_whatever_the_parent_was_at(void **state)
{
    (void)state;
    is_done = false;
    pthread_t replacer;
    assert_int_equal(pthread_create(&replacer, NULL, replace_callback, NULL), 0);
    for (int i = 0; i < 30; i++) {
        pid_t child = fork();
        if (child == 0) {
            alarm(60);
            diagnostics_log_start(&seen, OTELMQ_SEVERITY_INFO);
            otelmq_diagnostics_report(OTELMQ_SEVERITY_INFO, "From the child.");
            _exit(seen.count == 1 ? 0 : 1);
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
    }
    is_done = true;
    pthread_join(replacer, NULL);
}

static void setting_the_level_keeps_the_callback_of_the_application(void **state)
{
    (void)state;
    diagnostics_log_start(&seen, OTELMQ_SEVERITY_ERROR);
    otelmq_diagnostics_set_level(OTELMQ_SEVERITY_DEBUG);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_DEBUG, "A detail.");
    assert_int_equal(seen.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_report_reaches_the_callback_formatted, stop_log),
        cmocka_unit_test_teardown(what_is_below_the_lowest_severity_is_not_delivered, stop_log),
        cmocka_unit_test_teardown(setting_the_level_keeps_the_callback_of_the_application,
                                  stop_log),
        cmocka_unit_test_teardown(without_a_callback_nothing_happens, stop_log),
        cmocka_unit_test_teardown(control_characters_cannot_forge_a_line, stop_log),
        cmocka_unit_test_teardown(a_long_message_is_cut_between_characters, stop_log),
        cmocka_unit_test_teardown(errno_survives_a_report, stop_log),
        cmocka_unit_test_teardown(ten_messages_of_a_format_pass_in_a_minute_and_the_rest_is_counted,
                                  stop_log),
        cmocka_unit_test_teardown(the_limit_holds_for_all_threads_together, stop_log),
        cmocka_unit_test_teardown(a_callback_gets_its_own_user_pointer_while_it_is_being_replaced,
                                  stop_log),
        cmocka_unit_test_teardown(a_forked_child_sets_its_own_callback_whatever_the_parent_was_at,
                                  stop_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
