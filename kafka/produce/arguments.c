/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/produce/arguments.h"

void otelmq_kafka_arguments_init(otelmq_kafka_arguments *arguments)
{
    arguments->count = 0;
    arguments->single = NULL;
    arguments->list = NULL;
    arguments->topic = NULL;
    arguments->message =
        (rd_kafka_message_t){.partition = RD_KAFKA_PARTITION_UA, .offset = RD_KAFKA_OFFSET_INVALID};
}

static void add_single(otelmq_kafka_arguments *arguments, const rd_kafka_vu_t *vu)
{
    if (arguments->single == NULL) {
        arguments->single = rd_kafka_headers_new(8);
    }
    (void)rd_kafka_header_add(arguments->single, vu->u.header.name, -1, vu->u.header.val,
                              vu->u.header.size);
}

static void describe(otelmq_kafka_arguments *arguments, const rd_kafka_vu_t *vu)
{
    switch (vu->vtype) {
    case RD_KAFKA_VTYPE_TOPIC:
        arguments->topic = vu->u.cstr;
        break;
    case RD_KAFKA_VTYPE_RKT:
        arguments->topic = rd_kafka_topic_name(vu->u.rkt);
        break;
    case RD_KAFKA_VTYPE_PARTITION:
        arguments->message.partition = vu->u.i32;
        break;
    case RD_KAFKA_VTYPE_VALUE:
        arguments->message.payload = vu->u.mem.ptr;
        arguments->message.len = vu->u.mem.ptr != NULL ? vu->u.mem.size : 0;
        break;
    case RD_KAFKA_VTYPE_KEY:
        arguments->message.key = vu->u.mem.ptr;
        arguments->message.key_len = vu->u.mem.ptr != NULL ? vu->u.mem.size : 0;
        break;
    default:
        break;
    }
}

/* Takes in what stands behind the last one already. */
static void keep(otelmq_kafka_arguments *arguments, const rd_kafka_vu_t *vu)
{
    if (vu->vtype == RD_KAFKA_VTYPE_HEADER) {
        add_single(arguments, vu);
    } else if (vu->vtype == RD_KAFKA_VTYPE_HEADERS) {
        arguments->list = vu->u.headers;
    } else {
        describe(arguments, vu);
        arguments->count++;
    }
}

/* The place behind the last one; NULL: there is none. */
static rd_kafka_vu_t *next_place(otelmq_kafka_arguments *arguments)
{
    return arguments->count < OTELMQ_KAFKA_ARGUMENTS_MAX ? &arguments->vus[arguments->count] : NULL;
}

bool otelmq_kafka_arguments_add(otelmq_kafka_arguments *arguments, const rd_kafka_vu_t *vu)
{
    rd_kafka_vu_t *place = next_place(arguments);
    if (place != NULL) {
        *place = *vu;
        keep(arguments, place);
    }
    return place != NULL;
}

static rd_kafka_vu_t argument(rd_kafka_vtype_t vtype)
{
    return (rd_kafka_vu_t){.vtype = vtype};
}

void otelmq_kafka_arguments_of_message(otelmq_kafka_arguments *arguments, rd_kafka_topic_t *topic,
                                       int flags, const rd_kafka_message_t *message)
{
    rd_kafka_vu_t vus[] = {argument(RD_KAFKA_VTYPE_RKT),    argument(RD_KAFKA_VTYPE_PARTITION),
                           argument(RD_KAFKA_VTYPE_VALUE),  argument(RD_KAFKA_VTYPE_KEY),
                           argument(RD_KAFKA_VTYPE_OPAQUE), argument(RD_KAFKA_VTYPE_MSGFLAGS)};
    vus[0].u.rkt = topic;
    vus[1].u.i32 = message->partition;
    vus[2].u.mem.ptr = message->payload;
    vus[2].u.mem.size = message->len;
    vus[3].u.mem.ptr = message->key;
    vus[3].u.mem.size = message->key_len;
    vus[4].u.ptr = message->_private;
    vus[5].u.i = flags;
    otelmq_kafka_arguments_init(arguments);
    for (size_t i = 0; i < sizeof(vus) / sizeof(vus[0]); i++) {
        (void)otelmq_kafka_arguments_add(arguments, &vus[i]);
    }
}

