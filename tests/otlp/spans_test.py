# SPDX-License-Identifier: Apache-2.0
"""A thousand generated spans, read by protobuf's own Python package: as protobuf, field by field the
same as protobuf-c reads; as JSON, the same spans.

Usage: spans_test.py DUMP_SPANS
"""

import json
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from hex_ids import ids_to_base64
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2

DUMP_SPANS = sys.argv.pop(1)
SPANS = 1000


def written(field, value):
    """A value as dump_spans.c writes it."""
    if field.type == FieldDescriptor.TYPE_STRING:
        return value.encode().hex()
    if field.type == FieldDescriptor.TYPE_BYTES:
        return value.hex()
    if field.type == FieldDescriptor.TYPE_DOUBLE:
        return struct.unpack("<Q", struct.pack("<d", value))[0]
    if field.type == FieldDescriptor.TYPE_INT64:
        return value % 2**64
    return int(value)


def lines(message, path):
    """Every field that is there, in the order of the numbers, as dump_spans.c writes them."""
    for field, value in message.ListFields():
        own_path = f"{path}.{field.name}"
        if field.is_repeated:
            for index, element in enumerate(value):
                yield f"{own_path}[{index}]"
                yield from lines(element, f"{own_path}[{index}]")
        elif field.type == FieldDescriptor.TYPE_MESSAGE:
            yield own_path
            yield from lines(value, own_path)
        else:
            yield f"{own_path}={written(field, value)}"


class Generated(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            subprocess.run([DUMP_SPANS, folder], check=True, timeout=60)
            cls.text = (folder / "spans.txt").read_text(encoding="utf-8")
            cls.json = json.loads((folder / "spans.json").read_text(encoding="utf-8"))
            request = trace_service_pb2.ExportTraceServiceRequest
            cls.request = request.FromString((folder / "spans.bin").read_bytes())

    def test_all_spans_are_there(self):
        count = sum(
            len(scope_spans.spans)
            for resource_spans in self.request.resource_spans
            for scope_spans in resource_spans.scope_spans
        )
        self.assertEqual(count, SPANS)

    def test_protobuf_c_reads_the_same_fields(self):
        own, other = list(lines(self.request, "request")), self.text.splitlines()
        for index, (expected, actual) in enumerate(zip(own, other)):
            self.assertEqual(expected, actual, f"line {index + 1}")
        self.assertEqual(len(own), len(other))

    def test_every_field_that_otelmq_writes_occurs(self):
        for name in (
            "schema_url attributes dropped_attributes_count trace_id span_id parent_span_id "
            "trace_state name version kind flags start_time_unix_nano end_time_unix_nano events "
            "time_unix_nano dropped_events_count links dropped_links_count status code message "
            "string_value bool_value int_value double_value bytes_value array_value kvlist_value"
        ).split():
            self.assertRegex(self.text, rf"\.{name}[\[=\n]", name)

    def test_json_has_the_same_spans(self):
        parsed = json_format.ParseDict(
            ids_to_base64(self.json), trace_service_pb2.ExportTraceServiceRequest()
        )
        self.assertEqual(list(lines(parsed, "request")), list(lines(self.request, "request")))


if __name__ == "__main__":
    unittest.main(verbosity=2)
