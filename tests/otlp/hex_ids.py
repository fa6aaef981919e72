# SPDX-License-Identifier: Apache-2.0
"""OTLP JSON has hexadecimal ids, where protobuf's own JSON has base64."""

import base64

IDS = ("traceId", "spanId", "parentSpanId")


def ids_to_base64(node):
    """The same JSON with its ids as protobuf's parser wants them."""
    if isinstance(node, list):
        return [ids_to_base64(element) for element in node]
    if not isinstance(node, dict):
        return node
    return {
        key: base64.b64encode(bytes.fromhex(value)).decode() if key in IDS else ids_to_base64(value)
        for key, value in node.items()
    }
