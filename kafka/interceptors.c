/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How librdkafka calls us. Only on_new is registered with the conf; it registers the others with
 * the rd_kafka_t. on_conf_destroy is left alone: with a failing rd_kafka_new it is called twice
 * before librdkafka 2.13.
 */
#include "kafka/interceptors.h"

#include "base/unconst.h"
#include "kafka/consume/receive.h"
#include "kafka/consume/settled.h"
#include "kafka/interned_options.h"
#include "kafka/produce/awaited.h"
#include "kafka/produce/produce.h"
#include "kafka/run/joining.h"
#include "kafka/share/adopt.h"

static const char INTERCEPTOR_NAME[] = "otelmq";

static rd_kafka_resp_err_t on_send(rd_kafka_t *rk, rd_kafka_message_t *message, void *client)
{
    (void)rk;
    otelmq_kafka_awaited_on_send(message);
    otelmq_kafka_on_send(client, message);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_send_untraced(rd_kafka_t *rk, rd_kafka_message_t *message,
                                            void *client)
{
    (void)rk;
    (void)client;
    otelmq_kafka_awaited_on_send(message);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_acknowledgement(rd_kafka_t *rk, rd_kafka_message_t *message,
                                              void *client)
{
    otelmq_kafka_on_acknowledgement(client, rk, message);
    otelmq_kafka_awaited_on_acknowledgement(message);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_acknowledgement_untraced(rd_kafka_t *rk, rd_kafka_message_t *message,
                                                       void *client)
{
    (void)rk;
    (void)client;
    otelmq_kafka_awaited_on_acknowledgement(message);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_consume(rd_kafka_t *rk, rd_kafka_message_t *message, void *client)
{
    otelmq_kafka_on_consume(client, rk, message);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_commit(rd_kafka_t *rk, const rd_kafka_topic_partition_list_t *offsets,
                                     rd_kafka_resp_err_t err, void *client)
{
    otelmq_kafka_on_commit(client, rk, offsets, err);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_destroy(rd_kafka_t *rk, void *client)
{
    (void)rk;
    otelmq_kafka_client_stop(client);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static void watch_consumer(rd_kafka_t *rk, otelmq_kafka_client *client, bool is_disabled)
{
    if (!is_disabled) {
        (void)rd_kafka_interceptor_add_on_consume(rk, INTERCEPTOR_NAME, on_consume, client);
        (void)rd_kafka_interceptor_add_on_commit(rk, INTERCEPTOR_NAME, on_commit, client);
    }
    otelmq_kafka_joining_watch(rk, client);
}

/* Without the acknowledgements no span of a send would end. */
static void watch_producer(rd_kafka_t *rk, otelmq_kafka_client *client, bool is_disabled)
{
    if (rd_kafka_interceptor_add_on_acknowledgement(
            rk, INTERCEPTOR_NAME, is_disabled ? on_acknowledgement_untraced : on_acknowledgement,
            client) == 0) {
        (void)rd_kafka_interceptor_add_on_send(rk, INTERCEPTOR_NAME,
                                               is_disabled ? on_send_untraced : on_send, client);
    }
}

/*
 * Share consumers (librdkafka 2.15) take no interceptors: a traced call that makes one looks after
 * its client. What else is refused is silently done without: librdkafka would log an error that
 * on_new returned, and no user can do anything about it.
 * otelmq_kafka_run needs to know of deliveries and joins also where nothing is traced.
 */
static void add_interceptors(rd_kafka_t *rk, otelmq_kafka_client *client)
{
    if (rd_kafka_interceptor_add_on_destroy(rk, INTERCEPTOR_NAME, on_destroy, client) != 0) {
        if (!otelmq_kafka_share_adopt(client)) {
            otelmq_kafka_client_stop(client);
        }
        return;
    }
    bool is_disabled = otelmq_messaging_client_options(client->messaging)->is_disabled;
    if (rd_kafka_type(rk) == RD_KAFKA_CONSUMER) {
        watch_consumer(rk, client, is_disabled);
    } else {
        watch_producer(rk, client, is_disabled);
    }
}

void otelmq_kafka_trace_new(rd_kafka_t *rk, const rd_kafka_conf_t *conf,
                            const otelmq_kafka_options *options)
{
    otelmq_kafka_client *client = otelmq_kafka_client_start(rk, conf, options);
    if (client != NULL) {
        add_interceptors(rk, client);
    }
}

static rd_kafka_resp_err_t on_new(rd_kafka_t *rk, const rd_kafka_conf_t *conf, void *options,
                                  char *errstr, size_t errstr_size)
{
    (void)errstr;
    (void)errstr_size;
    otelmq_kafka_trace_new(rk, conf, options);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

/*
 * An operator may have loaded otelmq-kafka-plugin.so on the same conf. It is another copy of all
 * this, which does not know what the application's spans are, so the application's own tracing goes
 * first. Without the plugin nobody knows the property, and nothing comes of it.
 */
static void switch_plugin_off(rd_kafka_conf_t *conf)
{
    (void)rd_kafka_conf_set(conf, "otelmq.enabled", "false", NULL, 0);
}

otelmq_status otelmq_kafka_conf_trace(rd_kafka_conf_t *conf, const otelmq_kafka_options *options)
{
    if (conf == NULL) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    const otelmq_kafka_options *interned = otelmq_kafka_options_intern(options);
    if (interned == NULL) {
        return OTELMQ_ERROR_NO_MEMORY;
    }
    rd_kafka_resp_err_t err = rd_kafka_conf_interceptor_add_on_new(conf, INTERCEPTOR_NAME, on_new,
                                                                   otelmq_unconst(interned));
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    switch_plugin_off(conf);
    return OTELMQ_OK;
}
