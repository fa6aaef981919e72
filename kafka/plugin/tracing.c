/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/plugin/tracing.h"

#include "base/lock.h"
#include "kafka/plugin/processing.h"

#include <otelmq/otlp.h>
#include <otelmq/sdk.h>

#include <stdlib.h>
#include <unistd.h>

enum { SLOW_FOR_MS = 60000, SLOW_EXIT_MS = 100 };

static struct {
    pid_t pid; /* whose state this is: a child begins anew */
    otelmq_sdk *sdk;
    otelmq_sdk *of_parent; /* left alone: its connections are the parent's */
    size_t client_count;
    uint32_t flush_timeout_ms;
    otelmq_deadline slow_until; /* until then nobody waits for an export */
    bool is_exit_watched;
    bool is_over;
} state;

static otelmq_lock lock; /* for state */

static bool is_slow(void)
{
    return otelmq_deadline_left_ms(state.slow_until) > 0;
}

/*
 * Where the collector cannot be reached, the client waits for that once, and then not for a while:
 * a program that makes a client for each message would stand still.
 */
static void flush(void)
{
    if (state.flush_timeout_ms > 0 && !is_slow() &&
        otelmq_sdk_force_flush(state.sdk, state.flush_timeout_ms) != OTELMQ_OK) {
        state.slow_until = otelmq_deadline_after(SLOW_FOR_MS);
    }
}

/*
 * Before the destructors of libcurl and OpenSSL, which are initialised by now: their exit handlers
 * run after ours.
 */
static void shut_down_at_exit(void)
{
    otelmq_lock_take(&lock);
    if (state.pid == getpid() && state.sdk != NULL) {
        otelmq_plugin_process_end(NULL);
        uint32_t timeout_ms = state.flush_timeout_ms;
        if (is_slow() && timeout_ms > SLOW_EXIT_MS) {
            timeout_ms = SLOW_EXIT_MS;
        }
        (void)otelmq_sdk_shutdown(state.sdk, timeout_ms);
        state.sdk = NULL;
        state.is_over = true;
    }
    otelmq_lock_give(&lock);
}

/* False when there is none for the endpoint: the environment's would send spans elsewhere. */
static bool create_exporter(const otelmq_plugin_settings *settings, otelmq_exporter *exporter)
{
    if (settings->otlp_endpoint == NULL) {
        return true;
    }
    const otelmq_otlp_options options = {.endpoint = settings->otlp_endpoint};
    otelmq_sdk_set_log_level(); /* so that it is read why there is none */
    *exporter = otelmq_otlp_exporter(&options);
    return exporter->ops != NULL;
}

static void start(const otelmq_plugin_settings *settings)
{
    otelmq_sdk_options options = {.service_name = settings->service_name};
    state.flush_timeout_ms = settings->flush_timeout_ms;
    if (!create_exporter(settings, &options.exporter) ||
        otelmq_sdk_start(&options, &state.sdk) != OTELMQ_OK) {
        state.sdk = NULL;
    }
    if (!state.is_exit_watched) {
        state.is_exit_watched = atexit(shut_down_at_exit) == 0;
    }
}

/* What a child inherits has no thread, and says that it is the parent. */
static void forget_parent(void)
{
    if (state.pid != getpid()) {
        state.pid = getpid();
        state.of_parent = state.sdk;
        state.sdk = NULL;
        state.client_count = 0;
        state.slow_until = otelmq_deadline_after(0);
    }
}

void otelmq_plugin_client_added(const otelmq_plugin_settings *settings)
{
    otelmq_lock_take(&lock);
    forget_parent();
    if (state.sdk == NULL && state.client_count == 0 && !state.is_over) {
        start(settings);
    }
    state.client_count++;
    otelmq_lock_give(&lock);
}

void otelmq_plugin_client_removed(void)
{
    otelmq_lock_take(&lock);
    if (state.pid == getpid() && --state.client_count == 0 && state.sdk != NULL) {
        flush();
    }
    otelmq_lock_give(&lock);
}
