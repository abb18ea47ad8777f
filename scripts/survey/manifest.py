"""The targets of a package, read from the text of its Package.swift.

SwiftPM's own answer (`swift package dump-package`) takes seconds and a compiler, so it is asked only
where the text uses more than literals, `let`s and `+`.
"""

import dataclasses
import json
import pathlib
import subprocess

from survey.words import words_of

KINDS = {"target", "executableTarget", "testTarget", "systemLibrary", "macro", "plugin"}
FOLDERS = {"testTarget": "Tests", "plugin": "Plugins"}


@dataclasses.dataclass
class Target:
    name: str
    kind: str
    path: str  # relative to the package
    targets: list  # names of targets of this package that it may import
    products: list  # names of products of other packages that it may import
    pure: bool = False  # held to strict memory safety


class Unclear(Exception):
    """The text says something that this reader can't evaluate."""


def read_targets(root):
    text = (root / "Package.swift").read_text()
    try:
        found = _Reader(words_of(text)).targets()
    except Unclear:
        found = _ask_swift(root)
    names = {target.name for target in found}
    for target in found:
        target.products += [name for name in target.targets if name not in names]
        target.targets = list(dict.fromkeys(name for name in target.targets if name in names))
        if not target.path:
            folder = pathlib.Path(FOLDERS.get(target.kind, "Sources")) / target.name
            target.path = str(folder)
    return {target.name: target for target in found}


class _Reader:
    def __init__(self, words):
        self.words = words
        self.constants = {}
        depth = 0
        for place, word in enumerate(words):
            if word.kind == "sign":
                depth += (word.value in "([{") - (word.value in ")]}")
            if depth == 0 and word.kind == "name" and word.value == "let":
                self._constant(place)

    def _constant(self, place):
        """`let name = value` or `let name: Type = value`, up to where the next statement begins."""
        words = self.words
        start = place + 2
        while start < len(words) and words[start].value != "=":
            start += 1
        end, depth = start + 1, 0
        while end < len(words):
            word, before = words[end], words[end - 1]
            if depth == 0 and end > start + 1 and word.line > before.line:
                if word.value not in (".", "+", ")") and before.value not in ("+", "="):
                    break
            if word.kind == "sign":
                depth += (word.value in "([{") - (word.value in ")]}")
            end += 1
        self.constants[words[place + 1].value] = words[start + 1 : end]

    def targets(self):
        found, place = [], 0
        while place + 2 < len(self.words):
            dot, kind, paren = self.words[place : place + 3]
            if dot.value == "." and kind.value in KINDS and paren.value == "(":
                end = _closing(self.words, place + 2)
                found.append(self._target(kind.value, self.words[place + 3 : end]))
                place = end
            place += 1
        if not found:
            raise Unclear
        return found

    def _target(self, kind, words):
        arguments = _arguments(words)
        targets, products = [], []
        for dependency in self._list(arguments.get("dependencies", [])):
            (targets if dependency[0] == "target" else products).append(dependency[1])
        path = arguments.get("path")
        settings = self._expanded(arguments.get("swiftSettings", []))
        return Target(
            name=self._text(arguments.get("name", [])), kind=kind,
            path=self._text(path) if path else "", targets=targets, products=products,
            pure=any(word.value == "strictMemorySafety" for word in settings))

    def _text(self, words):
        words = self._constant_or(words)
        if len(words) == 1 and words[0].kind == "text" and words[0].whole:
            return words[0].value
        raise Unclear

    def _list(self, words):
        """What a list of dependencies comes to: pairs of "target" or "product" and a name."""
        result = []
        for part in _split(words, "+"):
            part = self._constant_or(part)
            if len(_split(part, "+")) > 1:
                result += self._list(part)
            elif part and part[0].value == "[" and _closing(part, 0) == len(part) - 1:
                for item in _split(part[1:-1], ","):
                    result.append(self._dependency(item))
            elif part:
                raise Unclear
        return result

    def _dependency(self, words):
        words = self._constant_or(words)
        if len(words) == 1 and words[0].kind == "text" and words[0].whole:
            return "target", words[0].value
        values = [word.value for word in words]
        for start in (["."], ["Target", ".", "Dependency", "."]):
            size = len(start)
            if values[:size] == start and values[size + 1 : size + 2] == ["("]:
                name = self._text(_arguments(words[size + 2 : -1]).get("name", []))
                if values[size] in ("target", "byName"):
                    return "target", name
                if values[size] == "product":
                    return "product", name
        raise Unclear

    def _constant_or(self, words):
        while len(words) == 1 and words[0].kind == "name":
            if words[0].value not in self.constants:
                raise Unclear
            words = self.constants[words[0].value]
        return words

    def _expanded(self, words, depth=0):
        result = []
        for word in words:
            if word.kind == "name" and word.value in self.constants and depth < 8:
                result += self._expanded(self.constants[word.value], depth + 1)
            else:
                result.append(word)
        return result


def _closing(words, place):
    depth = 0
    for end in range(place, len(words)):
        if words[end].kind == "sign":
            depth += (words[end].value in "([{") - (words[end].value in ")]}")
            if depth == 0:
                return end
    raise Unclear


def _split(words, sign):
    parts, depth = [[]], 0
    for word in words:
        if word.kind == "sign":
            depth += (word.value in "([{") - (word.value in ")]}")
            if word.value == sign and depth == 0:
                parts.append([])
                continue
        parts[-1].append(word)
    return [part for part in parts if part]


def _arguments(words):
    result = {}
    for part in _split(words, ","):
        if len(part) > 2 and part[1].value == ":":
            result[part[0].value] = part[2:]
    return result


def _ask_swift(root):
    done = subprocess.run(
        ["swift", "package", "--package-path", str(root), "dump-package"],
        capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit("house: Package.swift can't be read:\n" + done.stderr)
    kinds = {"regular": "target", "executable": "executableTarget", "test": "testTarget",
             "system": "systemLibrary"}
    found = []
    for record in json.loads(done.stdout)["targets"]:
        target = Target(
            record["name"], kinds.get(record["type"], record["type"]), record.get("path") or "",
            [], [], "strictMemorySafety" in json.dumps(record.get("settings", [])))
        for dependency in record["dependencies"]:
            kind, value = next(iter(dependency.items()))
            (target.products if kind == "product" else target.targets).append(value[0])
        found.append(target)
    return found
