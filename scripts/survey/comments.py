"""What the comments of public functions and initialisers leave out, read off the text.

Whatever throws says what, by `- Throws:`; for what meets a requirement of a protocol, the requirement
says it. A comment that names one parameter names them all.
"""

import dataclasses
import re

from survey.declarations import MODIFIERS
from survey.words import words_of

# What protocols of others require, and everybody knows.
KNOWN = {"init(from:)", "encode(to:)", "run()", "validate()"}
PARAMETER = re.compile(r"///\s+- Parameter (\w+):")
LISTED = re.compile(r"///\s+- (\w+):")


@dataclasses.dataclass
class Function:
    """A public function or initialiser, or one that a public protocol requires."""

    line: int
    name: str  # with its labels, as `read(_:from:)`
    parameters: list
    throws: bool
    is_requirement: bool
    comment: list

    def says_what_it_throws(self):
        return any("- Throws:" in line for line in self.comment)

    def documented_parameters(self):
        found, is_list = [], False
        for line in self.comment:
            if single := PARAMETER.match(line):
                found.append(single.group(1))
            item = LISTED.match(line)
            if item and item.group(1)[:1].isupper():
                is_list = item.group(1) == "Parameters"
            elif item and is_list:
                found.append(item.group(1))
        return found


def gaps(house):
    """Sentences on what is left out."""
    declared = {
        file.path: functions((house.root / file.path).read_text())
        for name in house.libraries() for file in house.files[name]}
    required = {item.name for items in declared.values() for item in items if item.is_requirement}
    for path, items in declared.items():
        for item in items:
            where = f"{path}:{item.line}: {item.name}"
            inherits = not item.is_requirement and item.name in required
            if item.throws and item.name not in KNOWN and not inherits:
                if not item.says_what_it_throws():
                    yield f"{where} throws and doesn't say what (- Throws:)"
            documented = item.documented_parameters()
            missing = [other for other in item.parameters if other not in documented]
            if documented and missing:
                yield f"{where} names parameters, but not " + ", ".join(missing)


def functions(text):
    words, lines = words_of(text), text.split("\n")
    requirements = _insides_of_protocols(words)
    found = []
    for place, word in enumerate(words):
        if word.kind != "name" or word.value not in ("func", "init"):
            continue
        start = _first_modifier(words, place)
        is_requirement = any(first < place < last for first, last in requirements)
        if not is_requirement and "public" not in (other.value for other in words[start:place]):
            continue
        opening = place + 1
        while opening < len(words) and words[opening].value != "(":
            opening += 1
        closing = _closing(words, opening)
        after = [other.value for other in words[closing + 1 : closing + 3]]
        throws = "throws" in (after if after[:1] == ["async"] else after[:1])
        base = "init" if word.value == "init" else words[place + 1].value
        pairs = list(_parameters(words, opening, closing))
        labels = "".join(f"{label}:" for label, _ in pairs)
        line = words[start].line
        found.append(
            Function(
                line, f"{base}({labels})", [name for _, name in pairs], throws, is_requirement,
                _comment(lines, line)))
    return found


def _insides_of_protocols(words):
    spans = []
    for place, word in enumerate(words):
        if word.value == "protocol" and place and words[place - 1].value == "public":
            opening = place
            while words[opening].value != "{":
                opening += 1
            spans.append((opening, _closing(words, opening)))
    return spans


def _first_modifier(words, place):
    while place and words[place - 1].kind == "name" and words[place - 1].value in MODIFIERS:
        place -= 1
    return place


def _closing(words, opening):
    depth = 0
    for place in range(opening, len(words)):
        if words[place].kind == "sign":
            depth += (words[place].value in "([{") - (words[place].value in ")]}")
            if depth == 0:
                return place
    return len(words) - 1


def _parameters(words, opening, closing):
    """(label, name) of each parameter between two parentheses."""
    depth, begins = 0, True
    for place in range(opening + 1, closing):
        word = words[place]
        if begins and word.kind == "name":
            name = words[place + 1] if words[place + 1].kind == "name" else word
            yield word.value, name.value
            begins = False
        if word.kind == "sign":
            depth += (word.value in "([{") - (word.value in ")]}")
            begins = begins or (depth == 0 and word.value == ",")


def _comment(lines, line):
    """The comment's lines above a line that is counted from 1, attributes between them left out."""
    comment, place = [], line - 2
    while place >= 0 and lines[place].lstrip().startswith(("///", "@")):
        if lines[place].lstrip().startswith("///"):
            comment.insert(0, lines[place].strip())
        place -= 1
    return comment
