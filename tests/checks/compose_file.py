#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docker-compose.yml against the compose schema, which the Python package docker-compose carries,
and what a schema cannot see: services and files that are named exist, and what is waited for to be
healthy has a health check. Needs the packages of requirements.txt beside this file."""

import importlib.util
import json
from pathlib import Path

import jsonschema
import yaml

from sources import ROOT, finish, read

problems = []


def schema():
    """The package is not imported: of its code nothing is needed, only this file."""
    package = Path(importlib.util.find_spec("compose").origin).parent
    return json.loads((package / "config" / "compose_spec.json").read_text(encoding="utf-8"))


def check_schema(compose):
    for error in jsonschema.Draft201909Validator(schema()).iter_errors(compose):
        problems.append(f"docker-compose.yml: {error.json_path}: {error.message}")


def check_dependencies(name, service, services):
    for needed, how in service.get("depends_on", {}).items():
        if needed not in services:
            problems.append(f"{name} depends on {needed}, which is no service")
        elif how["condition"] == "service_healthy" and "healthcheck" not in services[needed]:
            problems.append(f"{name} waits for the health of {needed}, which has no health check")


def check_files(name, service):
    for volume in service.get("volumes", []):
        if volume.startswith("./") and not (ROOT / volume.split(":")[0]).exists():
            problems.append(f"{name} mounts {volume}, which is not there")
    if service.get("build") == "." and not (ROOT / "Dockerfile").exists():
        problems.append(f"{name} is built from a Dockerfile that is not there")


def check_collector(config):
    """Whatever the collector's pipelines and service name is configured."""
    used = {"extensions": config["service"].get("extensions", [])}
    for pipeline in config["service"]["pipelines"].values():
        for kind, names in pipeline.items():
            used[kind] = used.get(kind, []) + names
    for kind, names in used.items():
        for name in names:
            if name not in config.get(kind, {}):
                problems.append(f"otel-collector.yaml uses {name} of {kind}, and has none")


document = yaml.safe_load(read("docker-compose.yml"))
check_schema(document)
for service_name, definition in document["services"].items():
    check_dependencies(service_name, definition, document["services"])
    check_files(service_name, definition)
check_collector(yaml.safe_load(read("examples/compose/otel-collector.yaml")))
finish("compose", problems, f"{len(document['services'])} services")
