# SPDX-License-Identifier: Apache-2.0
"""A process with two librdkafkas: the bundled one of confluent-kafka, and the system's. The plugin
is loaded into both.

Usage: second_copy.py BOOTSTRAP_SERVERS PLUGIN TOPIC
"""

import ctypes
import sys

from confluent_kafka import Producer

servers, plugin, topic = sys.argv[1:]
producer = Producer(
    {
        "bootstrap.servers": servers,
        "plugin.library.paths": plugin,
        "otelmq.flush.timeout.ms": "60000",
    }
)

system = ctypes.CDLL("librdkafka.so.1")
system.rd_kafka_conf_new.restype = ctypes.c_void_p
system.rd_kafka_new.restype = ctypes.c_void_p
conf = ctypes.c_void_p(system.rd_kafka_conf_new())
error = ctypes.create_string_buffer(512)
for name, value in (
    ("bootstrap.servers", servers),
    ("plugin.library.paths", plugin),
    ("otelmq.service.name", "second"),
):
    if system.rd_kafka_conf_set(conf, name.encode(), value.encode(), error, len(error)) != 0:
        sys.exit(f"{name}: {error.value.decode()}")
PRODUCER = 0
second = ctypes.c_void_p(system.rd_kafka_new(PRODUCER, conf, error, len(error)))

producer.produce(topic, b"value", partition=0)
producer.flush(30)
system.rd_kafka_destroy(second)
