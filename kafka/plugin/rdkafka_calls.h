/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns the calls of librdkafka in a file of kafka/ into calls through the plugin's table: the
 * compiler includes it ahead of each of them, when it compiles them for the plugin.
 */
#ifndef OTELMQ_KAFKA_PLUGIN_RDKAFKA_CALLS_H
#define OTELMQ_KAFKA_PLUGIN_RDKAFKA_CALLS_H

#include "kafka/plugin/rdkafka_table.h"

#define rd_kafka_assignment otelmq_rdkafka.rd_kafka_assignment
#define rd_kafka_clusterid otelmq_rdkafka.rd_kafka_clusterid
#define rd_kafka_conf_get otelmq_rdkafka.rd_kafka_conf_get
#define rd_kafka_conf_interceptor_add_on_conf_set                                                  \
    otelmq_rdkafka.rd_kafka_conf_interceptor_add_on_conf_set
#define rd_kafka_conf_interceptor_add_on_new otelmq_rdkafka.rd_kafka_conf_interceptor_add_on_new
#define rd_kafka_conf_set otelmq_rdkafka.rd_kafka_conf_set
#define rd_kafka_consumer_poll otelmq_rdkafka.rd_kafka_consumer_poll
#define rd_kafka_err2name otelmq_rdkafka.rd_kafka_err2name
#define rd_kafka_err2str otelmq_rdkafka.rd_kafka_err2str
#define rd_kafka_header_add otelmq_rdkafka.rd_kafka_header_add
#define rd_kafka_header_cnt otelmq_rdkafka.rd_kafka_header_cnt
#define rd_kafka_header_get otelmq_rdkafka.rd_kafka_header_get
#define rd_kafka_header_get_all otelmq_rdkafka.rd_kafka_header_get_all
#define rd_kafka_header_remove otelmq_rdkafka.rd_kafka_header_remove
#define rd_kafka_headers_copy otelmq_rdkafka.rd_kafka_headers_copy
#define rd_kafka_headers_destroy otelmq_rdkafka.rd_kafka_headers_destroy
#define rd_kafka_headers_new otelmq_rdkafka.rd_kafka_headers_new
#define rd_kafka_interceptor_add_on_acknowledgement                                                \
    otelmq_rdkafka.rd_kafka_interceptor_add_on_acknowledgement
#define rd_kafka_interceptor_add_on_commit otelmq_rdkafka.rd_kafka_interceptor_add_on_commit
#define rd_kafka_interceptor_add_on_consume otelmq_rdkafka.rd_kafka_interceptor_add_on_consume
#define rd_kafka_interceptor_add_on_destroy otelmq_rdkafka.rd_kafka_interceptor_add_on_destroy
#define rd_kafka_interceptor_add_on_request_sent                                                   \
    otelmq_rdkafka.rd_kafka_interceptor_add_on_request_sent
#define rd_kafka_interceptor_add_on_response_received                                              \
    otelmq_rdkafka.rd_kafka_interceptor_add_on_response_received
#define rd_kafka_interceptor_add_on_send otelmq_rdkafka.rd_kafka_interceptor_add_on_send
#define rd_kafka_mem_free otelmq_rdkafka.rd_kafka_mem_free
#define rd_kafka_message_headers otelmq_rdkafka.rd_kafka_message_headers
#define rd_kafka_message_set_headers otelmq_rdkafka.rd_kafka_message_set_headers
#define rd_kafka_message_timestamp otelmq_rdkafka.rd_kafka_message_timestamp
#define rd_kafka_topic_name otelmq_rdkafka.rd_kafka_topic_name
#define rd_kafka_topic_partition_list_add otelmq_rdkafka.rd_kafka_topic_partition_list_add
#define rd_kafka_topic_partition_list_destroy otelmq_rdkafka.rd_kafka_topic_partition_list_destroy
#define rd_kafka_topic_partition_list_new otelmq_rdkafka.rd_kafka_topic_partition_list_new
#define rd_kafka_type otelmq_rdkafka.rd_kafka_type

#endif
