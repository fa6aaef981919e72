/* SPDX-License-Identifier: Apache-2.0 */
#include "service.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>

enum { FLUSH_TIMEOUT_MS = 10000 };

static volatile sig_atomic_t is_stopping;
static const char *service_name;
static otelmq_sdk *sdk;
static int exit_code;

static void stop(int signal_number)
{
    (void)signal_number;
    is_stopping = 1;
}

/* Without SA_RESTART a read of standard input ends, and a second Ctrl-C kills at once. */
static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = stop, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
}

void service_start(const char *name)
{
    service_name = name;
    setvbuf(stdout, NULL, _IOLBF, 0);
    catch_signals();
    otelmq_diagnostics_set(otelmq_diagnostics_stderr, NULL, OTELMQ_SEVERITY_WARNING);
    otelmq_status status = otelmq_sdk_start(&(otelmq_sdk_options){.service_name = name}, &sdk);
    if (status != OTELMQ_OK) {
        service_warn("tracing did not start: %s", otelmq_status_text(status));
        exit(1);
    }
}

otelmq_tracer *service_tracer(void)
{
    return otelmq_tracer_get("pipeline", OTELMQ_VERSION);
}

bool service_is_stopping(void)
{
    return is_stopping != 0;
}

static void write_line(FILE *stream, const char *format, va_list arguments) OTELMQ_PRINTF(2, 0);

/* One write a line, so that the lines of four services in one terminal do not mix. */
static void write_line(FILE *stream, const char *format, va_list arguments)
{
    char line[1024];
    int prefix_len = snprintf(line, sizeof(line), "%s: ", service_name);
    vsnprintf(line + prefix_len, sizeof(line) - (size_t)prefix_len, format, arguments);
    fprintf(stream, "%s\n", line);
}

void service_log(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_line(stdout, format, arguments);
    va_end(arguments);
}

void service_warn(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_line(stderr, format, arguments);
    va_end(arguments);
}

void service_fail(void)
{
    exit_code = 1;
    is_stopping = 1;
}

static uint64_t count_dropped(const otelmq_stats *stats)
{
    return stats->counts[OTELMQ_STAT_SPANS_DROPPED_QUEUE_FULL] +
           stats->counts[OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN] +
           stats->counts[OTELMQ_STAT_SPANS_DROPPED_NO_MEMORY];
}

int service_stop(void)
{
    otelmq_sdk_shutdown(sdk, FLUSH_TIMEOUT_MS);
    otelmq_stats stats = otelmq_stats_read();
    service_log("%" PRIu64 " spans exported, %" PRIu64 " failed, %" PRIu64 " dropped",
                stats.counts[OTELMQ_STAT_SPANS_EXPORTED], stats.counts[OTELMQ_STAT_SPANS_FAILED],
                count_dropped(&stats));
    return exit_code;
}
