/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/peer.h"

#include <arpa/inet.h>
#include <sys/socket.h>

typedef union {
    struct sockaddr any;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
    struct sockaddr_storage storage;
} socket_address;

static otelmq_amqp_peer format(int family, const void *address, in_port_t port)
{
    otelmq_amqp_peer peer = {.port = ntohs(port)};
    if (inet_ntop(family, address, peer.address, sizeof(peer.address)) == NULL) {
        return (otelmq_amqp_peer){.port = 0};
    }
    return peer;
}

otelmq_amqp_peer otelmq_amqp_peer_of(amqp_connection_state_t raw)
{
    socket_address address = {.storage = {.ss_family = AF_UNSPEC}};
    socklen_t len = sizeof(address);
    if (getpeername(amqp_get_sockfd(raw), &address.any, &len) == 0) {
        if (address.any.sa_family == AF_INET) {
            return format(AF_INET, &address.ipv4.sin_addr, address.ipv4.sin_port);
        }
        if (address.any.sa_family == AF_INET6) {
            return format(AF_INET6, &address.ipv6.sin6_addr, address.ipv6.sin6_port);
        }
    }
    return (otelmq_amqp_peer){.port = 0};
}
