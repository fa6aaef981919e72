/* SPDX-License-Identifier: Apache-2.0 */
/* What the operations of a messaging client share: its tracer, its propagator, its attributes. */
#ifndef OTELMQ_MESSAGING_CLIENT_H
#define OTELMQ_MESSAGING_CLIENT_H

#include <otelmq/messaging.h>

struct otelmq_messaging_client {
    otelmq_messaging_options options;
    otelmq_tracer *tracer;
    char *system;
    char *address; /* NULL: not known */
    uint16_t port; /* 0: not known */
    bool adds_old_names;
    bool propagator_carries_spans; /* the one of the options, if there is one */
    bool has_plain_sends; /* nothing in the options asks for more, see plain.c */
};

/* Whether the headers have any of the names that the propagator would write: rarely so. */
bool otelmq_messaging_has_own_fields(otelmq_propagator propagator, otelmq_carrier headers);

/* The propagator of the options, or the global one as it is now. */
otelmq_propagator otelmq_messaging_propagator(const otelmq_messaging_client *client);

/*
 * PRODUCER, as long as the context of a send is the one that its message carries; else CLIENT, as
 * where the propagator passes no spans on. (messaging-spans.md, "Span kind".)
 */
otelmq_span_kind otelmq_messaging_send_kind(const otelmq_messaging_client *client,
                                            const otelmq_messaging_operation *operation);

#endif
