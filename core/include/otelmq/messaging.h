/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the spans of every message broker have in common: names, kinds, attributes, parents and
 * links. The traced RabbitMQ and Kafka clients are built on it; use it yourself to trace another
 * broker so that its spans look the same (examples/custom_carrier.c).
 *
 *     publish ......... otelmq_messaging_send_start, _send_inject, _send_end
 *     consume, poll ... otelmq_messaging_receive, _receive_batch
 *     process ......... otelmq_messaging_process_start, _process_batch_start, otelmq_scope_end
 *     ack, commit ..... otelmq_messaging_settle_start, _operation_end
 *
 * (OpenTelemetry semantic conventions 1.44, messaging-spans.md.)
 */
#ifndef OTELMQ_MESSAGING_H
#define OTELMQ_MESSAGING_H

#include <otelmq/messaging_options.h>
#include <otelmq/span_seed.h>

OTELMQ_BEGIN_C

/* messaging.operation.type */
typedef enum {
    OTELMQ_MESSAGING_CREATE,
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

/* The options that it was created with, and the defaults of modes and times. Borrowed. */
OTELMQ_API const otelmq_messaging_options *
otelmq_messaging_client_options(const otelmq_messaging_client *client);

/*
 * Until otelmq_scope_end, traced clients do not trace what this thread does: their calls pass
 * through, without spans and without headers.
 */
OTELMQ_API otelmq_scope otelmq_messaging_suppress(void);

/* Whether the client passes calls through now: it is disabled, or suppressed on this thread. */
OTELMQ_API bool otelmq_messaging_is_off(const otelmq_messaging_client *client);

/* Whether OTEL_SEMCONV_STABILITY_OPT_IN asks for the names of the conventions 1.24 as well. */
OTELMQ_API bool otelmq_messaging_adds_old_names(const otelmq_messaging_client *client);

/*
 * What the spans of one operation on one destination have in common, made once: spans refer to it
 * instead of copying it. Immutable, any thread.
 */
typedef struct otelmq_span_template otelmq_messaging_prepared;

/* One call of the broker's client library. All borrowed for the call; 0 where nothing is known. */
typedef struct {
    const char *name; /* messaging.operation.name: "publish", "poll", "ack" */
    otelmq_str destination; /* messaging.destination.name; empty: none in particular */
    bool has_several_destinations; /* as the commit of two topics; destination is empty then */
    bool is_anonymous; /* a destination with a name that the broker made up */
    bool is_temporary; /* a destination that goes with its connection */
    bool is_one_of_many; /* each client has one like it, for replies, say: no name for a span */
    bool has_no_headers; /* of a send: the broker takes none, so that nothing will be injected */
    const otelmq_attribute *attributes; /* what this broker adds */
    size_t attribute_count;
    uint64_t start_time_unix_nano; /* 0: now */
    size_t body_size; /* in bytes; recorded when the options say so */
    size_t envelope_size; /* with headers and properties; 0: not known */
    size_t message_count; /* of a call for a batch; 0: of a call for one message */
    const otelmq_link *links; /* more than the rules ask for, as the messages of a batch */
    size_t link_count;
    const void *message; /* what hooks are shown */
    /* NULL: none; else attributes are only those that it does not have. */
    otelmq_messaging_prepared *prepared;
} otelmq_messaging_operation;

/*
 * Prepares sends like operation, whose destination, flags and attributes are those of each of them.
 * It is yours until otelmq_messaging_prepared_release; spans that began with it keep it for
 * themselves. NULL without memory, and when the options have a destination_template, which is asked
 * for each message.
 */
OTELMQ_API otelmq_messaging_prepared *
otelmq_messaging_prepare_send(const otelmq_messaging_client *client,
                              const otelmq_messaging_operation *operation);

/* NULL is fine. */
OTELMQ_API void otelmq_messaging_prepared_release(otelmq_messaging_prepared *prepared);

/* One message of a batch that was received. All borrowed for the call. */
typedef struct {
    otelmq_carrier headers; /* {0}: none */
    const otelmq_attribute *attributes; /* what tells it from the others: for the link to it */
    size_t attribute_count;
    const void *message; /* what hooks are shown */
} otelmq_messaging_batch_message;

/* A send under way. Plain data. */
typedef struct {
    otelmq_span *span;
    /* The message has a creation context of the application's own: inject nothing. */
    bool keeps_creation_context;
    /* The headers have none of the propagator's own names, so that injecting only adds. */
    bool has_no_fields;
} otelmq_messaging_send;

/*
 * Starts the span of a send. headers are the message's own, read only ({0}: none): a valid context
 * in them stays, is linked to, and makes the span a CLIENT one. So do links, which are the creation
 * contexts of a batch, has_no_headers, and a propagator that injects no span, as that of baggage
 * alone: the context of a PRODUCER span is the one that its message carries, unless it turns out
 * later that there is no room for it.
 */
OTELMQ_API otelmq_messaging_send
otelmq_messaging_send_start(otelmq_messaging_client *client,
                            const otelmq_messaging_operation *operation, otelmq_carrier headers);

/* The name of the header traceparent, and the length of its value. */
static inline otelmq_str otelmq_messaging_traceparent(void)
{
    return otelmq_str_from_bytes("traceparent", 11);
}

enum { OTELMQ_MESSAGING_TRACEPARENT_LEN = 55 };

/*
 * otelmq_messaging_send_start and _inject in one, and as quick as can be, for most messages: whose
 * operation has no more than what is prepared, and whose headers have none of the names that
 * otelmq_messaging_may_be_propagated fears. A header traceparent with that value is then all that
 * is to be added. NULL, and nothing has begun, when it takes more, as for hooks, baggage, another
 * propagator or a processor of the user's: then call the other two. Not by two threads at once with
 * the same prepared.
 */
OTELMQ_API otelmq_span *
otelmq_messaging_send_start_plain(otelmq_messaging_client *client,
                                  otelmq_messaging_prepared *prepared,
                                  char traceparent[OTELMQ_MESSAGING_TRACEPARENT_LEN]);

/* Whether name is traceparent, tracestate or baggage, or one of few others like them. */
static inline bool otelmq_messaging_may_be_propagated(otelmq_str name)
{
    return ((name.len == 11 || name.len == 10) && name.data[0] == 't') ||
           (name.len == 7 && name.data[0] == 'b');
}

/*
 * Starts the span of the creation of one message of a batch, to be injected into it and ended at
 * once by otelmq_messaging_operation_end; retain it before, for the link of the send to it. When
 * keeps_creation_context, the span is one that records nothing and stands for that context, so that
 * the send is linked to it in the same way.
 */
OTELMQ_API otelmq_messaging_send
otelmq_messaging_create_start(otelmq_messaging_client *client,
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
 * Ends a send, after the hook on_confirm. error_type NULL: it went well; else it becomes error.type
 * and the status error, with description (may be NULL). span NULL is fine. Any thread.
 */
OTELMQ_API void otelmq_messaging_send_end(otelmq_messaging_client *client, otelmq_span *span,
                                          const char *error_type, const char *description);

/* The same while the message is still there, for on_confirm to see. */
OTELMQ_API void otelmq_messaging_send_confirmed(otelmq_messaging_client *client, otelmq_span *span,
                                                const void *message, const char *error_type,
                                                const char *description);

/*
 * Sends with no span before they are over, for clients with very many under way at once: in place
 * of otelmq_messaging_send_start, this begins one whose context is seed->span_context, to be
 * injected by otelmq_messaging_inject. start_time_unix_nano 0: now. False when the span has to be
 * there from the start: because the options have a hook, a template or captured headers for it,
 * because headers bring a context or baggage of their own, because the client is off, or because
 * otelmq_span_seed_init says so.
 */
OTELMQ_API bool otelmq_messaging_send_seed(otelmq_messaging_client *client,
                                           uint64_t start_time_unix_nano, otelmq_carrier headers,
                                           otelmq_span_seed *seed);

/*
 * Makes the span of such a send when it is over, to be ended by otelmq_messaging_send_end at once.
 * Any thread. A seed that does not record is cleaned by otelmq_span_seed_clean instead.
 */
OTELMQ_API otelmq_span *otelmq_messaging_seed_start(otelmq_messaging_client *client,
                                                    otelmq_span_seed *seed,
                                                    const otelmq_messaging_operation *operation);

/* What otelmq_messaging_send_inject does, with the context of a seed. */
OTELMQ_API void otelmq_messaging_inject(otelmq_messaging_client *client,
                                        const otelmq_span_context *span_context,
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

/*
 * The same for one call that gave count messages, which the span counts, and links to those of them
 * that have a creation context: in every parent mode it is a child of the thread's active span, or
 * a root. The hook is called for each. Without messages there is no span.
 */
OTELMQ_API void otelmq_messaging_receive_batch(otelmq_messaging_client *client,
                                               const otelmq_messaging_operation *operation,
                                               const otelmq_messaging_batch_message messages[],
                                               size_t count);

/* The same for a receive that failed; error_type as in otelmq_messaging_operation_end. */
OTELMQ_API void otelmq_messaging_receive_failed(otelmq_messaging_client *client,
                                                const otelmq_messaging_operation *operation,
                                                const char *error_type, const char *description);

/*
 * Starts the process span of one message and makes it and the message's baggage current. headers:
 * of the message; options NULL: {0}. End it with otelmq_scope_end.
 *
 * A span that ends with settlement survives its scope: *kept is then a reference to it that is
 * yours, to be ended with otelmq_messaging_process_end; else *kept is NULL. kept NULL: there is no
 * settlement to come, and the span ends with its scope.
 */
OTELMQ_API otelmq_scope otelmq_messaging_process_start(otelmq_messaging_client *client,
                                                       const otelmq_messaging_operation *operation,
                                                       otelmq_carrier headers,
                                                       const otelmq_process_options *options,
                                                       otelmq_span **kept);

/*
 * The same for count messages that are processed together: with a link to each, as of
 * otelmq_messaging_receive_batch, and with the thread's own baggage. It ends with its scope.
 */
OTELMQ_API otelmq_scope otelmq_messaging_process_batch_start(
    otelmq_messaging_client *client, const otelmq_messaging_operation *operation,
    const otelmq_messaging_batch_message messages[], size_t count);

/* Ends a process span that was kept, after its hook; error_type as above. NULL is fine. */
OTELMQ_API void otelmq_messaging_process_end(otelmq_messaging_client *client, otelmq_span *kept,
                                             const char *error_type, const char *description);

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
 * The same for a message that the broker sent back, with its creation context (NULL: it has none).
 * Nobody asked for that, and no option omits it.
 */
OTELMQ_API otelmq_span *otelmq_messaging_return_start(otelmq_messaging_client *client,
                                                      const otelmq_messaging_operation *operation,
                                                      const otelmq_span_context *creation,
                                                      const otelmq_link links[], size_t count);

/*
 * Ends a settle span; error_type as above. span NULL is fine.
 */
OTELMQ_API void otelmq_messaging_operation_end(otelmq_span *span, const char *error_type,
                                               const char *description);

OTELMQ_END_C

#endif
