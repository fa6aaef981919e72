/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A collector that counts spans, and keeps none:
 *
 *     soak_collector PORT      0: a free one
 *
 * says "port N" when it serves OTLP over HTTP on loopback, and at SIGTERM "received N" and ends. It
 * reads no more of a request than where its spans begin and end, so that it can keep up.
 */
#include <microhttpd.h>

#include <arpa/inet.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LENGTH_DELIMITED = 2, MAX_BODY = 64 << 20 };

/* The field of ExportTraceServiceRequest, ResourceSpans and ScopeSpans on the way to the spans. */
static const uint64_t path[] = {1, 2, 2};
enum { PATH_LEN = sizeof(path) / sizeof(path[0]) };

typedef struct {
    const uint8_t *at;
    const uint8_t *end;
} message;

typedef struct {
    uint8_t *bytes;
    size_t len;
} body;

static uint64_t received; /* by the one thread of the server, and by main after its end */

/* 0 as well for what is cut off: the message is empty then. */
static uint64_t take_varint(message *from)
{
    uint64_t value = 0;
    for (unsigned shift = 0; from->at < from->end && shift < 64; shift += 7) {
        uint8_t byte = *from->at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            return value;
        }
    }
    from->at = from->end;
    return 0;
}

/* The next field, which must have a length as all fields here have; false at the end. */
static bool take_field(message *from, uint64_t *number, message *content)
{
    if (from->at == from->end) {
        return false;
    }
    uint64_t key = take_varint(from);
    uint64_t len = take_varint(from);
    if ((key & 7) != LENGTH_DELIMITED || len > (uint64_t)(from->end - from->at)) {
        return false;
    }
    *number = key >> 3;
    *content = (message){from->at, from->at + len};
    from->at += len;
    return true;
}

/* The spans below each of the messages that lead to them. */
static uint64_t count_spans(message request)
{
    message stack[PATH_LEN] = {request};
    size_t depth = 0;
    uint64_t count = 0;
    uint64_t number;
    message content;
    for (;;) {
        if (!take_field(&stack[depth], &number, &content)) {
            if (depth-- == 0) {
                return count;
            }
        } else if (number == path[depth]) {
            if (depth + 1 == PATH_LEN) {
                count++;
            } else {
                stack[++depth] = content;
            }
        }
    }
}

static enum MHD_Result add(body *self, const char *bytes, size_t len)
{
    uint8_t *larger = len <= MAX_BODY - self->len ? realloc(self->bytes, self->len + len) : NULL;
    if (larger == NULL) {
        return MHD_NO;
    }
    memcpy(larger + self->len, bytes, len);
    self->bytes = larger;
    self->len += len;
    return MHD_YES;
}

static enum MHD_Result answer(struct MHD_Connection *connection)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/x-protobuf");
    enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

/* Called with the head, with each piece of the body, and with nothing when the request is whole. */
static enum MHD_Result handle(void *unused, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *piece,
                              size_t *piece_len, void **state)
{
    (void)unused;
    (void)url;
    (void)method;
    (void)version;
    if (*state == NULL) {
        *state = calloc(1, sizeof(body));
        return *state != NULL ? MHD_YES : MHD_NO;
    }
    body *self = *state;
    if (*piece_len > 0) {
        enum MHD_Result result = add(self, piece, *piece_len);
        *piece_len = 0;
        return result;
    }
    received += count_spans((message){self->bytes, self->bytes + self->len});
    return answer(connection);
}

static void forget(void *unused, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode code)
{
    (void)unused;
    (void)connection;
    (void)code;
    body *self = *state;
    if (self != NULL) {
        free(self->bytes);
        free(self);
    }
}

static struct MHD_Daemon *serve(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL, port, NULL, NULL,
                            handle, NULL, MHD_OPTION_SOCK_ADDR, &address,
                            MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U, MHD_OPTION_NOTIFY_COMPLETED,
                            forget, NULL, MHD_OPTION_END);
}

int main(int argument_count, char *arguments[])
{
    sigset_t ends;
    int signal_number;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    if (argument_count != 2) {
        fprintf(stderr, "usage: %s PORT\n", arguments[0]);
        return 2;
    }
    struct MHD_Daemon *daemon = serve((uint16_t)strtoul(arguments[1], NULL, 10));
    if (daemon == NULL) {
        fprintf(stderr, "%s: port %s cannot be had\n", arguments[0], arguments[1]);
        return EXIT_FAILURE;
    }
    printf("port %u\n", (unsigned)MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    (void)fflush(stdout);
    sigwait(&ends, &signal_number);
    MHD_stop_daemon(daemon);
    printf("received %" PRIu64 "\n", received);
    return EXIT_SUCCESS;
}
