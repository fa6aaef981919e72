/* SPDX-License-Identifier: Apache-2.0 */
/*
 * amqp_basic_publish writes its first frame before it finds that the headers do not fit into the
 * second, and the broker closes the connection over the half that it got. So everything is measured
 * before the call, and what was added gives way until it fits.
 */
#include "amqp/publish/call.h"

#include <otelmq/amqp_carrier.h>
#include <otelmq/diagnostics.h>
#include <otelmq/stats.h>

#include "amqp/connection_state.h"
#include "amqp/properties.h"

static void report_skipped(const char *reason)
{
    otelmq_stats_add(OTELMQ_STAT_INJECT_SKIPPED, 1);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                              "A message was published to RabbitMQ without trace context: %s.",
                              reason);
}

static void report_shortened(const char *dropped)
{
    otelmq_stats_add(OTELMQ_STAT_INJECT_SHORTENED, 1);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                              "A message was published to RabbitMQ without %s, because the headers "
                              "would not fit into a frame.",
                              dropped);
}

/* The caller's properties, shallow, with other headers. */
static void copy_with_headers(amqp_basic_properties_t *copy,
                              const amqp_basic_properties_t *properties, amqp_table_t headers)
{
    if (properties != NULL) {
        *copy = *properties;
    } else {
        memset(copy, 0, sizeof(*copy));
    }
    copy->headers = headers;
    copy->_flags |= AMQP_BASIC_HEADERS_FLAG;
}

/* What the application wrote itself is not ours to drop, and takes its place again. */
static void drop(otelmq_amqp_headers *headers, const char *name, otelmq_str own)
{
    if (otelmq_str_is_empty(own) ||
        otelmq_carrier_set(otelmq_amqp_headers_carrier(headers), name, own) != OTELMQ_OK) {
        otelmq_amqp_headers_remove(headers, name);
    }
}

/*
 * Drops baggage, then tracestate, until the headers of the copy, which are headers, fit; false when
 * they never do.
 */
static bool shorten(otelmq_amqp_headers *headers, amqp_basic_properties_t *copy,
                    const amqp_basic_properties_t *properties, int frame_max)
{
    static const struct {
        const char *name;
        const char *dropped;
    } steps[] = {{"baggage", "baggage"}, {"tracestate", "baggage and tracestate"}};

    otelmq_carrier own = otelmq_amqp_table_carrier(otelmq_amqp_properties_headers(properties));
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        drop(headers, steps[i].name, otelmq_carrier_get(own, steps[i].name));
        copy->headers = headers->table;
        if (otelmq_amqp_properties_fit(copy, frame_max)) {
            report_shortened(steps[i].dropped);
            return true;
        }
    }
    return false;
}

/*
 * Whether the message can go out with the copy, whose headers are shortened for it if need be. One
 * that does not fit in any case is left to fail as it would without us.
 */
static bool make_fit(otelmq_amqp_headers *headers, amqp_basic_properties_t *copy,
                     const amqp_basic_properties_t *properties, int frame_max)
{
    return otelmq_amqp_properties_fit(copy, frame_max) ||
           ((properties == NULL || otelmq_amqp_properties_fit(properties, frame_max)) &&
            shorten(headers, copy, properties, frame_max));
}

/*
 * Inject leaves an empty value where a field that the application had written does not belong to
 * the new context: such an entry is taken out.
 */
static void remove_blanked_fields(const otelmq_messaging_client *client,
                                  otelmq_amqp_headers *headers, otelmq_carrier own)
{
    otelmq_carrier carrier = otelmq_amqp_headers_carrier(headers);
    const char *field;
    for (size_t i = 0; (field = otelmq_messaging_field_at(client, i)) != NULL; i++) {
        if (otelmq_str_is_empty(otelmq_carrier_get(carrier, field)) &&
            !otelmq_str_is_empty(otelmq_carrier_get(own, field))) {
            otelmq_amqp_headers_remove(headers, field);
        }
    }
}

/*
 * What keeps context out of a message that nevertheless goes out: librabbitmq writes keys of more
 * than 255 bytes, wrongly, and does not refuse them.
 */
static const char *why_skipped(const amqp_basic_properties_t *properties, int frame_max)
{
    return properties == NULL || otelmq_amqp_properties_fit(properties, frame_max)
               ? "the headers would not fit into a frame"
               : "a header of its own has a longer name than AMQP allows";
}

/*
 * Whether copy became what the message is to go out with. It borrows from headers. *skipped says
 * why not, when there is something to be said.
 */
static bool inject(otelmq_amqp_connection *connection, const otelmq_messaging_send *send,
                   const amqp_basic_properties_t *properties, otelmq_amqp_headers *headers,
                   amqp_basic_properties_t *copy, const char **skipped)
{
    const amqp_table_t *own = otelmq_amqp_properties_headers(properties);
    if (otelmq_amqp_headers_init(headers, own) != OTELMQ_OK) {
        *skipped = "no memory for its headers";
        return false;
    }
    otelmq_messaging_send_inject(connection->client, send, otelmq_amqp_headers_carrier(headers));
    if (!send->has_no_fields) {
        remove_blanked_fields(connection->client, headers, otelmq_amqp_table_carrier(own));
    }
    copy_with_headers(copy, properties, headers->table);
    int frame_max = amqp_get_frame_max(connection->raw);
    if (headers->table.num_entries == 0 || make_fit(headers, copy, properties, frame_max)) {
        return headers->table.num_entries > 0;
    }
    *skipped = why_skipped(properties, frame_max);
    return false;
}

int otelmq_amqp_publish_injected(otelmq_amqp_connection *connection, amqp_channel_t channel,
                                 const otelmq_amqp_publishing *message,
                                 const otelmq_messaging_send *send)
{
    /* Without a connection nothing is sent, and nothing is to be reported about its headers. */
    if (send->keeps_creation_context || connection->raw == NULL) {
        return otelmq_amqp_publish_with(connection, channel, message, message->properties);
    }
    otelmq_amqp_headers headers;
    amqp_basic_properties_t copy;
    const char *skipped = NULL;
    bool is_injected = inject(connection, send, message->properties, &headers, &copy, &skipped);
    int status = otelmq_amqp_publish_with(connection, channel, message,
                                          is_injected ? &copy : message->properties);
    if (skipped != NULL && status == AMQP_STATUS_OK) {
        report_skipped(skipped);
    }
    otelmq_amqp_headers_clean(&headers);
    return status;
}
