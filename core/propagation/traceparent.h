/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header traceparent: the ids and flags of a span context as text. Any thread.
 *
 *     00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
 *     |  |                                |                |
 *     version, trace id                   span id          flags
 *
 * (W3C Trace Context Level 2, section 3.2.)
 */
#ifndef OTELMQ_PROPAGATION_TRACEPARENT_H
#define OTELMQ_PROPAGATION_TRACEPARENT_H

#include <otelmq/span_context.h>

enum { OTELMQ_TRACEPARENT_LEN = 55 };

/* Writes it in version 00, without a NUL. */
void otelmq_traceparent_format(const otelmq_span_context *span_context,
                               char text[OTELMQ_TRACEPARENT_LEN]);

/*
 * Reads one header value into a remote span context without tracestate; false, with *span_context
 * undefined, when it breaks a rule of its version.
 */
bool otelmq_traceparent_parse(otelmq_str text, otelmq_span_context *span_context);

#endif
