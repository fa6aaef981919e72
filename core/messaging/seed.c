/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/operation.h"

/* Whether the options let somebody see the span, or keep its headers, before it is over. */
static bool needs_span_at_start(const otelmq_messaging_options *options)
{
    return options->hooks.on_send != NULL || options->destination_template != NULL ||
           options->captured_header_count > 0;
}

bool otelmq_messaging_send_seed(otelmq_messaging_client *client, uint64_t start_time_unix_nano,
                                otelmq_carrier headers, otelmq_span_seed *seed)
{
    return !needs_span_at_start(&client->options) && !otelmq_messaging_is_off(client) &&
           !otelmq_messaging_has_own_fields(otelmq_messaging_propagator(client), headers) &&
           otelmq_span_seed_init(seed, client->tracer, start_time_unix_nano);
}

otelmq_span *otelmq_messaging_seed_start(otelmq_messaging_client *client, otelmq_span_seed *seed,
                                         const otelmq_messaging_operation *operation)
{
    return otelmq_operation_start(
        client, operation,
        &(otelmq_operation_frame){.type = OTELMQ_MESSAGING_SEND,
                                  .kind = otelmq_messaging_send_kind(client, operation),
                                  .has_message = operation->message_count == 0,
                                  .seed = seed});
}
