# SPDX-License-Identifier: Apache-2.0
"""pika with its OpenTelemetry instrumentation, which makes the spans, injects and extracts:

    interop.py publish QUEUE COUNT
    interop.py consume QUEUE COUNT [NEXT_QUEUE]
"""

import os
import sys

import pika
from opentelemetry import context, trace
from opentelemetry.instrumentation.pika import PikaInstrumentor
from opentelemetry.sdk.trace import TracerProvider

import scenario


class Publisher:
    """Publishes, and tells of the span whose context is in the message at the end: for a blocking
    channel, the instrumentation makes a second span inside the first, and injects again."""

    def __init__(self):
        self.span = None

    def hook(self, span, body, properties):
        self.span = span

    def publish(self, channel, queue, body):
        channel.basic_publish("", queue, body)
        scenario.tell_published(body.decode(), self.span)


def publish(publisher, channel, queue, count):
    for index in range(count):
        token = context.attach(scenario.context_of(index))
        publisher.publish(channel, queue, str(index).encode())
        context.detach(token)


def consume(publisher, channel, queue, count, next_queue):
    left = count

    def process(channel, method, properties, body):
        nonlocal left
        scenario.tell_processed(body.decode(), trace.get_current_span())
        if next_queue:
            publisher.publish(channel, next_queue, body)
        channel.basic_ack(method.delivery_tag)
        left -= 1
        if left == 0:
            channel.stop_consuming()

    channel.basic_consume(queue, process)
    channel.start_consuming()


def main():
    action, queue, count, *more = sys.argv[1:]
    next_queue = more[0] if more else None
    trace.set_tracer_provider(TracerProvider())
    publisher = Publisher()
    PikaInstrumentor().instrument(publish_hook=publisher.hook)
    connection = pika.BlockingConnection(pika.URLParameters(os.environ["RABBITMQ_URL"]))
    channel = connection.channel()
    for name in (queue, next_queue):
        if name:
            channel.queue_declare(name, durable=True, auto_delete=True)
    if action == "publish":
        publish(publisher, channel, queue, int(count))
    else:
        consume(publisher, channel, queue, int(count), next_queue)
    connection.close()


main()
