/* SPDX-License-Identifier: Apache-2.0 */
#include "conformance/http_server.h"

#include "conformance/http_headers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 64, IDLE_TIMEOUT_S = 10 };

struct http_server {
    struct MHD_Daemon *daemon;
    uint16_t port;
    http_handler handler;
    void *user;
    pthread_mutex_t lock;
    pthread_cond_t is_idle;
    unsigned unanswered; /* requests that the handler was called for */
};

/* One request while it comes in. */
typedef struct {
    size_t len; /* of the whole body, of which the beginning is kept */
    bool is_counted;
    char body[HTTP_BODY_MAX];
} incoming;

static void count(http_server *server, incoming *request)
{
    (void)pthread_mutex_lock(&server->lock);
    server->unanswered++;
    request->is_counted = true;
    (void)pthread_mutex_unlock(&server->lock);
}

/* Called by libmicrohttpd when an answer was sent, or the client has gone. */
static void on_completed(void *self, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode why)
{
    http_server *server = self;
    incoming *request = *state;
    (void)connection;
    (void)why;
    if (request != NULL && request->is_counted) {
        (void)pthread_mutex_lock(&server->lock);
        server->unanswered--;
        (void)pthread_cond_broadcast(&server->is_idle);
        (void)pthread_mutex_unlock(&server->lock);
    }
    free(request);
    *state = NULL;
}

static void add_to_body(incoming *request, const char *data, size_t len)
{
    size_t room = request->len < HTTP_BODY_MAX ? HTTP_BODY_MAX - request->len : 0;
    size_t kept = len < room ? len : room;
    if (kept > 0) {
        memcpy(request->body + request->len, data, kept);
    }
    request->len += len;
}

static enum MHD_Result send_answer(struct MHD_Connection *connection, http_answer answer)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(answer.json), answer.json, MHD_RESPMEM_MUST_FREE);
    if (response == NULL) {
        free(answer.json);
        return MHD_NO;
    }
    enum MHD_Result result =
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
    if (answer.allow != NULL && result == MHD_YES) {
        result = MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, answer.allow);
    }
    if (result == MHD_YES) {
        result = MHD_queue_response(connection, answer.status, response);
    }
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result handle(http_server *server, struct MHD_Connection *connection,
                              const char *method, const char *path, incoming *whole)
{
    bool is_too_long = whole->len > HTTP_BODY_MAX;
    http_request request = {
        .method = method,
        .path = path,
        .headers = request_headers_carrier(connection),
        .body = otelmq_str_from_bytes(whole->body, is_too_long ? 0 : whole->len),
        .is_too_long = is_too_long,
    };
    count(server, whole);
    http_answer answer = server->handler(&request, server->user);
    return answer.json != NULL ? send_answer(connection, answer) : MHD_NO;
}

/* Called first for the head of a request, then for each piece of its body, and once at its end. */
static enum MHD_Result on_request(void *self, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *piece,
                                  size_t *piece_len, void **state)
{
    incoming *request = *state;
    (void)version;
    if (request == NULL) {
        request = malloc(sizeof(*request));
        if (request == NULL) {
            return MHD_NO;
        }
        request->len = 0;
        request->is_counted = false;
        *state = request;
        return MHD_YES;
    }
    if (*piece_len > 0) {
        add_to_body(request, piece, *piece_len);
        *piece_len = 0;
        return MHD_YES;
    }
    return handle(self, connection, method, path, request);
}

/* Left to libmicrohttpd, this would fail without saying why: not every version keeps errno. */
static int listen_at(uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(*port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct sockaddr *any_address = (struct sockaddr *)&address;
    socklen_t len = sizeof(address);
    const int yes = 1;
    int listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listening >= 0 && setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
        bind(listening, any_address, len) == 0 && listen(listening, SOMAXCONN) == 0 &&
        getsockname(listening, any_address, &len) == 0) {
        *port = ntohs(address.sin_port);
        return listening;
    }
    int why = errno;
    if (listening >= 0) {
        (void)close(listening);
    }
    errno = why;
    return -1;
}

/* Takes the socket over, also when it cannot start. */
static struct MHD_Daemon *start_daemon(http_server *server, int listening)
{
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_LISTEN_SOCKET, listening, NULL},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, server},
        {MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, IDLE_TIMEOUT_S, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    return MHD_start_daemon(
        MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ITC, 0, NULL,
        NULL, on_request, server, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

http_server *http_server_start(uint16_t port, http_handler handler, void *user)
{
    http_server *server = calloc(1, sizeof(*server));
    if (server == NULL) {
        return NULL;
    }
    server->handler = handler;
    server->user = user;
    (void)pthread_mutex_init(&server->lock, NULL);
    (void)pthread_cond_init(&server->is_idle, NULL);
    server->port = port;
    int listening = listen_at(&server->port);
    server->daemon = listening >= 0 ? start_daemon(server, listening) : NULL;
    if (server->daemon == NULL) {
        (void)pthread_cond_destroy(&server->is_idle);
        (void)pthread_mutex_destroy(&server->lock);
        free(server);
        return NULL;
    }
    return server;
}

uint16_t http_server_port(const http_server *server)
{
    return server->port;
}

void http_server_stop(http_server *server)
{
    MHD_socket listening = MHD_quiesce_daemon(server->daemon);
    (void)pthread_mutex_lock(&server->lock);
    while (server->unanswered > 0) {
        (void)pthread_cond_wait(&server->is_idle, &server->lock);
    }
    (void)pthread_mutex_unlock(&server->lock);
    MHD_stop_daemon(server->daemon);
    if (listening != MHD_INVALID_SOCKET) {
        (void)close(listening);
    }
    (void)pthread_cond_destroy(&server->is_idle);
    (void)pthread_mutex_destroy(&server->lock);
    free(server);
}
