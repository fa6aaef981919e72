/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions of librdkafka that the plugin calls, by pointers. It is linked to no librdkafka,
 * because the program that loads it has one already, under whatever name: one that is bundled, as
 * in Python's wheels, would otherwise be joined by a second one.
 *
 * One table serves the process. A name that the plugin uses and that is missing here, or in
 * rdkafka_calls.h, is an undefined symbol when it is linked.
 */
#ifndef OTELMQ_KAFKA_PLUGIN_RDKAFKA_TABLE_H
#define OTELMQ_KAFKA_PLUGIN_RDKAFKA_TABLE_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>

/*
 * All of them are in every librdkafka from 2.0 on. A file of kafka/ that calls a newer one must
 * have nothing in it that the interceptors need: then the plugin is linked without that file.
 */
#define OTELMQ_RDKAFKA_FUNCTIONS(X)                                                                \
    X(rd_kafka_assignment)                                                                         \
    X(rd_kafka_clusterid)                                                                          \
    X(rd_kafka_conf_get)                                                                           \
    X(rd_kafka_conf_interceptor_add_on_conf_set)                                                   \
    X(rd_kafka_conf_interceptor_add_on_new)                                                        \
    X(rd_kafka_conf_set)                                                                           \
    X(rd_kafka_consumer_poll)                                                                      \
    X(rd_kafka_err2name)                                                                           \
    X(rd_kafka_err2str)                                                                            \
    X(rd_kafka_header_add)                                                                         \
    X(rd_kafka_header_cnt)                                                                         \
    X(rd_kafka_header_get)                                                                         \
    X(rd_kafka_header_get_all)                                                                     \
    X(rd_kafka_header_remove)                                                                      \
    X(rd_kafka_headers_copy)                                                                       \
    X(rd_kafka_headers_destroy)                                                                    \
    X(rd_kafka_headers_new)                                                                        \
    X(rd_kafka_interceptor_add_on_acknowledgement)                                                 \
    X(rd_kafka_interceptor_add_on_commit)                                                          \
    X(rd_kafka_interceptor_add_on_consume)                                                         \
    X(rd_kafka_interceptor_add_on_destroy)                                                         \
    X(rd_kafka_interceptor_add_on_request_sent)                                                    \
    X(rd_kafka_interceptor_add_on_response_received)                                               \
    X(rd_kafka_interceptor_add_on_send)                                                            \
    X(rd_kafka_mem_free)                                                                           \
    X(rd_kafka_message_headers)                                                                    \
    X(rd_kafka_message_set_headers)                                                                \
    X(rd_kafka_message_timestamp)                                                                  \
    X(rd_kafka_topic_name)                                                                         \
    X(rd_kafka_topic_partition_list_add)                                                           \
    X(rd_kafka_topic_partition_list_destroy)                                                       \
    X(rd_kafka_topic_partition_list_new)                                                           \
    X(rd_kafka_type)

#define OTELMQ_RDKAFKA_MEMBER(name) __typeof__(name) *name;

typedef struct {
    OTELMQ_RDKAFKA_FUNCTIONS(OTELMQ_RDKAFKA_MEMBER)
} otelmq_rdkafka_table;

/* Of the librdkafka that the process's traced clients belong to. */
extern otelmq_rdkafka_table otelmq_rdkafka;

#endif
