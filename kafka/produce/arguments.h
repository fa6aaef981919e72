/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arguments of rd_kafka_producev and rd_kafka_produceva, as this library passes them on: single
 * headers are gathered in a list, because before librdkafka 2.12 rd_kafka_produceva frees its own
 * list of them twice when there is no such partition.
 */
#ifndef OTELMQ_KAFKA_PRODUCE_ARGUMENTS_H
#define OTELMQ_KAFKA_PRODUCE_ARGUMENTS_H

#include <librdkafka/rdkafka.h>
#include <stdarg.h>
#include <stdbool.h>

enum { OTELMQ_KAFKA_ARGUMENTS_MAX = 64 };

/* On the stack. Borrows from the application, but for single. */
typedef struct {
    rd_kafka_vu_t vus[OTELMQ_KAFKA_ARGUMENTS_MAX + 2]; /* and headers */
    size_t count;
    rd_kafka_headers_t *single; /* of the single headers, ours; NULL: there are none */
    rd_kafka_headers_t *list; /* the application's; NULL: there is none */
    const char *topic; /* NULL: not given */
    rd_kafka_message_t message; /* the others, as far as they describe the message */
} otelmq_kafka_arguments;

void otelmq_kafka_arguments_init(otelmq_kafka_arguments *arguments);

/* Those that rd_kafka_produce would be called with, with the message's opaque. */
void otelmq_kafka_arguments_of_message(otelmq_kafka_arguments *arguments, rd_kafka_topic_t *topic,
                                       int flags, const rd_kafka_message_t *message);

/* False when there is no room for it. */
bool otelmq_kafka_arguments_add(otelmq_kafka_arguments *arguments, const rd_kafka_vu_t *vu);

/* Adds a list that ends in RD_KAFKA_V_END; false as above. */
bool otelmq_kafka_arguments_read(otelmq_kafka_arguments *arguments, va_list list);

/* Calls rd_kafka_produceva with headers instead of single and list; NULL: with none. */
rd_kafka_error_t *otelmq_kafka_arguments_produce(otelmq_kafka_arguments *arguments,
                                                 rd_kafka_t *producer, rd_kafka_headers_t *headers);

/*
 * What rd_kafka_producev would answer where rd_kafka_produceva has answered error (NULL: well),
 * which is destroyed: after a fatal error that has the code of the fatal one, and this __FATAL.
 */
rd_kafka_resp_err_t otelmq_kafka_arguments_answer(rd_kafka_error_t *error);

/* Calls it with what the application passed, and frees single when it fails. */
rd_kafka_error_t *otelmq_kafka_arguments_produce_as_given(otelmq_kafka_arguments *arguments,
                                                          rd_kafka_t *producer);

#endif
