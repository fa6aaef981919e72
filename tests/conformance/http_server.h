/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An HTTP server on 127.0.0.1 over libmicrohttpd, with a thread for each connection: it collects
 * the body of a request and hands the whole to one function, whose answer is JSON.
 */
#ifndef OTELMQ_TESTS_CONFORMANCE_HTTP_SERVER_H
#define OTELMQ_TESTS_CONFORMANCE_HTTP_SERVER_H

#include <otelmq/carrier.h>

#include <stdint.h>

/* The longest body that is taken in; of a longer one nothing is kept. */
enum { HTTP_BODY_MAX = 64 * 1024 };

typedef struct {
    const char *method;
    const char *path; /* without the query */
    otelmq_carrier headers; /* read only */
    otelmq_str body;
    bool is_too_long; /* the body was longer than HTTP_BODY_MAX */
} http_request;

typedef struct {
    unsigned status;
    const char *allow; /* the header Allow; NULL: none */
    char *json; /* from malloc, and the server's; NULL: there was no memory for it */
} http_answer;

/* Answers one request, borrowed for the call; called on several threads at once. */
typedef http_answer (*http_handler)(const http_request *request, void *user);

typedef struct http_server http_server;

/* Starts to serve at port; 0: one that the kernel chooses. NULL, with errno, when it cannot. */
http_server *http_server_start(uint16_t port, http_handler handler, void *user);

/* Where it listens. */
uint16_t http_server_port(const http_server *server);

/* Takes no more connections, answers the requests that are here, closes, and frees. */
void http_server_stop(http_server *server);

#endif
