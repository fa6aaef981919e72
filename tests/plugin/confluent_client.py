# SPDX-License-Identifier: Apache-2.0
"""A program on confluent-kafka that knows nothing of otelmq: produces a message, and consumes it.

Usage: confluent_client.py BOOTSTRAP_SERVERS PLUGIN TOPIC
"""

import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition, libversion

servers, plugin, topic = sys.argv[1:]
configuration = {
    "bootstrap.servers": servers,
    "otelmq.captured.headers": "x-*",  # confluent-kafka loads plugins before all else
    "otelmq.flush.timeout.ms": "60000",
    "plugin.library.paths": plugin,
}

producer = Producer(dict(configuration))
producer.produce(topic, b"value", partition=0, headers={"x-own": "kept"})
producer.flush(30)

consumer = Consumer({**configuration, "group.id": "python"})
consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
message = None
while message is None or message.error():
    message = consumer.poll(30)
names = [name for name, _ in message.headers()]
consumer.close()
print(libversion()[0], ",".join(names))
