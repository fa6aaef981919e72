/* SPDX-License-Identifier: Apache-2.0 */
#include "otlp/collector.h"

#include "base/buffer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { REQUESTS_MAX = 64, CONNECTIONS_MAX = 64, PIECE = 64 * 1024 };

typedef struct {
    otelmq_buffer head;
    otelmq_buffer body;
} received_request;

struct fake_collector {
    const collector_answer *answers;
    size_t answer_count;
    int listener;
    int stop_pipe[2];
    uint16_t port;
    char url[128];
    pthread_t acceptor;
    bool is_listening;
    pthread_mutex_t lock;
    pthread_cond_t request_came; /* or the stop */
    bool is_stopping;
    received_request requests[REQUESTS_MAX];
    size_t request_count;
    size_t connection_count;
    pthread_t connections[CONNECTIONS_MAX];
};

typedef struct {
    fake_collector *owner;
    int fd;
    otelmq_buffer received; /* what came and is no request yet */
} client;

static void must(bool is_done, const char *what)
{
    if (!is_done) {
        perror(what);
        abort();
    }
}

/* True when fd has something to read; false when the collector is to stop. */
static bool wait_for_input(const fake_collector *collector, int fd)
{
    struct pollfd fds[] = {{.fd = fd, .events = POLLIN},
                           {.fd = collector->stop_pipe[0], .events = POLLIN}};
    must(poll(fds, 2, -1) > 0, "poll");
    return fds[1].revents == 0;
}

static bool receive_more(client *connection)
{
    if (!wait_for_input(connection->owner, connection->fd) ||
        !otelmq_buffer_reserve(&connection->received, PIECE)) {
        return false;
    }
    otelmq_buffer *received = &connection->received;
    ssize_t len = recv(connection->fd, received->data + received->len, PIECE, 0);
    received->len += len > 0 ? (size_t)len : 0;
    return len > 0;
}

static void take(otelmq_buffer *from, size_t len, otelmq_buffer *to)
{
    otelmq_buffer_add(to, from->data, len);
    memmove(from->data, from->data + len, from->len - len);
    from->len -= len;
}

/* The length of the head with its empty line, 0 if it is not all there. */
static size_t head_len(const otelmq_buffer *received)
{
    const char *end =
        received->len > 0 ? memmem(received->data, received->len, "\r\n\r\n", 4) : NULL;
    return end != NULL ? (size_t)(end - received->data) + 4 : 0;
}

static size_t content_length(const otelmq_buffer *head)
{
    static const char name[] = "\r\ncontent-length:";
    for (size_t i = 0; i + sizeof(name) < head->len; i++) {
        if (strncasecmp(head->data + i, name, sizeof(name) - 1) == 0) {
            return strtoul(head->data + i + sizeof(name) - 1, NULL, 10);
        }
    }
    return 0;
}

static bool receive_request(client *connection, received_request *request)
{
    while (head_len(&connection->received) == 0) {
        if (!receive_more(connection)) {
            return false;
        }
    }
    take(&connection->received, head_len(&connection->received), &request->head);
    size_t body_len = content_length(&request->head);
    while (connection->received.len < body_len) {
        if (!receive_more(connection)) {
            return false;
        }
    }
    take(&connection->received, body_len, &request->body);
    return true;
}

static void clean_request(received_request *request)
{
    otelmq_buffer_clean(&request->head);
    otelmq_buffer_clean(&request->body);
}

/* Keeps the request and gives the answer that is due. */
static const collector_answer *keep_request(fake_collector *collector,
                                            const received_request *request)
{
    pthread_mutex_lock(&collector->lock);
    size_t index = collector->request_count;
    must(index < REQUESTS_MAX, "requests");
    collector->requests[index] = *request;
    collector->request_count++;
    pthread_cond_broadcast(&collector->request_came);
    pthread_mutex_unlock(&collector->lock);
    return &collector
                ->answers[index < collector->answer_count ? index : collector->answer_count - 1];
}

static void send_all(int fd, const void *data, size_t len)
{
    const char *at = data;
    while (len > 0) {
        ssize_t sent = send(fd, at, len, MSG_NOSIGNAL);
        if (sent <= 0) {
            return;
        }
        at += sent;
        len -= (size_t)sent;
    }
}

static void send_answer(int fd, const collector_answer *answer)
{
    static const char protobuf[] = "Content-Type: application/x-protobuf\r\n";
    char head[1024];
    int len = snprintf(head, sizeof(head), "HTTP/1.1 %d Said\r\nContent-Length: %zu\r\n%s\r\n",
                       answer->status != 0 ? answer->status : 200, answer->body_len,
                       answer->headers != NULL ? answer->headers : protobuf);
    send_all(fd, head, (size_t)len);
    send_all(fd, answer->body, answer->body_len);
}

static void wait_until_client_goes(client *connection)
{
    while (receive_more(connection)) {
    }
}

/* The client hears nothing in the meantime; false when the collector is to stop. */
static bool wait_for_requests(fake_collector *collector, size_t count)
{
    pthread_mutex_lock(&collector->lock);
    while (collector->request_count < count && !collector->is_stopping) {
        pthread_cond_wait(&collector->request_came, &collector->lock);
    }
    bool is_stopping = collector->is_stopping;
    pthread_mutex_unlock(&collector->lock);
    return !is_stopping;
}

/* True when the connection stays open for another request. */
static bool act(client *connection, const collector_answer *answer)
{
    if (!wait_for_requests(connection->owner, answer->after_requests)) {
        return false;
    }
    switch (answer->deed) {
    case COLLECTOR_ANSWERS:
        send_answer(connection->fd, answer);
        return true;
    case COLLECTOR_HANGS:
        wait_until_client_goes(connection);
        break;
    case COLLECTOR_TALKS_NONSENSE:
        send_all(connection->fd, answer->body, answer->body_len);
        break;
    case COLLECTOR_CLOSES:
        break;
    }
    return false;
}

