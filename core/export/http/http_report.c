/* SPDX-License-Identifier: Apache-2.0 */
#include "export/http/http_report.h"

#include <otelmq/diagnostics.h>
#include <otelmq/stats.h>

#include <inttypes.h>

void otelmq_http_failure_init(otelmq_http_failure *failure)
{
    failure->status = OTELMQ_OK;
    otelmq_buffer_init(&failure->text);
}

void otelmq_http_failure_clean(otelmq_http_failure *failure)
{
    otelmq_buffer_clean(&failure->text);
}

static otelmq_status status_of(const otelmq_http_answer *answer, const otelmq_http_verdict *verdict)
{
    switch (answer->outcome) {
    case OTELMQ_HTTP_ANSWERED:
        return verdict->is_too_large ? OTELMQ_ERROR_LIMIT : OTELMQ_ERROR_REJECTED;
    case OTELMQ_HTTP_TOO_LARGE:
        return OTELMQ_ERROR_LIMIT;
    case OTELMQ_HTTP_TIMED_OUT:
        return OTELMQ_ERROR_TIMEOUT;
    case OTELMQ_HTTP_INTERRUPTED:
        return OTELMQ_ERROR_SHUT_DOWN;
    case OTELMQ_HTTP_DISCONNECTED:
    case OTELMQ_HTTP_BROKEN:
        break;
    }
    return OTELMQ_ERROR_IO;
}

static void add_detail(otelmq_buffer *text, const char *deed, const char *detail)
{
    otelmq_buffer_add_text(text, deed);
    if (detail != NULL && detail[0] != '\0') {
        otelmq_buffer_add_text(text, ": ");
        otelmq_buffer_add_text(text, detail);
    }
}

static void add_too_large(otelmq_buffer *text, const otelmq_http_settings *settings)
{
    otelmq_buffer_add_text(text, "gave an answer of more than ");
    otelmq_buffer_add_uint(text, settings->max_response_size);
    otelmq_buffer_add_text(text, " bytes");
}

/* What the server said, NULL when that is nothing. */
static const char *message_of(const otelmq_http_verdict *verdict)
{
    const otelmq_buffer *message = &verdict->message;
    return message->len > 0 && otelmq_buffer_is_complete(message) ? message->data : NULL;
}

static void add_refusal(otelmq_buffer *text, const otelmq_http_settings *settings,
                        const otelmq_http_verdict *verdict)
{
    if (verdict->is_too_large) {
        add_too_large(text, settings);
    } else {
        add_detail(text, "refused them", message_of(verdict));
    }
}

/* What the server did, and why. */
static void add_deed(otelmq_buffer *text, const otelmq_http_settings *settings,
                     const otelmq_http_answer *answer, const otelmq_http_verdict *verdict)
{
    switch (answer->outcome) {
    case OTELMQ_HTTP_ANSWERED:
        add_refusal(text, settings, verdict);
        break;
    case OTELMQ_HTTP_DISCONNECTED:
        add_detail(text, "could not be reached", answer->error);
        break;
    case OTELMQ_HTTP_BROKEN:
        add_detail(text, "cannot be talked to", answer->error);
        break;
    case OTELMQ_HTTP_TOO_LARGE:
        add_too_large(text, settings);
        break;
    case OTELMQ_HTTP_TIMED_OUT:
        otelmq_buffer_add_text(text, "did not answer in time");
        break;
    case OTELMQ_HTTP_INTERRUPTED:
        otelmq_buffer_add_text(text, "was not waited for, because the exporter was shut down");
        break;
    }
}

void otelmq_http_failure_set(otelmq_http_failure *failure, const otelmq_http_settings *settings,
                             const otelmq_http_answer *answer, const otelmq_http_verdict *verdict)
{
    failure->status = status_of(answer, verdict);
    otelmq_buffer_clear(&failure->text);
    add_deed(&failure->text, settings, answer, verdict);
    otelmq_buffer_add_char(&failure->text, '\0');
}

static const char *text_of(const otelmq_http_failure *failure)
{
    bool has_text = failure->text.len > 0 && otelmq_buffer_is_complete(&failure->text);
    return has_text ? failure->text.data : otelmq_status_text(failure->status);
}

void otelmq_http_report_lost(const otelmq_http_settings *settings, size_t count,
                             const otelmq_http_failure *failure)
{
    otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR, "%zu spans were lost: the collector at %s %s.",
                              count, settings->shown_url, text_of(failure));
}

void otelmq_http_report_retry(const otelmq_http_settings *settings, size_t count,
                              const otelmq_http_failure *failure)
{
    otelmq_diagnostics_report(OTELMQ_SEVERITY_INFO,
                              "%zu spans are sent again: the collector at %s %s.", count,
                              settings->shown_url, text_of(failure));
    otelmq_stats_add(OTELMQ_STAT_EXPORT_RETRIES, 1);
}

void otelmq_http_report_unsent(const otelmq_http_settings *settings, size_t count,
                               otelmq_status status)
{
    otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                              "%zu spans for %s were lost before they were sent: %s.", count,
                              settings->shown_url, otelmq_status_text(status));
}

void otelmq_http_report_held_back(const otelmq_http_settings *settings, size_t count)
{
    otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                              "%zu spans were lost: the collector at %s had asked to be left alone "
                              "for longer than there was time.",
                              count, settings->shown_url);
}

/* Success is what the status says; a strange body does not undo it. */
void otelmq_http_report_taken(const otelmq_http_settings *settings, size_t count,
                              const otelmq_http_answer *answer, const otelmq_http_verdict *verdict)
{
    const char *message = message_of(verdict);
    if (verdict->is_strange) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "%s answered HTTP status %ld, but not in OTLP: is it a "
                                  "collector?",
                                  settings->shown_url, answer->status);
    } else if (verdict->rejected_spans > 0) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "The collector at %s refused %" PRIu64 " of %zu spans: %s.",
                                  settings->shown_url, verdict->rejected_spans, count,
                                  message != NULL ? message : "no reason");
    } else if (message != NULL) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "The collector at %s took the spans, and says: %s.",
                                  settings->shown_url, message);
    }
}