/* Reads what follows the type; of one that is not known nothing can be read. */
static void read_value(rd_kafka_vu_t *vu, va_list *list)
{
    switch (vu->vtype) {
    case RD_KAFKA_VTYPE_TOPIC:
        vu->u.cstr = va_arg(*list, const char *);
        break;
    case RD_KAFKA_VTYPE_RKT:
        vu->u.rkt = va_arg(*list, rd_kafka_topic_t *);
        break;
    case RD_KAFKA_VTYPE_PARTITION:
        vu->u.i32 = va_arg(*list, int32_t);
        break;
    case RD_KAFKA_VTYPE_VALUE:
    case RD_KAFKA_VTYPE_KEY:
        vu->u.mem.ptr = va_arg(*list, void *);
        vu->u.mem.size = va_arg(*list, size_t);
        break;
    case RD_KAFKA_VTYPE_OPAQUE:
        vu->u.ptr = va_arg(*list, void *);
        break;
    case RD_KAFKA_VTYPE_MSGFLAGS:
        vu->u.i = va_arg(*list, int);
        break;
    case RD_KAFKA_VTYPE_TIMESTAMP:
        vu->u.i64 = va_arg(*list, int64_t);
        break;
    case RD_KAFKA_VTYPE_HEADER:
        vu->u.header.name = va_arg(*list, const char *);
        vu->u.header.val = va_arg(*list, const void *);
        vu->u.header.size = va_arg(*list, ssize_t);
        break;
    case RD_KAFKA_VTYPE_HEADERS:
        vu->u.headers = va_arg(*list, rd_kafka_headers_t *);
        break;
    default:
        break;
    }
}

static bool is_known(rd_kafka_vtype_t vtype)
{
    return vtype > RD_KAFKA_VTYPE_END && vtype <= RD_KAFKA_VTYPE_HEADERS;
}

bool otelmq_kafka_arguments_read(otelmq_kafka_arguments *arguments, va_list list)
{
    va_list rest;
    rd_kafka_vu_t *place = NULL;
    va_copy(rest, list);
    rd_kafka_vtype_t vtype = va_arg(rest, rd_kafka_vtype_t);
    while (vtype != RD_KAFKA_VTYPE_END && (place = next_place(arguments)) != NULL) {
        place->vtype = vtype;
        read_value(place, &rest);
        keep(arguments, place);
        /* librdkafka is given the unknown one, and says that it is. */
        vtype = is_known(vtype) ? va_arg(rest, rd_kafka_vtype_t) : RD_KAFKA_VTYPE_END;
    }
    va_end(rest);
    return vtype == RD_KAFKA_VTYPE_END;
}

rd_kafka_error_t *otelmq_kafka_arguments_produce(otelmq_kafka_arguments *arguments,
                                                 rd_kafka_t *producer, rd_kafka_headers_t *headers)
{
    size_t count = arguments->count;
    if (headers != NULL) {
        arguments->vus[count].vtype = RD_KAFKA_VTYPE_HEADERS;
        arguments->vus[count++].u.headers = headers;
    }
    return rd_kafka_produceva(producer, arguments->vus, count);
}

/* librdkafka says so when both forms of headers are given. */
static rd_kafka_error_t *produce_conflict(otelmq_kafka_arguments *arguments, rd_kafka_t *producer)
{
    arguments->vus[arguments->count].vtype = RD_KAFKA_VTYPE_HEADERS;
    arguments->vus[arguments->count].u.headers = arguments->list;
    arguments->vus[arguments->count + 1].vtype = RD_KAFKA_VTYPE_HEADER;
    arguments->vus[arguments->count + 1].u.header.name = "";
    arguments->vus[arguments->count + 1].u.header.val = NULL;
    arguments->vus[arguments->count + 1].u.header.size = 0;
    return rd_kafka_produceva(producer, arguments->vus, arguments->count + 2);
}

rd_kafka_error_t *otelmq_kafka_arguments_produce_as_given(otelmq_kafka_arguments *arguments,
                                                          rd_kafka_t *producer)
{
    bool has_both = arguments->single != NULL && arguments->list != NULL;
    rd_kafka_headers_t *headers = arguments->single != NULL ? arguments->single : arguments->list;
    rd_kafka_error_t *error = has_both
                                  ? produce_conflict(arguments, producer)
                                  : otelmq_kafka_arguments_produce(arguments, producer, headers);
    if (error != NULL && arguments->single != NULL) {
        rd_kafka_headers_destroy(arguments->single);
        arguments->single = NULL;
    }
    return error;
}

rd_kafka_resp_err_t otelmq_kafka_arguments_answer(rd_kafka_error_t *error)
{
    if (error == NULL) {
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    rd_kafka_resp_err_t err =
        rd_kafka_error_is_fatal(error) != 0 ? RD_KAFKA_RESP_ERR__FATAL : rd_kafka_error_code(error);
    rd_kafka_error_destroy(error);
    return err;
}
