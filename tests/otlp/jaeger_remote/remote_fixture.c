/* SPDX-License-Identifier: Apache-2.0 */
#include "otlp/jaeger_remote/remote_fixture.h"

#include "support/test.h"

#include <otelmq/diagnostics.h>

#include <pthread.h>
#include <unistd.h>

/* What was reported, on whatever thread. */
static struct {
    pthread_mutex_t mutex;
    pthread_cond_t came;
    size_t count;
    char last[1024];
} reported = {.mutex = PTHREAD_MUTEX_INITIALIZER, .came = PTHREAD_COND_INITIALIZER};

static void note_report(otelmq_severity severity, const char *message, void *user)
{
    (void)severity;
    (void)user;
    pthread_mutex_lock(&reported.mutex);
    reported.count++;
    snprintf(reported.last, sizeof(reported.last), "%s", message);
    pthread_cond_broadcast(&reported.came);
    pthread_mutex_unlock(&reported.mutex);
}

int start_reports(void **state)
{
    (void)state;
    reported.count = 0;
    reported.last[0] = '\0';
    otelmq_diagnostics_set(note_report, NULL, OTELMQ_SEVERITY_WARNING);
    return 0;
}

int stop_reports(void **state)
{
    (void)state;
    otelmq_diagnostics_set(NULL, NULL, OTELMQ_SEVERITY_DEBUG);
    return 0;
}

size_t report_count(void)
{
    pthread_mutex_lock(&reported.mutex);
    size_t count = reported.count;
    pthread_mutex_unlock(&reported.mutex);
    return count;
}

const char *last_report(void)
{
    return reported.last;
}

void wait_for_reports(size_t count)
{
    pthread_mutex_lock(&reported.mutex);
    while (reported.count < count) {
        pthread_cond_wait(&reported.came, &reported.mutex);
    }
    pthread_mutex_unlock(&reported.mutex);
}

void make_endpoint(char endpoint[64], const fake_collector *collector)
{
    snprintf(endpoint, 64, "http://127.0.0.1:%u", collector_port(collector));
}

otelmq_sampler create_remote(const fake_collector *collector, uint32_t interval_ms,
                             otelmq_sampler initial)
{
    char endpoint[64];
    make_endpoint(endpoint, collector);
    otelmq_sampler sampler = otelmq_sampler_jaeger_remote(&(otelmq_jaeger_remote_options){
        .endpoint = endpoint,
        .service_name = "orders",
        .polling_interval_ms = interval_ms,
        .timeout_ms = AN_HOUR_MS,
        .initial_sampler = initial,
    });
    assert_non_null(sampler.ops);
    return sampler;
}

int decide(otelmq_sampler sampler)
{
    return (int)ask_sampler(sampler, &(sampling_parent){.is_random = true}).decision;
}

void wait_for_decision(otelmq_sampler sampler, int decision)
{
    while (decide(sampler) != decision) {
        usleep(1000);
    }
}

bool has(otelmq_str text, const char *part)
{
    return memmem(text.data, text.len, part, strlen(part)) != NULL;
}
