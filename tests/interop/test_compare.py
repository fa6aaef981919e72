#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""compare.py finds each difference: one thing is changed in what a consumer says, and then there must
be a problem."""

import copy
import json
import unittest

import compare

COUNT = 5


def line(event, number, span_id, **more):
    body = str(number)
    return {"event": event, "body": body, "trace_id": f"trace {body}", "span_id": span_id,
            "tracestate": compare.TRACESTATE.format("java"), "sampled": body != compare.UNSAMPLED,
            "baggage": {**compare.BAGGAGE, "order": {"value": body, "metadata": ""}}, **more}


def ids(span):
    return {key: span[key] for key in ("trace_id", "span_id", "tracestate")}


def processed(number):
    sent = SENT[number]
    seen = {"parent_span_id": sent["span_id"], "links": [ids(sent)]} if sent["sampled"] else {}
    return line("processed", number, f"process {number}",
                headers=[[name, "S"] for name in compare.FIELDS], **seen)


SENT = [line("published", number, f"publish {number}") for number in range(COUNT)]
RECEIVED = [processed(number) for number in range(COUNT)]

CHANGES = {
    "another trace": lambda said: said.update(trace_id="other"),
    "another parent": lambda said: said.update(parent_span_id="other"),
    "another sampling decision": lambda said: said.update(sampled=False),
    "no tracestate": lambda said: said.update(tracestate=""),
    "no link": lambda said: said["links"].clear(),
    "two links": lambda said: said["links"].append(said["links"][0]),
    "a link to another span": lambda said: said["links"][0].update(span_id="other"),
    "a link without tracestate": lambda said: said["links"][0].update(tracestate=""),
    "two traceparents": lambda said: said["headers"].append(["traceparent", "S"]),
    "a header of bytes": lambda said: said["headers"][0].__setitem__(1, "x"),
    "a header less": lambda said: said["headers"].pop(),
    "baggage lost": lambda said: said["baggage"].pop("plan"),
    "baggage added": lambda said: said["baggage"].update(more={"value": "", "metadata": ""}),
    "another value": lambda said: said["baggage"]["tenant"].update(value="J"),
    "no metadata": lambda said: said["baggage"]["plan"].update(metadata=""),
}


def problems(received, is_linked=False, broker="rabbitmq", producer="java", consumer="c", copies=1):
    pair = compare.Pair(broker, producer, consumer, is_linked, copies)
    return pair.compare(map(json.dumps, SENT), map(json.dumps, received), COUNT)


def changed(change):
    """What the consumer says, with change in each line."""
    received = [copy.deepcopy(said) for said in RECEIVED]
    for number, said in enumerate(received):
        change(said, SENT[number])
    return received


def link_by_itself(said, sent):
    said.update(trace_id="new", parent_span_id="recv", sampled=True, links=[ids(sent)])
    said["baggage"]["plan"] = {"value": "gold;ttl=60;internal", "metadata": ""}


def put_receive_span_between(said, sent):
    if sent["sampled"]:
        said.update(parent_span_id="receive")
        said["receive"] = {"span_id": "receive", "parent_span_id": sent["span_id"]}


def double_headers(said, sent):
    said["headers"] *= 2


class Comparison(unittest.TestCase):
    def test_what_is_right_has_no_problems(self):
        self.assertEqual(problems(RECEIVED), [])
        self.assertEqual(compare.published_by("java", map(json.dumps, SENT), COUNT), [])

    def test_each_difference_is_a_problem(self):
        for name, change in CHANGES.items():
            with self.subTest(name):
                received = [copy.deepcopy(said) for said in RECEIVED]
                change(received[0])
                self.assertEqual(len(problems(received)), 1)

    def test_a_lost_and_a_doubled_message_are_problems(self):
        for received in (RECEIVED[:4], RECEIVED + RECEIVED[:1], RECEIVED[:4] + RECEIVED[:1]):
            self.assertNotEqual(problems(received), [])

    def test_the_same_trace_is_a_problem_where_links_were_asked_for(self):
        self.assertNotEqual(problems(RECEIVED, is_linked=True), [])

    def test_a_producer_that_does_not_follow_the_scenario_is_a_problem(self):
        self.assertNotEqual(compare.published_by("go", map(json.dumps, SENT), COUNT), [])

    def test_a_client_that_links_by_itself_needs_the_right_link(self):
        received = changed(link_by_itself)
        received[0]["links"][0]["span_id"] = "other"
        received[1]["links"] = []
        received[2]["trace_id"] = SENT[2]["trace_id"]
        found = problems(received, broker="kafka", producer="c", consumer="python")
        self.assertEqual([problem[:9] for problem in found], [f"message {n}" for n in range(3)])

    def test_a_receive_span_is_between_the_message_and_its_processing(self):
        received = changed(put_receive_span_between)
        received[0]["receive"]["parent_span_id"] = "other"
        received[1]["parent_span_id"] = "other"
        found = problems(received, broker="kafka", producer="c", consumer="go")
        self.assertEqual([problem[:9] for problem in found], [f"message {n}" for n in range(2)])

    def test_headers_are_there_twice_only_where_they_are_appended(self):
        received = changed(double_headers)
        self.assertEqual(len(problems(received)), COUNT)
        self.assertEqual(problems(received, copies=2), [])
        self.assertTrue(compare.reads_stale("kafka", "python", "c"))
        self.assertFalse(compare.reads_stale("kafka", "python", "java"))
        self.assertFalse(compare.reads_stale("rabbitmq", "python", "c"))

    def test_another_trace_at_the_end_of_a_chain_is_a_problem(self):
        def said(lines):
            return [json.dumps(one) for one in lines]

        self.assertEqual(compare.one_trace(said(SENT), said(RECEIVED)), [])
        other = [{**RECEIVED[0], "trace_id": "other"}, *RECEIVED[1:]]
        self.assertEqual(len(compare.one_trace(said(SENT), said(other))), 1)


if __name__ == "__main__":
    unittest.main()
