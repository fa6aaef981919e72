/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The service that the test suite of W3C Trace Context drives: it is told by a request to make
 * other requests, and the suite looks at the headers that these arrive with.
 *
 *     suite --- POST /test, traceparent, tracestate ---> w3c_service
 *           <-- POST url,   traceparent, tracestate ---   (for each element of the body)
 *           --- 200 ------------------------------------>
 *           <-- 200 -------------------------------------
 *
 *     w3c_service PORT     serves http://127.0.0.1:PORT/test until SIGINT or SIGTERM
 *
 * The propagators and all else follow the environment, but for OTEL_TRACES_EXPORTER: none.
 */
#include "conformance/callback_sender.h"
#include "conformance/http_server.h"

#include <otelmq/otelmq.h>

#include <curl/curl.h>
#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static const char PATH[] = "/test";
enum { SHUTDOWN_TIMEOUT_MS = 5000 };

static http_answer refuse(unsigned status, const char *why)
{
    json_t *root = json_pack("{s:s}", "error", why);
    http_answer answer = {.status = status, .json = json_dumps(root, JSON_COMPACT)};
    json_decref(root);
    return answer;
}

static http_answer call_back(otelmq_str body, otelmq_tracer *tracer)
{
    callback_list list;
    char reason[CALLBACK_REASON_SIZE];
    if (!callback_list_parse(&list, body, reason)) {
        return refuse(400, reason);
    }
    callbacks_send(&list, tracer);
    http_answer answer = {.status = 200, .json = callback_list_report(&list)};
    callback_list_clean(&list);
    return answer;
}

static http_answer answer_request(const http_request *request, otelmq_tracer *tracer)
{
    if (strcmp(request->path, PATH) != 0) {
        return refuse(404, "There is only /test here.");
    }
    if (strcmp(request->method, "POST") != 0) {
        http_answer answer = refuse(405, "/test takes POST only.");
        answer.allow = "POST";
        return answer;
    }
    if (request->is_too_long) {
        return refuse(413, "The body is longer than 65536 bytes.");
    }
    return call_back(request->body, tracer);
}

static otelmq_span *start_span(const http_request *request, const otelmq_context *remote,
                               otelmq_tracer *tracer)
{
    const otelmq_attribute attributes[] = {
        otelmq_attribute_string("http.request.method", otelmq_str_from(request->method)),
        otelmq_attribute_string("url.scheme", OTELMQ_STR("http")),
        otelmq_attribute_string("url.path", otelmq_str_from(request->path)),
        otelmq_attribute_string("http.route", otelmq_str_from(PATH)),
    };
    bool has_route = strcmp(request->path, PATH) == 0;
    const otelmq_span_options options = {
        .kind = OTELMQ_SPAN_SERVER,
        .parent = remote,
        .attributes = attributes,
        .attribute_count = has_route ? 4 : 3,
    };
    return otelmq_tracer_start_span(tracer, has_route ? "POST /test" : "HTTP", &options);
}

static http_answer serve(const http_request *request, void *user)
{
    otelmq_tracer *tracer = user;
    const otelmq_context *remote = otelmq_propagator_extract(
        otelmq_propagator_global(), otelmq_context_root(), request->headers);
    otelmq_scope scope = otelmq_scope_start_in(remote, start_span(request, remote, tracer));
    http_answer answer = answer_request(request, tracer);
    otelmq_span_set_int(scope.span, "http.response.status_code", answer.status);
    otelmq_scope_end(&scope);
    otelmq_context_release(remote);
    return answer;
}

static bool parse_port(const char *text, uint16_t *port)
{
    char *end = NULL;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || number > UINT16_MAX) {
        return false;
    }
    *port = (uint16_t)number;
    return true;
}

/* Blocked before there are threads, so that none of them takes the signal instead of sigwait. */
static sigset_t block_end_signals(void)
{
    sigset_t signals;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGTERM);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
    return signals;
}

static bool serve_until(const sigset_t *signals, uint16_t port)
{
    http_server *server =
        http_server_start(port, serve, otelmq_tracer_get("otelmq.w3c_service", OTELMQ_VERSION));
    if (server == NULL) {
        (void)fprintf(stderr, "w3c_service: cannot serve at port %d of 127.0.0.1: %s\n", port,
                      strerror(errno));
        return false;
    }
    (void)printf("w3c_service: ready at http://127.0.0.1:%d%s\n", http_server_port(server), PATH);
    (void)fflush(stdout);
    int signal = 0;
    (void)sigwait(signals, &signal);
    http_server_stop(server);
    return true;
}

int main(int argc, char **argv)
{
    uint16_t port = 0;
    if (argc != 2 || !parse_port(argv[1], &port)) {
        (void)fprintf(stderr, "usage: w3c_service PORT, from 1 to 65535, or 0 for any that is "
                              "free\n");
        return 2;
    }
    sigset_t signals = block_end_signals();
    otelmq_diagnostics_set(otelmq_diagnostics_stderr, NULL, OTELMQ_SEVERITY_WARNING);
    (void)setenv("OTEL_TRACES_EXPORTER", "none", 0);
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
    otelmq_sdk *sdk = NULL;
    otelmq_status status =
        otelmq_sdk_start(&(otelmq_sdk_options){.service_name = "w3c_service"}, &sdk);
    if (status != OTELMQ_OK) {
        (void)fprintf(stderr, "w3c_service: tracing did not start: %s\n",
                      otelmq_status_text(status));
        return 1;
    }
    bool has_served = serve_until(&signals, port);
    (void)otelmq_sdk_shutdown(sdk, SHUTDOWN_TIMEOUT_MS);
    curl_global_cleanup();
    return has_served ? 0 : 1;
}
