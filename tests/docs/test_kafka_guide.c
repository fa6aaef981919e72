/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the blocks of docs/kafka.md, one after the other, against librdkafka's mock cluster. */
#include <otelmq/kafka.h>
#include <otelmq/otelmq.h>

#include <librdkafka/rdkafka_mock.h>

#include "support/test.h"

#include <pthread.h>

enum { ATTEMPTS = 30 };

static const char *brokers;
static size_t handled;
static size_t stored_together;
static size_t begun;
static size_t stored;
static rd_kafka_t *runner; /* stops after one message */

/* The text names a broker that nobody has. */
static rd_kafka_conf_res_t set(rd_kafka_conf_t *conf, const char *name, const char *value,
                               char *error, size_t error_size)
{
    bool is_brokers = strcmp(name, "bootstrap.servers") == 0;
    rd_kafka_conf_res_t result =
        rd_kafka_conf_set(conf, name, is_brokers ? brokers : value, error, error_size);
    assert_int_equal(result, RD_KAFKA_CONF_OK);
    return result;
}

#define rd_kafka_conf_set set

static void handle(const rd_kafka_message_t *message)
{
    assert_memory_equal(message->payload, "hello", 5);
    handled++;
}

static void store_all(rd_kafka_message_t *messages[], ssize_t count)
{
    for (ssize_t i = 0; i < count; i++) {
        stored_together += messages[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR;
    }
}

static void calculate(const rd_kafka_message_t *message)
{
    assert_memory_equal(message->payload, "hello", 5);
    begun += otelmq_span_context_is_valid(otelmq_context_span_context(NULL));
}

#include "kafka_thread.inc"

typedef struct {
    const rd_kafka_message_t *message;
    const otelmq_context *context;
} job;

static void *work(void *of_job)
{
    const job *todo = of_job;
    work_on(todo->message, todo->context);
    return NULL;
}

static void begin_work(const rd_kafka_message_t *message, const otelmq_context *context)
{
    pthread_t thread;
    job todo = {message, context};
    assert_int_equal(pthread_create(&thread, NULL, work, &todo), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static bool store(void *database, const rd_kafka_message_t *message)
{
    assert_memory_equal(message->payload, "hello", 5);
    assert_ptr_equal(database, &stored);
    stored++;
    otelmq_kafka_stop(runner);
    return true;
}

#include "kafka_handler.inc"

static rd_kafka_t *made;

/* The block returns when it fails. */
static void make_producer(void)
{
    char error[256];
#include "kafka_setup.inc"
    made = producer;
}

static void produce(rd_kafka_t *producer)
{
    char value[] = "hello";
    size_t len = strlen(value);
#include "kafka_produce.inc"
    assert_int_equal(rd_kafka_flush(producer, 30000), RD_KAFKA_RESP_ERR_NO_ERROR);
}

/* Assigned by hand: a group would take seconds to join on the mock cluster. */
static rd_kafka_t *create_consumer(const char *group)
{
    char error[256] = "";
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", "", error, sizeof(error));
    set(conf, "group.id", group, error, sizeof(error));
#include "kafka_loop.inc"
    assert_int_equal(otelmq_kafka_conf_trace(conf, NULL), OTELMQ_OK);
    rd_kafka_t *consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof(error));
    assert_non_null(consumer);
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_topic_partition_list_t *partitions = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(partitions, "orders", 0)->offset = RD_KAFKA_OFFSET_BEGINNING;
    assert_int_equal(rd_kafka_assign(consumer, partitions), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(partitions);
    return consumer;
}

static void consume_once(rd_kafka_t *consumer)
{
#include "kafka_consume.inc"
}

static void consume_batch_once(rd_kafka_t *consumer, rd_kafka_queue_t *queue)
{
    static rd_kafka_message_t *messages[500];
#include "kafka_batch.inc"
}

static void settle_later(rd_kafka_t *consumer)
{
    rd_kafka_message_t *message = otelmq_kafka_consumer_poll(consumer, 1000);
    if (message == NULL || message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return;
    }
#include "kafka_later.inc"
    assert_int_equal(otelmq_kafka_commit_message(consumer, message, 0), 0);
    rd_kafka_message_destroy(message);
}

/* Polls once for a second at a time, which a loaded machine may need more than once. */
static void consume_in_each_way(rd_kafka_t *producer)
{
    rd_kafka_t *consumer = create_consumer("guide");
    produce(producer);
    for (int i = 0; i < ATTEMPTS && handled == 0; i++) {
        consume_once(consumer);
    }
    produce(producer);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    for (int i = 0; i < ATTEMPTS && stored_together == 0; i++) {
        consume_batch_once(consumer, queue);
    }
    rd_kafka_queue_destroy(queue);
    produce(producer);
    for (int i = 0; i < ATTEMPTS && begun == 0; i++) {
        settle_later(consumer);
    }
    rd_kafka_destroy(consumer);
}

static void run_once(rd_kafka_t *producer)
{
    rd_kafka_t *consumer = create_consumer("guide-loop");
    void *database = &stored;
    runner = consumer;
#include "kafka_run.inc"
    assert_int_equal(err, RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_destroy(consumer);
}

static void the_blocks_produce_consume_and_run(void **state)
{
    (void)state;
    make_producer();
    rd_kafka_t *producer = made;
    assert_non_null(producer);
    consume_in_each_way(producer);
    assert_int_equal(handled, 1);
    assert_int_equal(stored_together, 1);
    assert_int_equal(begun, 1);
    run_once(producer);
    assert_int_equal(stored, 1);
    rd_kafka_destroy(producer);
}

static void the_options_are_taken(void **state)
{
    (void)state;
    char error[256] = "";
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
#include "kafka_options.inc"
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error));
    assert_non_null(client);
    rd_kafka_destroy(client);
}

static int run_on_mock_cluster(const struct CMUnitTest tests[], size_t count)
{
    rd_kafka_t *owner = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), NULL, 0);
    rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(owner, 1);
    rd_kafka_mock_topic_create(cluster, "orders", 1, 1);
    brokers = rd_kafka_mock_cluster_bootstraps(cluster);
    int failed = _cmocka_run_group_tests("docs/kafka.md", tests, count, NULL, NULL);
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(owner);
    return failed;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_blocks_produce_consume_and_run),
        cmocka_unit_test(the_options_are_taken),
    };
    otelmq_sdk *sdk = NULL;
    if (otelmq_sdk_start(NULL, &sdk) != OTELMQ_OK) {
        return 1;
    }
    int failed = run_on_mock_cluster(tests, COUNT_OF(tests));
    return otelmq_sdk_shutdown(sdk, 5000) == OTELMQ_OK ? failed : 1;
}
