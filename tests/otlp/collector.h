/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A collector for tests: an HTTP server on loopback, on a port that the kernel chooses, that
 * answers request after request as a script says and keeps what it was sent. Any number of
 * connections.
 */
#ifndef OTELMQ_TESTS_OTLP_COLLECTOR_H
#define OTELMQ_TESTS_OTLP_COLLECTOR_H

#include <otelmq/str.h>

#include <stdint.h>

typedef enum {
    COLLECTOR_ANSWERS = 0,
    COLLECTOR_HANGS, /* reads the request, and says nothing until the client goes */
    COLLECTOR_CLOSES, /* reads the request, and closes the connection */
    COLLECTOR_TALKS_NONSENSE, /* answers the body as it is, without HTTP */
} collector_deed;

typedef struct {
    collector_deed deed;
    int status; /* 0: 200 */
    const char *headers; /* lines that end in CRLF; NULL: Content-Type: application/x-protobuf */
    const void *body;
    size_t body_len;
    size_t after_requests; /* answers, or closes, only when that many requests have come */
} collector_answer;

typedef struct fake_collector fake_collector;

/* The last answer stays for all that follow; answers are borrowed until the stop. */
fake_collector *collector_start(const collector_answer answers[], size_t count);

/* A collector that refuses connections until collector_listen. */
fake_collector *collector_create(const collector_answer answers[], size_t count);
void collector_listen(fake_collector *collector);

/* A collector that listens on a Unix socket at path, and not on a port. */
fake_collector *collector_start_on_socket(const char *path, const collector_answer answers[],
                                          size_t count);

/* Ends its connections and threads, and frees it. */
void collector_stop(fake_collector *collector);

uint16_t collector_port(const fake_collector *collector);

/* The URL for traces, borrowed. */
const char *collector_url(const fake_collector *collector);

/* Waits until count requests have come in whole. */
void collector_wait(fake_collector *collector, size_t count);

size_t collector_request_count(fake_collector *collector);
size_t collector_connection_count(fake_collector *collector);

/* The head and the body of the index-th request. Borrowed until the stop. */
otelmq_str collector_head(fake_collector *collector, size_t index);
otelmq_str collector_body(fake_collector *collector, size_t index);

#endif
