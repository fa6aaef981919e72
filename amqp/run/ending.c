/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/run/ending.h"

#include "amqp/connection_state.h"
#include "amqp/text.h"

/* AMQP's short strings fit; the end of a longer one is lost. */
static amqp_bytes_t copy_text(otelmq_amqp_ending *ending, amqp_bytes_t text)
{
    size_t len = text.len < sizeof(ending->text) ? text.len : sizeof(ending->text);
    if (len > 0) {
        memcpy(ending->text, text.bytes, len);
    }
    return (amqp_bytes_t){len, ending->text};
}

static void note_cancel(otelmq_amqp_ending *ending, const amqp_basic_cancel_t *cancel)
{
    ending->decoded.cancel = *cancel;
    ending->decoded.cancel.consumer_tag = copy_text(ending, cancel->consumer_tag);
}

static void note_channel_close(otelmq_amqp_ending *ending, const amqp_channel_close_t *close)
{
    ending->decoded.channel_close = *close;
    ending->decoded.channel_close.reply_text = copy_text(ending, close->reply_text);
}

static void note_connection_close(otelmq_amqp_ending *ending, const amqp_connection_close_t *close)
{
    ending->decoded.connection_close = *close;
    ending->decoded.connection_close.reply_text = copy_text(ending, close->reply_text);
}

static bool is_consumer(const otelmq_amqp_run_state *run, const amqp_basic_cancel_t *cancel)
{
    return otelmq_amqp_bytes_equal(run->consumer_tag, cancel->consumer_tag);
}

void otelmq_amqp_run_watch(otelmq_amqp_connection *connection, amqp_channel_t channel,
                           const amqp_method_t *method)
{
    otelmq_amqp_run_state *run = &connection->run;
    otelmq_amqp_ending *ending = &run->ending;
    bool is_ours = channel == run->channel;
    if (!run->is_running || ending->method != 0) {
        return;
    }
    if (method->id == AMQP_BASIC_CANCEL_METHOD && is_ours && is_consumer(run, method->decoded)) {
        note_cancel(ending, method->decoded);
    } else if (method->id == AMQP_CHANNEL_CLOSE_METHOD && is_ours) {
        note_channel_close(ending, method->decoded);
    } else if (method->id == AMQP_CONNECTION_CLOSE_METHOD) {
        note_connection_close(ending, method->decoded);
    } else {
        return;
    }
    ending->method = method->id;
}

amqp_rpc_reply_t otelmq_amqp_ending_reply(otelmq_amqp_ending *ending)
{
    return (amqp_rpc_reply_t){.reply_type = AMQP_RESPONSE_SERVER_EXCEPTION,
                              .reply = {.id = ending->method, .decoded = &ending->decoded}};
}
