/* SPDX-License-Identifier: Apache-2.0 */
/*
 * otelmq-kafka-plugin.so: librdkafka calls conf_init for each configuration that names the plugin
 * in plugin.library.paths. What it does there never fails for the program, whatever is missing.
 *
 *     conf_init .... finds librdkafka, adds on_conf_set and on_new to the conf
 *     on_conf_set .. takes the properties otelmq.*
 *     on_new ....... traces the client, and starts the SDK with the first one
 *     on_destroy ... flushes after the last one
 *
 * rd_kafka_conf_dup loads the plugin into the copy, and sets the properties there again.
 */
#include "base/lock.h"
#include "kafka/interceptors.h"
#include "kafka/plugin/confs.h"
#include "kafka/plugin/processing.h"
#include "kafka/plugin/rdkafka_find.h"
#include "kafka/plugin/tracing.h"

#include <stdatomic.h>
#include <stdio.h>

static const char INTERCEPTOR_NAME[] = "otelmq-plugin";

otelmq_rdkafka_table otelmq_rdkafka;

/* Once in the process: a program may make many configurations. */
static void explain(const char *why, const otelmq_rdkafka_copy *copy)
{
    static atomic_flag is_explained = ATOMIC_FLAG_INIT;
    if (!atomic_flag_test_and_set(&is_explained)) {
        fprintf(stderr, "otelmq-kafka-plugin: Nothing is traced of the librdkafka in %s: %s%s.\n",
                copy->file, why, copy->missing != NULL ? copy->missing : "");
    }
}

/*
 * False for a second librdkafka in the process: the clients of the first one are called through the
 * table already.
 */
static bool serve(const otelmq_rdkafka_copy *copy)
{
    /* Whose functions the table has. */
    static const void *served_base;
    static otelmq_lock serving;
    otelmq_fork_generation_watch();
    otelmq_lock_take(&serving);
    if (served_base == NULL) {
        otelmq_rdkafka = copy->table;
        served_base = copy->base;
    }
    bool is_served = served_base == copy->base;
    otelmq_lock_give(&serving);
    return is_served;
}

static rd_kafka_conf_res_t on_conf_set(rd_kafka_conf_t *conf, const char *name, const char *value,
                                       char *errstr, size_t errstr_size, void *settings)
{
    (void)conf;
    return otelmq_plugin_settings_set(settings, name, value, errstr, errstr_size);
}

/* Before the message's receive span, which is not part of what was processed until now. */
static rd_kafka_resp_err_t on_consume_first(rd_kafka_t *rk, rd_kafka_message_t *message,
                                            void *unused)
{
    (void)rk;
    (void)message;
    (void)unused;
    otelmq_plugin_process_end_own();
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_consume_last(rd_kafka_t *rk, rd_kafka_message_t *message,
                                           void *unused)
{
    (void)unused;
    otelmq_plugin_process_start(rk, message);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* Before the send span, which is no child of what is over. */
static rd_kafka_resp_err_t on_send_first(rd_kafka_t *rk, rd_kafka_message_t *message, void *unused)
{
    (void)rk;
    (void)message;
    (void)unused;
    otelmq_plugin_process_leave_ended();
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* Last, because another one ends the spans of what is in flight. */
static rd_kafka_resp_err_t on_destroy(rd_kafka_t *rk, void *unused)
{
    (void)unused;
    otelmq_plugin_process_end(rk);
    otelmq_plugin_client_removed();
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* librdkafka calls the interceptors of one kind in the order in which they were added. */
static bool add_client_interceptors(rd_kafka_t *rk, const rd_kafka_conf_t *conf,
                                    const otelmq_plugin_settings *settings)
{
    const otelmq_rdkafka_table *functions = &otelmq_rdkafka;
    if (functions->rd_kafka_type(rk) == RD_KAFKA_PRODUCER) {
        (void)functions->rd_kafka_interceptor_add_on_send(rk, INTERCEPTOR_NAME, on_send_first,
                                                          NULL);
    }
    if (settings->has_process_spans) {
        (void)functions->rd_kafka_interceptor_add_on_consume(rk, INTERCEPTOR_NAME, on_consume_first,
                                                             NULL);
    }
    otelmq_kafka_trace_new(rk, conf, &settings->kafka);
    if (settings->has_process_spans) {
        (void)functions->rd_kafka_interceptor_add_on_consume(rk, INTERCEPTOR_NAME, on_consume_last,
                                                             NULL);
    }
    /* Refused by the clients that take no interceptors. */
    return functions->rd_kafka_interceptor_add_on_destroy(rk, INTERCEPTOR_NAME, on_destroy, NULL) ==
           RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_new(rd_kafka_t *rk, const rd_kafka_conf_t *conf, void *opaque,
                                  char *errstr, size_t errstr_size)
{
    const otelmq_plugin_settings *settings = opaque;
    (void)errstr;
    (void)errstr_size;
    if (!settings->kafka.messaging.is_disabled && add_client_interceptors(rk, conf, settings)) {
        otelmq_plugin_client_added(settings);
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* Through the copy's own functions, because its properties must be known also when it is second. */
static void add_interceptors(rd_kafka_conf_t *conf, const otelmq_rdkafka_copy *copy, bool is_served)
{
    otelmq_plugin_settings *settings = otelmq_plugin_conf_settings(conf);
    if (settings == NULL || copy->table.rd_kafka_conf_interceptor_add_on_conf_set(
                                conf, INTERCEPTOR_NAME, on_conf_set, settings) != 0) {
        return; /* a conf that had the plugin keeps what was set on it */
    }
    otelmq_plugin_settings_clean(settings);
    otelmq_plugin_settings_init(settings);
    if (is_served) {
        (void)copy->table.rd_kafka_conf_interceptor_add_on_new(conf, INTERCEPTOR_NAME, on_new,
                                                               settings);
    }
}

__attribute__((visibility("default"))) rd_kafka_resp_err_t
conf_init(rd_kafka_conf_t *conf, void **plugin_opaque, char *errstr, size_t errstr_size);

rd_kafka_resp_err_t conf_init(rd_kafka_conf_t *conf, void **plugin_opaque, char *errstr,
                              size_t errstr_size)
{
    otelmq_rdkafka_copy copy;
    (void)plugin_opaque;
    (void)errstr;
    (void)errstr_size;
    if (!otelmq_rdkafka_find(__builtin_return_address(0), &copy)) {
        explain("it does not export ", &copy);
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    bool is_served = serve(&copy);
    if (!is_served) {
        explain("another one is traced in this process already", &copy);
    }
    add_interceptors(conf, &copy, is_served);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}
