# SPDX-License-Identifier: Apache-2.0
"""confluent-kafka with its OpenTelemetry instrumentation, which makes the spans and injects:

    interop.py publish TOPIC COUNT
    interop.py consume TOPIC COUNT [NEXT_TOPIC]

The instrumentation only links the process span to the message: the message's trace and baggage are
current nowhere. So the program extracts them itself, and sends on inside that context.
"""

import contextlib
import os
import sys
import time

import confluent_kafka
from opentelemetry import context, propagate, trace
from opentelemetry.instrumentation.confluent_kafka import ConfluentKafkaInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

import scenario

PATIENCE_S = 30


@contextlib.contextmanager
def attached(to):
    token = context.attach(to)
    try:
        yield
    finally:
        context.detach(token)


def texts(headers):
    """The last value of each header."""
    return {name: value.decode() for name, value in headers}


def publish(producer, topic, body, headers):
    """
    Produces, and tells of the span whose context is in the message: the instrumentation appends its
    headers to the list.
    """
    producer.produce(topic, body, headers=headers)
    sent = TraceContextTextMapPropagator().extract(texts(headers), context.Context())
    scenario.tell_published(body.decode(), trace.get_current_span(sent))


def publish_all(producer, topic, count):
    for index in range(count):
        with attached(scenario.context_of(index)):
            publish(producer, topic, str(index).encode(), [])


def process(producer, message, next_topic):
    span = trace.get_current_span()
    headers = list(message.headers())
    with attached(propagate.extract(texts(headers))):
        scenario.tell_processed(message.value().decode(), span)
        if next_topic:
            # With the headers that it came with, as programs do that pass on what they do not know.
            publish(producer, next_topic, message.value(), headers)


def consume(producer, consumer, count, next_topic):
    deadline = time.monotonic() + PATIENCE_S
    while count > 0:
        message = consumer.poll(1)
        if message is None:
            if time.monotonic() > deadline:
                sys.exit(f"{count} messages are missing after {PATIENCE_S} s")
            continue
        if message.error():
            sys.exit(str(message.error()))
        process(producer, message, next_topic)
        count -= 1


def main():
    action, topic, count, *more = sys.argv[1:]
    trace.set_tracer_provider(TracerProvider())
    ConfluentKafkaInstrumentor().instrument()
    brokers = {"bootstrap.servers": os.environ["KAFKA_BROKERS"]}
    producer = confluent_kafka.Producer(brokers)
    if action == "publish":
        publish_all(producer, topic, int(count))
    else:
        consumer = confluent_kafka.Consumer(
            brokers | {"group.id": topic, "auto.offset.reset": "earliest"})
        consumer.subscribe([topic])
        consume(producer, consumer, int(count), more[0] if more else None)
        consumer.close()
    if producer.flush(PATIENCE_S) > 0:
        sys.exit("not all messages were delivered")


main()