static void *serve(void *argument)
{
    client *connection = argument;
    bool stays = true;
    while (stays) {
        received_request request = {0};
        stays = receive_request(connection, &request);
        if (stays) {
            stays = act(connection, keep_request(connection->owner, &request));
        } else {
            clean_request(&request);
        }
    }
    close(connection->fd);
    otelmq_buffer_clean(&connection->received);
    free(connection);
    return NULL;
}

static void *accept_all(void *argument)
{
    fake_collector *collector = argument;
    while (wait_for_input(collector, collector->listener)) {
        int fd = accept(collector->listener, NULL, NULL);
        client *connection = calloc(1, sizeof(*connection));
        must(fd >= 0 && connection != NULL, "accept");
        connection->owner = collector;
        connection->fd = fd;
        pthread_mutex_lock(&collector->lock);
        size_t index = collector->connection_count++;
        pthread_mutex_unlock(&collector->lock);
        must(index < CONNECTIONS_MAX, "connections");
        must(pthread_create(&collector->connections[index], NULL, serve, connection) == 0,
             "pthread_create");
    }
    return NULL;
}

static void bind_to(fake_collector *collector, const struct sockaddr *address, socklen_t len)
{
    collector->listener = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(collector->listener >= 0, "socket");
    must(bind(collector->listener, address, len) == 0, "bind");
}

static void bind_to_loopback(fake_collector *collector)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    bind_to(collector, (struct sockaddr *)&address, len);
    must(getsockname(collector->listener, (struct sockaddr *)&address, &len) == 0, "getsockname");
    collector->port = ntohs(address.sin_port);
    snprintf(collector->url, sizeof(collector->url), "http://127.0.0.1:%u/v1/traces",
             collector->port);
}

static fake_collector *allocate(const collector_answer answers[], size_t count)
{
    fake_collector *collector = calloc(1, sizeof(*collector));
    must(collector != NULL, "calloc");
    collector->answers = answers;
    collector->answer_count = count;
    pthread_mutex_init(&collector->lock, NULL);
    pthread_cond_init(&collector->request_came, NULL);
    must(pipe(collector->stop_pipe) == 0, "pipe");
    return collector;
}

fake_collector *collector_create(const collector_answer answers[], size_t count)
{
    fake_collector *collector = allocate(answers, count);
    bind_to_loopback(collector);
    return collector;
}

fake_collector *collector_start_on_socket(const char *path, const collector_answer answers[],
                                          size_t count)
{
    fake_collector *collector = allocate(answers, count);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    must(strlen(path) < sizeof(address.sun_path), "path");
    memcpy(address.sun_path, path, strlen(path) + 1);
    bind_to(collector, (struct sockaddr *)&address, sizeof(address));
    snprintf(collector->url, sizeof(collector->url), "unix://%s", path);
    collector_listen(collector);
    return collector;
}

void collector_listen(fake_collector *collector)
{
    must(listen(collector->listener, 16) == 0, "listen");
    must(pthread_create(&collector->acceptor, NULL, accept_all, collector) == 0, "pthread_create");
    collector->is_listening = true;
}

fake_collector *collector_start(const collector_answer answers[], size_t count)
{
    fake_collector *collector = collector_create(answers, count);
    collector_listen(collector);
    return collector;
}

void collector_stop(fake_collector *collector)
{
    pthread_mutex_lock(&collector->lock);
    collector->is_stopping = true;
    pthread_cond_broadcast(&collector->request_came);
    pthread_mutex_unlock(&collector->lock);
    close(collector->stop_pipe[1]);
    if (collector->is_listening) {
        pthread_join(collector->acceptor, NULL);
    }
    for (size_t i = 0; i < collector->connection_count; i++) {
        pthread_join(collector->connections[i], NULL);
    }
    for (size_t i = 0; i < collector->request_count; i++) {
        clean_request(&collector->requests[i]);
    }
    close(collector->stop_pipe[0]);
    close(collector->listener);
    pthread_cond_destroy(&collector->request_came);
    pthread_mutex_destroy(&collector->lock);
    free(collector);
}

uint16_t collector_port(const fake_collector *collector)
{
    return collector->port;
}

const char *collector_url(const fake_collector *collector)
{
    return collector->url;
}

void collector_wait(fake_collector *collector, size_t count)
{
    pthread_mutex_lock(&collector->lock);
    while (collector->request_count < count) {
        pthread_cond_wait(&collector->request_came, &collector->lock);
    }
    pthread_mutex_unlock(&collector->lock);
}

size_t collector_request_count(fake_collector *collector)
{
    pthread_mutex_lock(&collector->lock);
    size_t count = collector->request_count;
    pthread_mutex_unlock(&collector->lock);
    return count;
}

size_t collector_connection_count(fake_collector *collector)
{
    pthread_mutex_lock(&collector->lock);
    size_t count = collector->connection_count;
    pthread_mutex_unlock(&collector->lock);
    return count;
}

/* A request that was kept does not change any more. */
static const received_request *request_at(fake_collector *collector, size_t index)
{
    must(index < collector_request_count(collector), "request");
    return &collector->requests[index];
}

otelmq_str collector_head(fake_collector *collector, size_t index)
{
    return otelmq_buffer_str(&request_at(collector, index)->head);
}

otelmq_str collector_body(fake_collector *collector, size_t index)
{
    return otelmq_buffer_str(&request_at(collector, index)->body);
}
