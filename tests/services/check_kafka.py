#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The private Apache Kafka of tools/services/kafka, as one node and as three: it listens on
loopback only, messages survive its crash and its restart, it comes back on the same ports, one node
of three can be killed, suspended and started again while the others serve, and nothing of it is
left when it is stopped."""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONTROL = ROOT / "tools" / "services" / "kafka"
MARK = "OTELMQ_KAFKA_DIR="
LISTEN = "0A"
# 127.0.0.1 as Java's sockets of version 4 and of version 6 have it in the kernel's tables.
LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F"}
TOPIC = "kept"
PATIENCE_S = 30

problems = []


def run_control(action, directory, *arguments):
    return subprocess.run([str(CONTROL), action, directory, *arguments], capture_output=True,
                          text=True)


def control(action, directory, *arguments):
    done = run_control(action, directory, *arguments)
    if done.returncode != 0:
        sys.exit(f"kafka {action} {arguments}: {done.returncode}\n{done.stderr}")
    return done.stdout.strip()


def kcat(brokers, *arguments, text=None):
    command = ["kcat", "-b", brokers, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, input=text).stdout


def produce(brokers, value):
    """Returns when every replica that is in sync has it."""
    kcat(brokers, "-P", "-t", TOPIC, "-X", "acks=all", "-X", "message.timeout.ms=60000", text=value)


def consume(brokers):
    return sorted(kcat(brokers, "-C", "-q", "-t", TOPIC, "-e", "-o", "beginning").split())


def expect_values(brokers, values, when):
    """A node that comes back takes itself for what it was until the others have told it better."""
    deadline = time.monotonic() + PATIENCE_S
    found = consume(brokers)
    while found != values and time.monotonic() < deadline:
        time.sleep(0.5)
        found = consume(brokers)
    if found != values:
        problems.append(f"{when} the topic had {found} instead of {values}")


def expect_address(address, brokers, when):
    if address != brokers:
        problems.append(f"{when} it was at {address} instead of {brokers}")


def answers(brokers):
    done = subprocess.run(["kcat", "-b", brokers, "-L", "-m", "3"], capture_output=True)
    return done.returncode == 0


def processes(directory):
    """The ids of those that say in their environment that they belong to the directory."""
    mark = f"{MARK}{directory}/".encode()
    for folder in Path("/proc").iterdir():
        try:
            variables = (folder / "environ").read_bytes() if folder.name.isdigit() else b""
        except OSError:
            continue  # it has just ended, or is somebody else's
        if any(variable.startswith(mark) for variable in variables.split(b"\0")):
            yield folder


def sockets_of(process):
    for descriptor in (process / "fd").iterdir():
        try:
            socket = re.fullmatch(r"socket:\[(\d+)\]", str(descriptor.readlink()))
        except OSError:
            continue
        if socket:
            yield socket[1]


def listeners(directory):
    """The addresses, as the kernel writes them, on which the nodes listen."""
    inodes = {inode for process in processes(directory) for inode in sockets_of(process)}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTEN and fields[9] in inodes:
                yield fields[1].split(":")[0]


def expect_loopback(directory, nodes):
    """Each node has a port for clients and one for the other nodes."""
    addresses = list(listeners(directory))
    if len(addresses) != 2 * nodes or not set(addresses) <= LOOPBACK:
        problems.append(f"{nodes} nodes listen on {addresses}")


def check_one(directory):
    brokers = control("start", directory)
    expect_loopback(directory, 1)
    produce(brokers, "first")
    control("kill", directory)
    expect_address(control("start", directory), brokers, "after the crash")
    expect_values(brokers, ["first"], "after the crash")
    produce(brokers, "second")
    expect_address(control("restart", directory), brokers, "after the restart")
    expect_values(brokers, ["first", "second"], "after the restart")


def check_killed_node(directory, brokers):
    address = control("bootstrap", directory, "2")
    control("kill", directory, "2")
    produce(brokers, "second")
    expect_values(brokers, ["first", "second"], "without node 2")
    control("start", directory, "2")
    expect_address(control("bootstrap", directory, "2"), address, "started again, node 2")
    expect_values(address, ["first", "second"], "from node 2, started again,")


def check_suspended_node(directory, brokers):
    address = control("bootstrap", directory, "3")
    control("pause", directory, "3")
    if answers(address):
        problems.append("a suspended node answered")
    produce(brokers, "third")
    control("resume", directory, "3")
    expect_values(address, ["first", "second", "third"], "from node 3, resumed,")


def check_three(directory):
    brokers = control("start", directory, "--brokers", "3")
    expect_loopback(directory, 3)
    produce(brokers, "first")
    check_killed_node(directory, brokers)
    check_suspended_node(directory, brokers)
    control("pause", directory, "1")
    expect_address(control("restart", directory, "1"), brokers, "with node 1 restarted")
    if run_control("start", directory, "--brokers", "1").returncode == 0:
        problems.append("a cluster of three was started as one")


def check_stopped(directory):
    control("stop", directory)
    left = [process.name for process in processes(directory)]
    if left:
        problems.append(f"processes {left} were left")


for check in (check_one, check_three):
    with tempfile.TemporaryDirectory() as work:
        work = str(Path(work).resolve())
        try:
            check(work)
        finally:
            check_stopped(work)
for problem in problems:
    print(problem)
print(f"check_kafka: {len(problems)} problems")
sys.exit(1 if problems else 0)
