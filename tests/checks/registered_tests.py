# SPDX-License-Identifier: Apache-2.0
"""Which tests the CMakeLists.txt below tests/ register, and what they are made of. It reads them
without CMake and takes every if(): whether a test is there does not hang on what is installed."""

import re

from sources import ROOT, read

TOKEN = re.compile(r'#[^\n]*|"((?:[^"\\]|\\.)*)"|([()])|([^\s()"#]+)')
VARIABLE = re.compile(r"\$\{(\w+)\}")
OPTIONS = ("SOURCES", "LIBRARIES", "LABELS")


def commands_of(text):
    """[(command, [argument])], the arguments as they stand there."""
    found = []
    depth = 0
    word = ""
    for match in TOKEN.finditer(text):
        quoted, bracket, plain = match.groups()
        if bracket == "(":
            depth += 1
            if depth == 1:
                found.append((word.lower(), []))
        elif bracket == ")":
            depth -= 1
        elif depth > 0 and (quoted is not None or plain):
            found[-1][1].append(plain if quoted is None else quoted)
        elif plain:
            word = plain
    return found


def block_of(commands, start, end):
    """The commands between the one at start and the end command that belongs to it."""
    depth = 0
    for index in range(start, len(commands)):
        name = commands[index][0]
        depth += (name == commands[start][0]) - (name == end)
        if depth == 0:
            return commands[start + 1 : index]
    raise ValueError(f"{commands[start]} has no {end}")


class Reader:
    """Goes through the files as CMake does, and collects tests: name -> paths of sources."""

    def __init__(self):
        self.tests = {}
        self.functions = {}

    def expand(self, arguments, variables):
        expanded = []
        for argument in arguments:
            whole = VARIABLE.fullmatch(argument)
            if whole:
                expanded += variables.get(whole[1], [])
            else:
                expanded.append(
                    VARIABLE.sub(lambda part: ";".join(variables.get(part[1], [])), argument))
        return expanded

    def add(self, name, folder, sources):
        paths = {(folder / source).resolve() for source in sources}
        self.tests.setdefault(name, set()).update(path for path in paths if path.is_file())

    def add_otelmq_test(self, arguments, folder):
        part = None
        sources = []
        for argument in arguments[1:]:
            if argument in OPTIONS:
                part = argument
            elif part == "SOURCES":
                sources.append(argument)
        self.add(arguments[0], folder, sources)

    def call(self, name, arguments, folder, variables):
        parameters, body = self.functions[name]
        own = dict(variables)
        own.update({parameter: [value] for parameter, value in zip(parameters, arguments)})
        own["ARGN"] = arguments[len(parameters):]
        self.run(body, folder, own)

    def repeat(self, arguments, body, folder, variables):
        items = arguments[1:]
        if items[:1] == ["IN"]:
            items = items[2:] if items[1] == "ITEMS" else [
                item for name in items[2:] for item in variables.get(name, [])]
        for item in items:
            self.run(body, folder, {**variables, arguments[0]: [item]})

    def call_list(self, arguments, variables):
        action, name, *rest = arguments
        if action == "APPEND":
            variables[name] = variables.get(name, []) + rest
        elif action == "GET":
            variables[rest[-1]] = [variables.get(name, [])[int(index)] for index in rest[:-1]]

    def call_string(self, arguments, variables):
        action, *rest = arguments
        if action == "REPLACE":
            old, new, result, *inputs = rest
            variables[result] = "".join(inputs).replace(old, new).split(";")

    def run(self, commands, folder, variables):
        skip = 0
        for index, (name, raw) in enumerate(commands):
            if index < skip:
                continue
            arguments = self.expand(raw, variables)
            if name == "function":
                body = block_of(commands, index, "endfunction")
                self.functions[arguments[0].lower()] = (arguments[1:], body)
                skip = index + len(body) + 2
            elif name == "foreach":
                body = block_of(commands, index, "endforeach")
                self.repeat(arguments, body, folder, variables)
                skip = index + len(body) + 2
            elif name == "set":
                variables[arguments[0]] = arguments[1:]
            elif name == "list":
                self.call_list(arguments, variables)
            elif name == "string":
                self.call_string(arguments, variables)
            elif name == "otelmq_test":
                self.add_otelmq_test(arguments, folder)
            elif name == "add_test" and arguments[0] == "NAME":
                self.add(arguments[1], folder, [path for path in arguments if path[-3:] == ".py"])
            elif name in self.functions:
                self.call(name, arguments, folder, variables)


def registered_tests():
    """{name of the ctest: {path of a source}}"""
    reader = Reader()
    for path in sorted((ROOT / "tests").rglob("CMakeLists.txt")):
        if path.parent == ROOT / "tests":
            continue  # defines otelmq_test, and registers nothing itself
        variables = {
            "CMAKE_CURRENT_SOURCE_DIR": [str(path.parent)],
            "CMAKE_CURRENT_LIST_DIR": [str(path.parent)],
            "PROJECT_SOURCE_DIR": [str(ROOT)],
        }
        reader.run(commands_of(read(path)), path.parent, variables)
    return reader.tests
