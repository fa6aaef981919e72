/* SPDX-License-Identifier: Apache-2.0 */
#include "export/http/http_exporter.h"

#include "export/http/http_sender.h"
#include "export/http/sigpipe.h"

#include <otelmq/diagnostics.h>

#include <stdatomic.h>
#include <stdlib.h>

typedef struct {
    const otelmq_http_protocol *protocol;
    otelmq_http_settings settings;
    _Atomic(otelmq_http_sender *) sender; /* NULL only if a child process could not make its own */
    atomic_bool is_shut_down;
} http_exporter;

/* After a fork the child gets a sender of its own; NULL if it cannot. */
static otelmq_http_sender *own_sender(http_exporter *exporter)
{
    otelmq_http_sender *sender = atomic_load(&exporter->sender);
    if (sender != NULL && otelmq_http_sender_is_own(sender)) {
        return sender;
    }
    if (sender != NULL) {
        otelmq_http_sender_abandon(sender);
    }
    sender = otelmq_http_sender_create(&exporter->settings, exporter->protocol);
    atomic_store(&exporter->sender, sender);
    return sender;
}

static otelmq_status send_spans(http_exporter *exporter, const otelmq_span_data *const spans[],
                                size_t count, uint32_t timeout_ms, otelmq_export_result *result)
{
    uint32_t shortest_ms =
        timeout_ms < exporter->settings.timeout_ms ? timeout_ms : exporter->settings.timeout_ms;
    otelmq_deadline deadline = otelmq_deadline_after(shortest_ms);
    otelmq_http_sender *sender = own_sender(exporter);
    if (sender == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    /* Looked at behind own_sender: a shutdown either sees the new sender or is seen here. */
    if (atomic_load(&exporter->is_shut_down)) {
        return OTELMQ_ERROR_SHUT_DOWN;
    }
    return otelmq_http_sender_send(sender, spans, count, deadline, result);
}

static otelmq_status export_spans(void *self, const otelmq_span_data *const spans[], size_t count,
                                  uint32_t timeout_ms, otelmq_export_result *result)
{
    http_exporter *exporter = self;
    if (atomic_load(&exporter->is_shut_down)) {
        return OTELMQ_ERROR_SHUT_DOWN;
    }
    if (count == 0) {
        return OTELMQ_OK;
    }
    otelmq_sigpipe_hold hold;
    otelmq_sigpipe_hold_start(&hold);
    otelmq_status status = send_spans(exporter, spans, count, timeout_ms, result);
    otelmq_sigpipe_hold_end(&hold);
    return status;
}

/* What a child process inherits is under way in the parent, and not its own to wait for. */
static otelmq_status force_flush(void *self, uint32_t timeout_ms, otelmq_export_result *result)
{
    http_exporter *exporter = self;
    otelmq_deadline deadline = otelmq_deadline_after(timeout_ms);
    otelmq_http_sender *sender = atomic_load(&exporter->sender);
    if (sender == NULL || !otelmq_http_sender_is_own(sender)) {
        return OTELMQ_OK;
    }
    otelmq_sigpipe_hold hold;
    otelmq_sigpipe_hold_start(&hold);
    otelmq_status status = otelmq_http_sender_flush(sender, deadline, result);
    otelmq_sigpipe_hold_end(&hold);
    return status;
}

static void shut_down(void *self)
{
    http_exporter *exporter = self;
    atomic_store(&exporter->is_shut_down, true);
    otelmq_http_sender *sender = atomic_load(&exporter->sender);
    if (sender != NULL && otelmq_http_sender_is_own(sender)) {
        otelmq_http_sender_interrupt(sender);
    }
}

static void destroy_sender(otelmq_http_sender *sender)
{
    if (sender == NULL) {
        return;
    }
    if (!otelmq_http_sender_is_own(sender)) {
        otelmq_http_sender_abandon(sender);
        return;
    }
    otelmq_sigpipe_hold hold;
    otelmq_sigpipe_hold_start(&hold);
    otelmq_http_sender_destroy(sender);
    otelmq_sigpipe_hold_end(&hold);
}

static void destroy(void *self)
{
    http_exporter *exporter = self;
    destroy_sender(atomic_load(&exporter->sender));
    otelmq_http_settings_clean(&exporter->settings);
    free(exporter);
}

static const otelmq_exporter_ops http_ops = {
    .export_spans = export_spans,
    .force_flush = force_flush,
    .shutdown = shut_down,
    .destroy = destroy,
};

otelmq_exporter otelmq_http_exporter_create(const otelmq_http_protocol *protocol,
                                            otelmq_http_settings *settings)
{
    http_exporter *exporter = calloc(1, sizeof(*exporter));
    if (exporter == NULL) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR, "There is no memory for an exporter.");
        otelmq_http_settings_clean(settings);
        return (otelmq_exporter){0};
    }
    exporter->protocol = protocol;
    exporter->settings = *settings;
    if (own_sender(exporter) == NULL) {
        destroy(exporter);
        return (otelmq_exporter){0};
    }
    return (otelmq_exporter){&http_ops, exporter};
}
