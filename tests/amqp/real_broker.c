/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/real_broker.h"

#include "amqp/entries.h"
#include "support/test.h"

#if __has_include(<rabbitmq-c/ssl_socket.h>)
#include <rabbitmq-c/ssl_socket.h>
#else
#include <amqp_ssl_socket.h>
#endif

#include <stdlib.h>
#include <unistd.h>

const char *real_broker_url(void)
{
    const char *value = getenv("RABBITMQ_URL");
    if (value == NULL || value[0] == '\0') {
        fail_msg("RABBITMQ_URL is not set: `./run test` starts a private RabbitMQ and sets it");
    }
    return value;
}

static const char *tls_url(void)
{
    const char *value = getenv("RABBITMQ_TLS_URL");
    if (value == NULL || value[0] == '\0') {
        fail_msg("RABBITMQ_TLS_URL is not set: `./run test` starts a private RabbitMQ and sets it");
    }
    if (strcmp(value, "none") == 0) {
        skip();
    }
    return value;
}

void real_broker_expect_ok(amqp_rpc_reply_t reply, const char *what)
{
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
        fail_msg("%s failed: type %d, %s", what, (int)reply.reply_type,
                 amqp_error_string2(reply.library_error));
    }
}

/* Points into a copy, which is yours to free. */
static char *parse(const char *url, struct amqp_connection_info *info)
{
    char *copy = strdup(url);
    assert_non_null(copy);
    amqp_default_connection_info(info);
    if (amqp_parse_url(copy, info) != AMQP_STATUS_OK) {
        fail_msg("RABBITMQ_URL or RABBITMQ_TLS_URL is not an AMQP address");
    }
    return copy;
}

static amqp_table_entry_t entry_true(const char *key)
{
    amqp_table_entry_t entry = entry_of_kind(key, AMQP_FIELD_KIND_BOOLEAN);
    entry.value.value.boolean = 1;
    return entry;
}

/* The broker tells of cancels and of blocked connections only those who say that they know them. */
static amqp_connection_state_t log_in(amqp_connection_state_t raw, amqp_socket_t *socket,
                                      const struct amqp_connection_info *info)
{
    if (amqp_socket_open(socket, info->host, info->port) != AMQP_STATUS_OK) {
        fail_msg("there is no RabbitMQ at %s, port %d", info->host, info->port);
    }
    amqp_table_entry_t capabilities[] = {entry_true("consumer_cancel_notify"),
                                         entry_true("connection.blocked")};
    amqp_table_entry_t entry = entry_table("capabilities", (amqp_table_t){2, capabilities});
    amqp_table_t properties = {1, &entry};
    real_broker_expect_ok(amqp_login_with_properties(raw, info->vhost, 0, AMQP_DEFAULT_FRAME_SIZE,
                                                     0, &properties, AMQP_SASL_METHOD_PLAIN,
                                                     info->user, info->password),
                          "login");
    amqp_channel_open(raw, REAL_BROKER_CHANNEL);
    real_broker_expect_ok(amqp_get_rpc_reply(raw), "channel.open");
    return raw;
}

amqp_connection_state_t real_broker_log_in(void)
{
    struct amqp_connection_info info;
    char *copy = parse(real_broker_url(), &info);
    amqp_connection_state_t raw = amqp_new_connection();
    log_in(raw, amqp_tcp_socket_new(raw), &info);
    free(copy);
    return raw;
}

amqp_connection_state_t real_broker_log_in_by_tls(void)
{
    struct amqp_connection_info info;
    char *copy = parse(tls_url(), &info);
    const char *trusted = getenv("RABBITMQ_TLS_CA");
    amqp_connection_state_t raw = amqp_new_connection();
    amqp_socket_t *socket = amqp_ssl_socket_new(raw);
    assert_non_null(socket);
    amqp_ssl_socket_set_verify_peer(socket, trusted != NULL);
    amqp_ssl_socket_set_verify_hostname(socket, 0);
    if (trusted != NULL) {
        assert_int_equal(amqp_ssl_socket_set_cacert(socket, trusted), AMQP_STATUS_OK);
    }
    log_in(raw, socket, &info);
    free(copy);
    return raw;
}

void real_broker_log_out(amqp_connection_state_t raw)
{
    amqp_connection_close(raw, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(raw);
}

void real_broker_make_name(char name[REAL_BROKER_NAME_SIZE], const char *ending)
{
    static int count;
    snprintf(name, REAL_BROKER_NAME_SIZE, "otelmq-test-%ld-%d-%s", (long)getpid(), ++count, ending);
}
