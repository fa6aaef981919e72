/* SPDX-License-Identifier: Apache-2.0 */
#include "export/zipkin/endpoint.h"

#include <arpa/inet.h>

/* (Specification: trace/sdk_exporters/zipkin.md, "Remote endpoint": the first that is there.) */
static const struct {
    const char *key;
    const char *port_key; /* NULL: the value is a name, not an address */
} remote_keys[] = {
    {"peer.service", NULL},
    {"server.address", NULL},
    {"net.peer.name", NULL},
    {"network.peer.address", "network.peer.port"},
    {"server.socket.domain", NULL},
    {"server.socket.address", "server.socket.port"},
    {"net.sock.peer.name", NULL},
    {"net.sock.peer.addr", "net.sock.peer.port"},
    {"peer.hostname", NULL},
    {"peer.address", NULL},
    {"db.name", NULL},
};

static const otelmq_value *find(const otelmq_attribute attributes[], size_t count, const char *key,
                                otelmq_value_type type)
{
    for (size_t i = 0; i < count; i++) {
        if (attributes[i].value.type == type &&
            otelmq_str_equal(attributes[i].key, otelmq_str_from(key))) {
            return &attributes[i].value;
        }
    }
    return NULL;
}

void otelmq_zipkin_add_local_endpoint(otelmq_json_writer *json, const otelmq_span_data *span)
{
    size_t count = 0;
    const otelmq_attribute *attributes =
        span->resource != NULL ? otelmq_resource_attributes(span->resource, &count) : NULL;
    const otelmq_value *name = find(attributes, count, "service.name", OTELMQ_VALUE_STRING);
    otelmq_json_open_object(json, "localEndpoint");
    otelmq_json_add_text(json, "serviceName",
                         name != NULL ? name->as.string : OTELMQ_STR("unknown_service"));
    otelmq_json_close_object(json);
}

/* "ipv4" or "ipv6"; NULL for what is no address. */
static const char *address_name(otelmq_str text)
{
    char copy[INET6_ADDRSTRLEN];
    struct in6_addr address;
    if (text.len >= sizeof(copy)) {
        return NULL;
    }
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    if (inet_pton(AF_INET, copy, &address) == 1) {
        return "ipv4";
    }
    return inet_pton(AF_INET6, copy, &address) == 1 ? "ipv6" : NULL;
}

static void add_address(otelmq_json_writer *json, const otelmq_span_data *span, otelmq_str address,
                        const char *port_key)
{
    const char *name = address_name(address);
    const otelmq_value *port =
        find(span->attributes, span->attribute_count, port_key, OTELMQ_VALUE_INT);
    otelmq_json_add_text(json, name != NULL ? name : "serviceName", address);
    if (port != NULL && port->as.integer > 0 && port->as.integer <= UINT16_MAX) {
        otelmq_json_add_number(json, "port", (uint64_t)port->as.integer);
    }
}

void otelmq_zipkin_add_remote_endpoint(otelmq_json_writer *json, const otelmq_span_data *span)
{
    if (span->kind != OTELMQ_SPAN_CLIENT && span->kind != OTELMQ_SPAN_PRODUCER) {
        return;
    }
    for (size_t i = 0; i < sizeof(remote_keys) / sizeof(remote_keys[0]); i++) {
        const otelmq_value *value =
            find(span->attributes, span->attribute_count, remote_keys[i].key, OTELMQ_VALUE_STRING);
        if (value == NULL || value->as.string.len == 0) {
            continue;
        }
        otelmq_json_open_object(json, "remoteEndpoint");
        if (remote_keys[i].port_key == NULL) {
            otelmq_json_add_text(json, "serviceName", value->as.string);
        } else {
            add_address(json, span, value->as.string, remote_keys[i].port_key);
        }
        otelmq_json_close_object(json);
        return;
    }
}
