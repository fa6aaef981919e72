/* SPDX-License-Identifier: Apache-2.0 */
/* A fork while other threads make, find and end clients: the child must not wait for these. */
#include "kafka/client.h"
#include "kafka/interned_options.h"
#include "kafka/produce/awaited.h"
#include "support/sanitizers.h"
#include "support/test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 3, FORKS = 200 };

static atomic_bool is_over;
static rd_kafka_conf_t *conf;

/* Nobody calls anything of it: it is only an address. */
static char places[2];

/* What takes a lock that all clients share. */
static bool use_all(void)
{
    static const otelmq_kafka_options options = {.server_port = 9093};
    const otelmq_kafka_options *interned = otelmq_kafka_options_intern(&options);
    rd_kafka_t *rk = (rd_kafka_t *)(void *)&places[0];
    otelmq_kafka_client *client = otelmq_kafka_client_start(rk, conf, interned);
    otelmq_kafka_awaited awaited;
    otelmq_kafka_awaited_begin(&awaited);
    otelmq_kafka_awaited_on_send((const rd_kafka_message_t *)(void *)&places[1]);
    otelmq_kafka_awaited_end(&awaited);
    if (interned == NULL || client == NULL) {
        return false;
    }
    otelmq_kafka_client_stop(client);
    return otelmq_kafka_client_of(NULL) != NULL;
}

static void *keep_using(void *unused)
{
    (void)unused;
    while (!atomic_load(&is_over)) {
        (void)use_all();
    }
    return NULL;
}

/* An alarm ends a child that hangs. */
static int status_in_child(void)
{
    pid_t child = fork();
    if (child == 0) {
        alarm(60);
        bool is_other = otelmq_kafka_client_of(NULL) != NULL;
        for (int i = 0; i < 3; i++) {
            is_other = use_all() && is_other;
        }
        _exit(is_other ? 0 : 1);
    }
    int status = -1;
    return child > 0 && waitpid(child, &status, 0) == child ? status : -1;
}

static void a_child_does_not_wait_for_the_threads_of_its_parent(void **state)
{
    (void)state;
#if defined(SANITIZER_FORBIDS_FORK) || defined(SANITIZER_FORBIDS_BUSY_FORK)
    skip();
#endif
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, keep_using, NULL), 0);
    }
    int failed = 0;
    for (int i = 0; i < FORKS && failed == 0; i++) {
        failed = status_in_child();
    }
    atomic_store(&is_over, true);
    for (size_t i = 0; i < THREADS; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    assert_int_equal(failed, 0);
}

static otelmq_kafka_client *untraced_of_parent;

static void a_child_has_a_client_of_its_own_for_those_without_tracing(void **state)
{
    (void)state;
    untraced_of_parent = otelmq_kafka_client_of(NULL);
    pid_t child = fork();
    if (child == 0) {
        const otelmq_kafka_client *own = otelmq_kafka_client_of(NULL);
        _exit(own != NULL && own != untraced_of_parent && own == otelmq_kafka_client_of(NULL) ? 0
                                                                                              : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_ptr_equal(otelmq_kafka_client_of(NULL), untraced_of_parent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_has_a_client_of_its_own_for_those_without_tracing),
        cmocka_unit_test(a_child_does_not_wait_for_the_threads_of_its_parent),
    };
    conf = rd_kafka_conf_new();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rd_kafka_conf_destroy(conf);
    return failed;
}
