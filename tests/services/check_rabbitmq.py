#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The private RabbitMQ of tools/services/rabbitmq: it listens on loopback only, a durable queue
survives its crash and a message in it its restart, it says nothing while it is suspended, it comes
back on the same ports, with TLS where that was asked for, and nothing of it is left when it is
stopped."""

import re
import socket
import ssl
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
CONTROL = ROOT / "tools" / "services" / "rabbitmq"
LISTEN = "0A"
LOOPBACK = {"0100007F", "00000000000000000000000001000000"}

problems = []


def control(action, directory, *options):
    done = subprocess.run([str(CONTROL), action, directory, *options], capture_output=True,
                          text=True)
    if done.returncode != 0:
        sys.exit(f"rabbitmq {action}: {done.returncode}\n{done.stderr}")
    return done.stdout.strip()


def amqp(program, *arguments):
    command = [f"amqp-{program}", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def processes(directory):
    """The ids of those that say in their environment that they belong to the directory."""
    mark = f"OTELMQ_RABBITMQ_DIR={directory}".encode()
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and mark in (folder / "environ").read_bytes().split(b"\0"):
                yield folder
        except OSError:
            continue  # it has just ended, or is somebody else's


def sockets_of(process):
    for descriptor in (process / "fd").iterdir():
        try:
            found = re.fullmatch(r"socket:\[(\d+)\]", str(descriptor.readlink()))
        except OSError:
            continue
        if found:
            yield found[1]


def listeners(directory):
    """The addresses, as the kernel writes them, on which the node and its epmd listen."""
    inodes = {inode for process in processes(directory) for inode in sockets_of(process)}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTEN and fields[9] in inodes:
                yield fields[1].split(":")[0]


def answers(url, timeout_s):
    """Whether it greets who begins to speak AMQP. The system takes the connection in any case."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=timeout_s) as client:
        client.sendall(b"AMQP\0\0\11\1")
        try:
            return len(client.recv(1)) == 1
        except TimeoutError:
            return False


def check_tls(directory, url):
    """That it shows a certificate for its address that the directory's own authority signed."""
    address = urlsplit(url)
    trust = ssl.create_default_context(cafile=f"{directory}/tls/ca.pem")
    with socket.create_connection((address.hostname, address.port), timeout=10) as plain:
        try:
            trust.wrap_socket(plain, server_hostname=address.hostname).close()
        except ssl.SSLError as error:
            problems.append(f"TLS at {url}: {error}")


def check(directory):
    url = control("start", directory, "--tls")
    tls_url = control("url", directory, "--tls")
    check_tls(directory, tls_url)
    addresses = list(listeners(directory))
    if len(addresses) < 4 or not set(addresses) <= LOOPBACK:
        problems.append(f"it listens on {addresses}")
    amqp("declare-queue", "-u", url, "-d", "-q", "kept")
    control("kill", directory)
    if control("start", directory) != url:
        problems.append("after the crash it came back on another port")
    amqp("publish", "-u", url, "-r", "kept", "-p", "-b", "hello")
    control("pause", directory)
    if answers(url, 1):
        problems.append("it answers while it is suspended")
    control("resume", directory)
    if not answers(url, 60):
        problems.append("it does not answer after it was resumed")
    if control("restart", directory) != url:
        problems.append("it was restarted on another port")
    check_tls(directory, tls_url)
    message = amqp("get", "-u", url, "-q", "kept")
    if message.strip() != "hello":
        problems.append(f"after the restart the queue had '{message}'")


with tempfile.TemporaryDirectory() as work:
    work = str(Path(work).resolve())
    try:
        check(work)
    finally:
        control("stop", work)
    left = [process.name for process in processes(work)]
    if left:
        problems.append(f"processes {left} were left")
for problem in problems:
    print(problem)
print(f"check_rabbitmq: {len(problems)} problems")
sys.exit(1 if problems else 0)
