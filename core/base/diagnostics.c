/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/diagnostics.h>

#include "base/diagnostics_level.h"
#include "base/lock.h"
#include "base/rate_limit.h"
#include "base/utf8.h"

#include <otelmq/stats.h>

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

enum { NOTHING = OTELMQ_SEVERITY_ERROR + 1, READ_ATTEMPTS = 1000 };

/* A message is formatted with room behind its end, for the whole of a character that is cut. */
enum { MESSAGE_MAX = 1020, MESSAGE_SIZE = MESSAGE_MAX + 4 };

typedef struct {
    otelmq_diagnostics_callback callback;
    void *user;
} receiver;

/*
 * Callback and user must be read as a pair, while another thread replaces them, and in a child that
 * was forked in the middle of that. A sequence lock does it: the version is odd during a change,
 * and a reader that saw it odd or changing reads again, a limited number of times.
 */
static atomic_uint version;
static _Atomic(otelmq_diagnostics_callback) current_callback;
static _Atomic(void *) current_user;
static atomic_int lowest_severity = NOTHING;

/* One change at a time; one that a fork cut off in its middle does not hold up the child's. */
static otelmq_lock changing;

static void begin_change(void)
{
    otelmq_fork_generation_watch();
    otelmq_lock_take(&changing);
    atomic_store(&version, atomic_load(&version) | 1u);
}

static void end_change(void)
{
    atomic_fetch_add(&version, 1);
    otelmq_lock_give(&changing);
}

void otelmq_diagnostics_set(otelmq_diagnostics_callback callback, void *user,
                            otelmq_severity lowest)
{
    begin_change();
    atomic_store(&current_callback, callback);
    atomic_store(&current_user, user);
    atomic_store(&lowest_severity, callback != NULL ? (int)lowest : NOTHING);
    end_change();
}

/* The level of an application that has a callback is only changed if it must be. */
static void use_level(otelmq_severity lowest, bool changes_that_of_callback)
{
    begin_change();
    bool has_callback = atomic_load(&current_callback) != NULL;
    if (!has_callback) {
        atomic_store(&current_callback, otelmq_diagnostics_stderr);
        atomic_store(&current_user, NULL);
    }
    if (!has_callback || changes_that_of_callback) {
        atomic_store(&lowest_severity, (int)lowest);
    }
    end_change();
}

void otelmq_diagnostics_set_level(otelmq_severity lowest)
{
    use_level(lowest, true);
}

void otelmq_diagnostics_use_stderr_if_unset(otelmq_severity lowest)
{
    use_level(lowest, false);
}

static receiver read_receiver(void)
{
    for (int i = 0; i < READ_ATTEMPTS; i++) {
        unsigned before = atomic_load(&version);
        receiver found = {atomic_load(&current_callback), atomic_load(&current_user)};
        if (before % 2 == 0 && atomic_load(&version) == before) {
            return found;
        }
    }
    return (receiver){NULL, NULL};
}

static const char *severity_name(otelmq_severity severity)
{
    switch (severity) {
    case OTELMQ_SEVERITY_DEBUG:
        return "debug";
    case OTELMQ_SEVERITY_INFO:
        return "info";
    case OTELMQ_SEVERITY_WARNING:
        return "warning";
    case OTELMQ_SEVERITY_ERROR:
        return "error";
    }
    return "note";
}

void otelmq_diagnostics_stderr(otelmq_severity severity, const char *message, void *user)
{
    (void)user;
    /* One call, so that lines of several threads do not mix. */
    fprintf(stderr, "otelmq: %s: %s\n", severity_name(severity), message);
}

/* Messages quote what others wrote: a line break in it would forge a line of a log. */
static void replace_control_characters(char *message)
{
    for (char *at = message; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || *at == '\x7F') {
            *at = '?';
        }
    }
}

static void format_message(char message[MESSAGE_SIZE], const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static void format_message(char message[MESSAGE_SIZE], const char *format, va_list arguments)
{
    int len = vsnprintf(message, MESSAGE_SIZE, format, arguments);
    size_t written = len < 0 ? 0 : (size_t)len;
    if (written >= MESSAGE_SIZE) {
        written = MESSAGE_SIZE - 1;
    }
    otelmq_str text = otelmq_str_from_bytes(message, written);
    message[otelmq_utf8_truncate(text, MESSAGE_MAX).len] = '\0';
    replace_control_characters(message);
}

static void deliver_left_out(receiver to, otelmq_severity severity, uint32_t left_out)
{
    if (left_out > 0) {
        char message[MESSAGE_SIZE];
        snprintf(message, sizeof(message), "%u messages like the next one were left out.",
                 (unsigned)left_out);
        to.callback(severity, message, to.user);
    }
}

static void deliver(otelmq_severity severity, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static void deliver(otelmq_severity severity, const char *format, va_list arguments)
{
    uint32_t left_out = 0;
    if (!otelmq_rate_limit_allows(format, &left_out)) {
        otelmq_stats_add(OTELMQ_STAT_DIAGNOSTICS_SUPPRESSED, 1);
        return;
    }
    receiver to = read_receiver();
    if (to.callback == NULL) {
        return;
    }
    char message[MESSAGE_SIZE];
    format_message(message, format, arguments);
    deliver_left_out(to, severity, left_out);
    to.callback(severity, message, to.user);
}

void otelmq_diagnostics_report(otelmq_severity severity, const char *format, ...)
{
    if ((int)severity < atomic_load_explicit(&lowest_severity, memory_order_relaxed)) {
        return;
    }
    /* The caller may be between a failed call and its look at errno. */
    int saved_errno = errno;
    va_list arguments;
    va_start(arguments, format);
    deliver(severity, format, arguments);
    va_end(arguments);
    errno = saved_errno;
}
