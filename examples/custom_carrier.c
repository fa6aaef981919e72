/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Propagation over a transport of one's own. Two processes talk over a socket; a message is lines
 * "name: value", an empty line, and the body. A carrier over that text is all that it takes.
 *
 *     OTEL_TRACES_EXPORTER=console ./custom_carrier
 *
 * You will see the sender and the receiver print the same trace id, and two spans of one trace:
 * "send mail" from the service sender, and its child "process mail" from receiver.
 */
#include <otelmq/otelmq.h>

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    char text[1024]; /* headers, empty line, body, NUL */
} message;

/* The value of key: what stands behind "key: " at the beginning of a line of the headers. */
static otelmq_str message_get(const void *self, const char *key)
{
    const char *line = ((const message *)self)->text;
    while (*line != '\n' && *line != '\0') {
        size_t len = strcspn(line, "\n");
        size_t key_len = strlen(key);
        if (strncmp(line, key, key_len) == 0 && strncmp(line + key_len, ": ", 2) == 0) {
            return otelmq_str_from_bytes(line + key_len + 2, len - key_len - 2);
        }
        line += line[len] == '\n' ? len + 1 : len;
    }
    return (otelmq_str){0};
}

/* Puts the header in front of the others; get finds the first of a name, so that it replaces. */
static otelmq_status message_set(void *self, const char *key, otelmq_str value)
{
    message *written = self;
    message before = *written;
    int len = snprintf(written->text, sizeof(written->text), "%s: %.*s\n%s", key, (int)value.len,
                       value.data, before.text);
    if (len < 0 || (size_t)len >= sizeof(written->text)) {
        *written = before; /* The carrier's rule: what does not fit leaves it as it was. */
        return OTELMQ_ERROR_LIMIT;
    }
    return OTELMQ_OK;
}

static const otelmq_carrier_ops message_ops = {.get = message_get, .set = message_set};

/* Starts tracing under this name, and a client whose spans look like those of every broker. */
static otelmq_messaging_client *start(const char *service_name, otelmq_sdk **sdk)
{
    otelmq_messaging_client *client = NULL;
    otelmq_diagnostics_set(otelmq_diagnostics_stderr, NULL, OTELMQ_SEVERITY_WARNING);
    if (otelmq_sdk_start(&(otelmq_sdk_options){.service_name = service_name}, sdk) != OTELMQ_OK ||
        otelmq_messaging_client_create("socket", "example", NULL, 0, NULL, &client) != OTELMQ_OK) {
        exit(1);
    }
    return client;
}

static void print_trace(const char *who, const otelmq_span *span)
{
    char trace_id[OTELMQ_TRACE_ID_HEX_SIZE];
    otelmq_trace_id_format(otelmq_span_get_context(span)->trace_id, trace_id);
    printf("%s in trace %s\n", who, trace_id);
}

static bool run_sender(int fd)
{
    otelmq_sdk *sdk = NULL;
    otelmq_messaging_client *client = start("sender", &sdk);
    message sent = {"\nhello"};
    otelmq_carrier carrier = {&message_ops, &sent};
    otelmq_messaging_operation operation = {.name = "send", .destination = OTELMQ_STR("mail")};
    otelmq_messaging_send sending = otelmq_messaging_send_start(client, &operation, carrier);
    otelmq_messaging_send_inject(client, &sending, carrier);
    print_trace("sent", sending.span);
    bool ok = send(fd, sent.text, strlen(sent.text), MSG_NOSIGNAL) > 0;
    otelmq_messaging_send_end(client, sending.span, ok ? NULL : "socket", "the receiver is gone");
    otelmq_messaging_client_destroy(client);
    return otelmq_sdk_shutdown(sdk, 5000) == OTELMQ_OK && ok;
}

static bool run_receiver(int fd)
{
    otelmq_sdk *sdk = NULL;
    otelmq_messaging_client *client = start("receiver", &sdk);
    message received = {""};
    bool ok = recv(fd, received.text, sizeof(received.text) - 1, 0) > 0;
    otelmq_carrier carrier = {&message_ops, &received};
    otelmq_messaging_operation operation = {.name = "process", .destination = OTELMQ_STR("mail")};
    otelmq_scope scope = otelmq_messaging_process_start(client, &operation, carrier, NULL, NULL);
    print_trace("received", scope.span);
    otelmq_scope_end(&scope);
    otelmq_messaging_client_destroy(client);
    return otelmq_sdk_shutdown(sdk, 5000) == OTELMQ_OK && ok;
}

int main(void)
{
    int ends[2];
    pid_t receiver = -1;
    /* Forked before tracing starts, whose thread the child would not have. */
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0 || (receiver = fork()) < 0) {
        perror("custom_carrier");
        return 1;
    }
    if (receiver == 0) {
        return run_receiver(ends[1]) ? 0 : 1;
    }
    bool ok = run_sender(ends[0]);
    int receiver_status = 1;
    waitpid(receiver, &receiver_status, 0);
    return ok && receiver_status == 0 ? 0 : 1;
}
