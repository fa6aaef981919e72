/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the spans of every message broker have in common: names, kinds, attributes, parents and
 * links. The traced RabbitMQ and Kafka clients are built on it; use it yourself to trace another
 * broker so that its spans look the same (examples/custom_carrier.c).
 *
 *     publish ......... otelmq_messaging_send_start, _send_inject, _send_end
 *     consume, poll ... otelmq_messaging_receive
 *     process ......... otelmq_messaging_process_start, otelmq_scope_end
 *     ack, commit ..... otelmq_messaging_settle_start, _operation_end
 *
 * (OpenTelemetry semantic conventions 1.44, messaging-spans.md.)
 */
#ifndef OTELMQ_MESSAGING_H
#define OTELMQ_MESSAGING_H

#include <otelmq/propagator.h>
#include <otelmq/tracer_provider.h>

OTELMQ_BEGIN_C

/*
 * Whose child the span of a received message is. In every mode it has a link to the message's
 * creation context, and the message's baggage becomes current.
 */
typedef enum {
    OTELMQ_PARENT_AUTO = 0, /* the thread's active span; the creation context when there is none */
    OTELMQ_PARENT_MESSAGE, /* always the creation context; an active span is linked */
    OTELMQ_PARENT_LINK_ONLY, /* the thread's active span, or a new trace */
} otelmq_parent_mode;

/* What every traced client can be told. All {0}: the defaults. */
typedef struct {
    otelmq_tracer_provider *tracer_provider; /* borrowed; NULL: the global one at each operation */
    otelmq_propagator propagator; /* borrowed; {0}: the global one at each operation */
    otelmq_parent_mode parent_mode;
    bool omits_receive_spans; /* true: no spans for consume, get and poll */
    bool omits_settle_spans; /* true: no spans for ack, nack, reject and commit */
    bool records_sizes; /* true: messaging.message.body.size on send, receive and process */
} otelmq_messaging_options;

/* messaging.operation.type */
typedef enum {
    OTELMQ_MESSAGING_SEND,
    OTELMQ_MESSAGING_RECEIVE,
    OTELMQ_MESSAGING_PROCESS,
    OTELMQ_MESSAGING_SETTLE,
} otelmq_messaging_operation_type;

/* One client of one broker. Any thread. */
typedef struct otelmq_messaging_client otelmq_messaging_client;

/*
 * A client whose spans carry system ("rabbitmq") as messaging.system and, when address is not NULL,
 * server.address and (unless 0) server.port. tracer_name names the instrumentation, as
 * "otelmq.amqp". options NULL: {0}. Copies; the result is yours.
 */
OTELMQ_API otelmq_status otelmq_messaging_client_create(const char *system, const char *tracer_name,
                                                        const char *address, uint16_t port,
                                                        const otelmq_messaging_options *options,
                                                        otelmq_messaging_client **client);

/* Frees it; NULL is fine. No operation may be under way. */
OTELMQ_API void otelmq_messaging_client_destroy(otelmq_messaging_client *client);

/* The options that it was created with. Borrowed. */
OTELMQ_API const otelmq_messaging_options *
otelmq_messaging_client_options(const otelmq_messaging_client *client);

/* One call of the broker's client library. All borrowed for the call. */
typedef struct {
    const char *name; /* messaging.operation.name: "publish", "poll", "ack" */
    otelmq_str destination; /* messaging.destination.name; empty: not known, or none */
    const otelmq_attribute *attributes; /* what this broker adds */
    size_t attribute_count;
    uint64_t start_time_unix_nano; /* 0: now */
    size_t body_size; /* in bytes; recorded when the options say so */
} otelmq_messaging_operation;

/* A send under way. Plain data. */
typedef struct {
    otelmq_span *span;
    /* The message has a creation context of the application's own: inject nothing. */
    bool keeps_creation_context;
} otelmq_messaging_send;

/*
 * Starts the span of a send. headers are the message's own, read only ({0}: none): a valid context
 * in them stays, is linked to, and makes the span a CLIENT one; else the span is PRODUCER.
 */
OTELMQ_API otelmq_messaging_send
otelmq_messaging_send_start(otelmq_messaging_client *client,
                            const otelmq_messaging_operation *operation, otelmq_carrier headers);

/*
 * Injects the send's span, and the baggage of the current context, into the headers, in place of
 * what they had of the propagator's own names; a baggage header of the application is merged in,
 * and wins. Does nothing when send keeps_creation_context.
 */
OTELMQ_API void otelmq_messaging_send_inject(otelmq_messaging_client *client,
                                             const otelmq_messaging_send *send,
                                             otelmq_carrier headers);

/*
 * The name of the index-th header that send_inject may set, NULL past the last: the most needed
 * first, so that a wrapper short of room drops them from the last to the first.
 */
OTELMQ_API const char *otelmq_messaging_field_at(const otelmq_messaging_client *client,
                                                 size_t index);

/*
 * Records the span of a receive that gave one message and is over: from the operation's start time
 * until now. headers: of the message.
 */
OTELMQ_API void otelmq_messaging_receive(otelmq_messaging_client *client,
                                         const otelmq_messaging_operation *operation,
                                         otelmq_carrier headers);

/* The same for a receive that failed; error_type as in otelmq_messaging_operation_end. */
OTELMQ_API void otelmq_messaging_receive_failed(otelmq_messaging_client *client,
                                                const otelmq_messaging_operation *operation,
                                                const char *error_type, const char *description);

/*
 * Starts the process span of one message and makes it and the message's baggage current. headers:
 * of the message. End it with otelmq_scope_end.
 */
OTELMQ_API otelmq_scope otelmq_messaging_process_start(otelmq_messaging_client *client,
                                                       const otelmq_messaging_operation *operation,
                                                       otelmq_carrier headers);

/*
 * Starts the span of a settlement, as a child of process (the process span of the message, NULL:
 * not known, then of the thread's active span) with count links to what else it settles. NULL when
 * the options omit settle spans.
 */
OTELMQ_API otelmq_span *otelmq_messaging_settle_start(otelmq_messaging_client *client,
                                                      const otelmq_messaging_operation *operation,
                                                      const otelmq_span_context *process,
                                                      const otelmq_link links[], size_t count);

/*
 * Ends a send or settle span. error_type NULL: it went well; else it becomes error.type and the
 * status error, with description (may be NULL). span NULL is fine.
 */
OTELMQ_API void otelmq_messaging_operation_end(otelmq_span *span, const char *error_type,
                                               const char *description);

OTELMQ_END_C

#endif
