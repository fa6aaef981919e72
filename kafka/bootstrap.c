/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/bootstrap.h"

enum { DEFAULT_PORT = 9092 };

static otelmq_str trim(otelmq_str text)
{
    while (text.len > 0 && text.data[0] == ' ') {
        text.data++;
        text.len--;
    }
    while (text.len > 0 && text.data[text.len - 1] == ' ') {
        text.len--;
    }
    return text;
}

static otelmq_str without_protocol(otelmq_str server)
{
    const char *separator = memmem(server.data, server.len, "://", 3);
    if (separator == NULL) {
        return server;
    }
    size_t skipped = (size_t)(separator - server.data) + 3;
    return otelmq_str_from_bytes(server.data + skipped, server.len - skipped);
}

/* The first of the list that is not empty. */
static otelmq_str first_server(const char *servers)
{
    for (;;) {
        size_t len = strcspn(servers, ",");
        otelmq_str server = trim(otelmq_str_from_bytes(servers, len));
        if (server.len > 0 || servers[len] == '\0') {
            return server;
        }
        servers += len + 1;
    }
}

static uint16_t parse_port(const char *digits, size_t len)
{
    uint32_t port = 0;
    for (size_t i = 0; i < len; i++) {
        if (digits[i] < '0' || digits[i] > '9' || port > UINT16_MAX) {
            return DEFAULT_PORT;
        }
        port = port * 10 + (uint32_t)(digits[i] - '0');
    }
    return port > 0 && port <= UINT16_MAX ? (uint16_t)port : DEFAULT_PORT;
}

/* The length of the host in front of ":port"; an address of IPv6 stands in brackets. */
static size_t host_length(otelmq_str server)
{
    const char *bracket = memchr(server.data, ']', server.len);
    if (server.data[0] == '[' && bracket != NULL) {
        return (size_t)(bracket - server.data) + 1;
    }
    const char *colon = memchr(server.data, ':', server.len);
    return colon != NULL ? (size_t)(colon - server.data) : server.len;
}

static otelmq_str without_brackets(otelmq_str host)
{
    if (host.len < 2 || host.data[0] != '[') {
        return host;
    }
    return otelmq_str_from_bytes(host.data + 1, host.len - 2);
}

otelmq_kafka_bootstrap otelmq_kafka_bootstrap_parse(const char *servers)
{
    otelmq_kafka_bootstrap bootstrap = {.host = {NULL, 0}, .port = DEFAULT_PORT};
    otelmq_str server = without_protocol(first_server(servers));
    if (server.len == 0) {
        return bootstrap;
    }
    size_t host_len = host_length(server);
    bootstrap.host = without_brackets(otelmq_str_from_bytes(server.data, host_len));
    if (host_len < server.len && server.data[host_len] == ':') {
        bootstrap.port = parse_port(server.data + host_len + 1, server.len - host_len - 1);
    }
    return bootstrap;
}
