#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who may include whom: base <- context <- propagation, context <- trace <- export; the core knows
no broker; RabbitMQ and Kafka never know each other; each library uses only the public headers of the
others, and of the private ones those in base, which is linked into each."""

import re
from pathlib import Path

from sources import ROOT, files, finish, read

# The layer of each public header of the core.
PUBLIC = {
    "base": ["api", "diagnostics", "stats", "status", "str"],
    "context": ["baggage", "context", "span_context", "tracestate"],
    "propagation": ["carrier", "propagator"],
    "trace": ["attribute", "composable_sampler", "exporter", "instrumentation_scope",
              "processor", "resource", "resource_detector", "sampler", "sampling_predicate", "span", "span_data",
              "span_seed", "tracer", "tracer_provider", "value"],
    "export": ["memory_exporter"],
    "messaging": ["messaging", "messaging_options"],
    "sdk": ["sdk", "sdk_configuration", "otelmq"],
    "map": ["map_carrier"],
    "environment": ["environment_carrier"],
    "otlp": ["jaeger_remote_sampler", "otlp", "zipkin"],
    "config": ["config"],
    "rabbitmq": ["rabbitmq", "amqp_carrier", "amqp", "amqp_confirms", "amqp_connection", "amqp_consume",
                 "amqp_frames", "amqp_publish", "amqp_rpc", "amqp_run"],
    "kafka": ["kafka_carrier", "kafka", "kafka_client", "kafka_commit", "kafka_consume", "kafka_produce",
              "kafka_run", "kafka_share", "kafka_transaction"],
}
LAYER_OF_HEADER = {name: layer for layer, names in PUBLIC.items() for name in names}

CORE = {"base", "context", "propagation", "trace", "export", "messaging", "sdk"}

# Layer -> the layers whose headers it may include. What is left out is not checked.
ALLOWED = {
    "base": {"base"},
    "context": {"base", "context"},
    "propagation": {"base", "context", "propagation"},
    "trace": {"base", "context", "trace"},
    "export": {"base", "context", "trace", "export"},
    "messaging": {"base", "context", "propagation", "trace", "messaging"},
    "sdk": CORE | {"map", "environment"},
    "map": {"base", "propagation", "map"},
    "environment": {"base", "context", "propagation", "environment"},
    "otlp": CORE | {"otlp"},
    "config": CORE | {"otlp", "config"},
    "rabbitmq": CORE | {"rabbitmq"},
    "kafka": CORE | {"kafka"},
    "plugin": CORE | {"otlp", "kafka", "plugin"},
    "tools": {"base", "tools"},
}

# Layers in libraries of their own: of the core's private headers they see those of base only.
SEPARATE = {"otlp", "config", "rabbitmq", "kafka", "plugin", "tools"}

# The plugin is made of the sources of kafka.
PRIVATE_TOO = {"plugin": {"kafka"}}

FOLDERS = [  # the longest first
    ("core/sdk", "sdk"), ("core/config", "config"),
    ("core/export/otlp", "otlp"), ("core/export/http", "otlp"), ("core/export/json", "otlp"),
    ("core/export/zipkin", "otlp"), ("core/base", "base"), ("core/context", "context"),
    ("core/propagation", "propagation"), ("core/trace", "trace"), ("core/export", "export"),
    ("core/messaging", "messaging"), ("carriers/map", "map"),
    ("carriers/environment", "environment"), ("carriers/amqp", "rabbitmq"),
    ("carriers/kafka", "kafka"), ("kafka/plugin", "plugin"), ("amqp", "rabbitmq"),
    ("kafka", "kafka"), ("tools", "tools"),
]

FOREIGN = [(re.compile(r"<(rabbitmq-c/|amqp)"), {"rabbitmq"}),
           (re.compile(r"<librdkafka/"), {"kafka", "plugin"}),
           (re.compile(r"<(curl/|zlib\.h|.*\.pb-c\.h)"), {"otlp"}),
           (re.compile(r"<jansson\.h"), {"tools"}),
           (re.compile(r"<yaml\.h"), {"config"})]


def layer_of(path):
    if path.suffix == ".h" and path.parent.name == "otelmq":
        return LAYER_OF_HEADER.get(path.stem)
    for folder, layer in FOLDERS:
        if path.as_posix().startswith(folder + "/"):
            return layer
    return None


def resolve(path, included):
    """The file behind a quoted include: beside the includer, below core/, or below the root."""
    for base in (path.parent, Path("core"), Path("."), Path("tools")):
        if (ROOT / base / included).is_file():
            return (base / included)
    return None


def problem_of(path, layer, include):
    for pattern, layers in FOREIGN:
        if pattern.match(include):
            return None if layer in layers else f"{layer} does not know it"
    public = re.match(r"<otelmq/(\w+)\.h>", include)
    if public:
        target = LAYER_OF_HEADER.get(public[1])
        if target is None:
            return "a public header that layers.py has in no layer"
        return None if target in ALLOWED[layer] else f"{layer} may not use {target}"
    if include.startswith("<"):
        return None
    found = resolve(path, include.strip('"'))
    target = layer_of(found) if found else None
    if target is None:
        return "no such file"
    if layer in SEPARATE and target not in {"base", layer} | PRIVATE_TOO.get(layer, set()):
        return f"a private header of {target}"
    return None if target in ALLOWED[layer] else f"{layer} may not use {target}"


problems = []
count = 0
for source in files("core/*.[ch]", "carriers/*.[ch]", "amqp/*.[ch]", "kafka/*.[ch]", "tools/*.[ch]"):
    own_layer = layer_of(source)
    if own_layer is None:
        problems.append(f"{source}: in no layer that layers.py knows")
        continue
    for number, line in enumerate(read(source).splitlines(), 1):
        include = re.match(r'\s*#\s*include\s+(<[^>]+>|"[^"]+")', line)
        if include:
            count += 1
            why = problem_of(source, own_layer, include[1])
            if why:
                problems.append(f"{source}:{number}: {include[1]}: {why}")
finish("layers", problems, f"{count} includes")
