/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every traced client, of whichever broker, can be told: whose children its spans are, when
 * they end, what they carry beside the usual attributes, and whom to call. The options of
 * <otelmq/amqp.h> and <otelmq/kafka.h> begin with it.
 */
#ifndef OTELMQ_MESSAGING_OPTIONS_H
#define OTELMQ_MESSAGING_OPTIONS_H

#include <otelmq/propagator.h>
#include <otelmq/tracer_provider.h>

OTELMQ_BEGIN_C

/*
 * Whose child the span of a received message is. In every mode it has a link to the message's
 * creation context, and the message's baggage becomes current.
 */
typedef enum {
    OTELMQ_PARENT_DEFAULT = 0, /* of a message: as its client's options say; of a client: AUTO */
    OTELMQ_PARENT_AUTO, /* the thread's active span; the creation context when there is none */
    OTELMQ_PARENT_MESSAGE, /* always the creation context; an active span is linked */
    OTELMQ_PARENT_LINK_ONLY, /* the thread's active span, or a new trace */
} otelmq_parent_mode;

/* When the process span of a message ends. */
typedef enum {
    OTELMQ_PROCESS_ENDS_DEFAULT = 0, /* of a message: as its client's options say; there: SCOPE */
    OTELMQ_PROCESS_ENDS_WITH_SCOPE, /* otelmq_scope_end ends it */
    /*
     * The scope only makes it current; it ends when the message is settled, when its channel or
     * connection closes, or at the time limit: for work that goes on after the handler returned.
     * A message that is never settled (no_ack) ends with its scope.
     */
    OTELMQ_PROCESS_ENDS_WITH_SETTLEMENT,
} otelmq_process_ends;

/* What a hook is told. Borrowed for the call. */
typedef struct {
    otelmq_span *span; /* still running: set attributes, add events */
    const char *operation; /* messaging.operation.name, as "publish" */
    otelmq_str destination;
    /*
     * The broker library's own: const amqp_basic_properties_t * of what is published, const
     * amqp_envelope_t * of what was received, const rd_kafka_message_t *. NULL when it is gone,
     * or was refused before there was one.
     */
    const void *message;
    const char *error_type; /* NULL: it went well, or is not over */
} otelmq_messaging_event;

typedef void (*otelmq_messaging_hook)(void *user, const otelmq_messaging_event *event);

/*
 * Called for recording spans only, on the thread of the operation, and on several threads at once
 * where several are at work. Each may be NULL.
 *
 * RabbitMQ: that is a thread inside a traced call. A hook may publish, settle, and open and close
 * channels on the connection; it must not replace or destroy the connection, nor release
 * librabbitmq's buffers. Kafka: the ends of sends, and of process spans that a commit ends, come on
 * threads of librdkafka as a rule: a hook must neither block nor call librdkafka.
 */
typedef struct {
    void *user; /* borrowed; it must live as long as the client */
    otelmq_messaging_hook on_send; /* a message is about to be sent */
    otelmq_messaging_hook on_confirm; /* the broker has answered, or the call returned */
    otelmq_messaging_hook on_receive; /* a receive call gave a message */
    otelmq_messaging_hook on_process_start;
    otelmq_messaging_hook on_process_end;
} otelmq_messaging_hooks;

/*
 * All {0}: the defaults. Lists and strings are copied. What is borrowed must live as long as the
 * client: until the traced connection or the rd_kafka_t is destroyed.
 */
typedef struct {
    otelmq_tracer_provider *tracer_provider; /* borrowed; NULL: the global one at each operation */
    /*
     * Borrowed; its inject is called once as the client is made, to see whether it passes spans on.
     * {0}: the global one at each operation.
     */
    otelmq_propagator propagator;
    otelmq_parent_mode parent_mode;
    otelmq_process_ends process_ends;
    int64_t process_timeout_ms; /* of spans that end with settlement; 0: 60,000; < 0: none */
    bool is_disabled; /* true: calls pass through; no spans, no headers */
    bool omits_create_spans; /* true: a batch has one span, whose context goes into each message */
    bool omits_receive_spans; /* true: no spans for consume, get and poll */
    /*
     * true: no spans for ack, nack, reject and commit; nor for transactions (rollback; begin,
     * send_offsets, commit and abort of Kafka).
     */
    bool omits_settle_spans;
    bool ends_send_at_return; /* true: send spans end as the call returns, not as it is confirmed */
    bool records_sizes; /* true: messaging.message.body.size and .envelope.size */
    bool records_queue_time; /* true: {system}.record.queue_time_ms, from the message's timestamp */
    /*
     * Headers to record as messaging.header.{name}: globs with * and ?, and with ! before those
     * that leave out what they match, in upper or lower case, as {"*", "!authorization"}. Of a
     * batch that is received, the values of its messages one after the other. 64 names and 128
     * values of each are recorded at most, and not all names of a very large batch looked at. NULL:
     * none.
     */
    const char *const *captured_headers;
    size_t captured_header_count;
    /*
     * A name of low cardinality for destination, as "orders.{id}", which becomes
     * messaging.destination.template and the span's name; empty: none. It is called as a span is
     * made, on the thread of the operation, perhaps on several at once, and must not call the
     * client. What it returns is used before its next call on the thread. NULL: no templates.
     */
    otelmq_str (*destination_template)(void *user, otelmq_str destination);
    void *destination_template_user; /* borrowed; it must live as long as the client */
    otelmq_messaging_hooks hooks;
} otelmq_messaging_options;

/* How one message is processed, where it differs from its client's options. {0}: it does not. */
typedef struct {
    otelmq_parent_mode parent_mode;
    otelmq_process_ends ends;
} otelmq_process_options;

OTELMQ_END_C

#endif
