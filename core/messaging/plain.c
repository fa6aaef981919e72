/* SPDX-License-Identifier: Apache-2.0 */
#include "base/likely.h"
#include "context/attached.h"
#include "context/context_node.h"
#include "messaging/client.h"
#include "propagation/default_propagator.h"
#include "propagation/traceparent.h"
#include "trace/span_object.h"

_Static_assert((int)OTELMQ_MESSAGING_TRACEPARENT_LEN == (int)OTELMQ_TRACEPARENT_LEN,
               "What is written fits into what the caller has.");

static inline const otelmq_span_context *plain_parent(void)
{
    const otelmq_context *attached = otelmq_context_attached();
    return attached != NULL ? otelmq_context_plain_span_context(attached)
                            : &otelmq_span_context_none;
}

__attribute__((hot)) otelmq_span *
otelmq_messaging_send_start_plain(otelmq_messaging_client *client,
                                  otelmq_messaging_prepared *prepared,
                                  char traceparent[OTELMQ_MESSAGING_TRACEPARENT_LEN])
{
    const otelmq_span_context *parent = plain_parent();
    if (OTELMQ_UNLIKELY(!client->has_plain_sends || !otelmq_propagator_global_is_default() ||
                        parent == NULL)) {
        return NULL;
    }
    otelmq_span *span =
        otelmq_tracer_start_folded(client->tracer, prepared, OTELMQ_SPAN_PRODUCER, parent);
    if (OTELMQ_LIKELY(span != NULL)) {
        otelmq_traceparent_format(&span->data.span_context, traceparent);
    }
    return span;
}
