/* SPDX-License-Identifier: Apache-2.0 */
#include "receiver.h"

#include "require.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char ANSWER[] = "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\n"
                             "Content-Length: 0\r\n\r\n";

static size_t body_len(const char *head)
{
    const char *line = strcasestr(head, "\r\nContent-Length:");
    return line != NULL ? strtoul(strchr(line, ':') + 1, NULL, 10) : 0;
}

/* The bytes of a request's head and what was read beyond it; 0 at the connection's end. */
static size_t read_head(FILE *stream, char *head, size_t size)
{
    size_t len = 0;
    while (len + 1 < size && fgets(head + len, (int)(size - len), stream) != NULL) {
        if (strcmp(head + len, "\r\n") == 0) {
            return len;
        }
        len += strlen(head + len);
    }
    return 0;
}

static void skip(FILE *stream, size_t len)
{
    static char body[65536];
    while (len > 0) {
        size_t part = fread(body, 1, len < sizeof(body) ? len : sizeof(body), stream);
        if (part == 0) {
            return;
        }
        len -= part;
    }
}

static void serve_connection(int socket)
{
    char head[4096];
    FILE *stream = fdopen(socket, "r");
    while (stream != NULL && read_head(stream, head, sizeof(head)) > 0) {
        skip(stream, body_len(head));
        if (write(socket, ANSWER, sizeof(ANSWER) - 1) < 0) {
            break;
        }
    }
    if (stream != NULL) {
        fclose(stream);
    }
}

static _Noreturn void serve(int listener)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        int socket = accept(listener, NULL, NULL);
        if (socket >= 0) {
            serve_connection(socket);
        }
    }
}

static int listen_on_loopback(struct sockaddr_in *address)
{
    socklen_t size = sizeof(*address);
    *address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    require(listener >= 0 && bind(listener, (struct sockaddr *)address, size) == 0 &&
                listen(listener, 1) == 0 &&
                getsockname(listener, (struct sockaddr *)address, &size) == 0,
            "there is no port to receive spans on");
    return listener;
}

bench_receiver bench_receiver_start(void)
{
    struct sockaddr_in address;
    int listener = listen_on_loopback(&address);
    bench_receiver receiver = {.pid = fork()};
    require(receiver.pid >= 0, "there is no process to receive spans");
    if (receiver.pid == 0) {
        serve(listener);
    }
    close(listener);
    (void)snprintf(receiver.url, sizeof(receiver.url), "http://127.0.0.1:%u/v1/traces",
                   (unsigned)ntohs(address.sin_port));
    return receiver;
}

void bench_receiver_stop(const bench_receiver *receiver)
{
    (void)kill(receiver->pid, SIGTERM);
    (void)waitpid(receiver->pid, NULL, 0);
}
