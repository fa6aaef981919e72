/* SPDX-License-Identifier: Apache-2.0 */
#include "otlp/jaeger_remote/remote_fixture.h"
#include "support/test.h"

#include <sys/wait.h>
#include <unistd.h>

/* ThreadSanitizer does not support new threads in the child of a program with several threads. */
#if defined(__SANITIZE_THREAD__)
#define HAS_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HAS_THREAD_SANITIZER 1
#endif
#endif

static void a_forked_child_asks_by_itself(void **state)
{
    (void)state;
    static const collector_answer answers[] = {RATIO("0"), RATIO("1")};
    fake_collector *collector = collector_start(answers, COUNT_OF(answers));
    otelmq_sampler sampler = create_remote(collector, AN_HOUR_MS, otelmq_sampler_always_on());
    wait_for_decision(sampler, DROPPED);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        alarm(60);
        /* What the parent was told counts until the child was told something itself. */
        int status = decide(sampler) == DROPPED ? 0 : 1;
        wait_for_decision(sampler, SAMPLED);
        otelmq_sampler_destroy(sampler);
        _exit(status);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(collector_request_count(collector), 2);
    assert_int_equal(decide(sampler), DROPPED);
    otelmq_sampler_destroy(sampler);
    collector_stop(collector);
}

static void a_forked_child_need_not_use_it(void **state)
{
    (void)state;
    static const collector_answer never[] = {{.deed = COLLECTOR_HANGS}};
    fake_collector *collector = collector_start(never, 1);
    otelmq_sampler sampler = create_remote(collector, AN_HOUR_MS, (otelmq_sampler){0});
    collector_wait(collector, 1);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        alarm(60);
        otelmq_sampler_destroy(sampler);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    otelmq_sampler_destroy(sampler);
    collector_stop(collector);
}

int main(void)
{
#ifdef HAS_THREAD_SANITIZER
    return 0;
#endif
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_forked_child_asks_by_itself),
        cmocka_unit_test(a_forked_child_need_not_use_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
