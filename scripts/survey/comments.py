"""What the comments of public declarations leave out, read off the text.

Everything public that throws says what, by `- Throws:`; for what meets a requirement of a protocol,
the requirement says it.
"""

from survey.declarations import MODIFIERS
from survey.words import words_of

# What protocols of others require, and everybody knows.
KNOWN = {"init(from:)", "encode(to:)", "run()", "validate()"}


class Throwing:
    """A public function or initialiser that throws."""

    def __init__(self, line, name, comment, is_requirement):
        self.line = line
        self.name = name
        self.comment = comment
        self.is_requirement = is_requirement

    def says_what(self):
        return any("- Throws:" in line for line in self.comment)


def unsaid_errors(house):
    """Public declarations that throw and don't say what: (target, sentence)."""
    declared = {
        (name, file.path): throwing((house.root / file.path).read_text())
        for name in house.libraries() for file in house.files[name]}
    required = {item.name for items in declared.values() for item in items if item.is_requirement}
    for (name, path), items in declared.items():
        for item in items:
            inherits = not item.is_requirement and item.name in required
            if item.name not in KNOWN and not inherits and not item.says_what():
                yield name, f"{path}:{item.line}: {item.name} throws, and doesn't say what"


def throwing(text):
    words, lines = words_of(text), text.split("\n")
    requirements = _insides_of_protocols(words)
    found = []
    for place, word in enumerate(words):
        if word.kind != "name" or word.value not in ("func", "init"):
            continue
        start = _first_modifier(words, place)
        is_requirement = any(first < place < last for first, last in requirements)
        modifiers = {other.value for other in words[start:place]}
        if "public" not in modifiers and not is_requirement:
            continue
        opening = place + 1
        while opening < len(words) and words[opening].value != "(":
            opening += 1
        closing = _closing(words, opening)
        after = [other.value for other in words[closing + 1 : closing + 3]]
        if "throws" not in (after if after[:1] == ["async"] else after[:1]):
            continue
        base = "init" if word.value == "init" else words[place + 1].value
        labels = "".join(label + ":" for label in _labels(words, opening, closing))
        line = words[start].line
        found.append(
            Throwing(line, f"{base}({labels})", _comment(lines, line), is_requirement))
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


def _labels(words, opening, closing):
    depth, is_first = 0, True
    for place in range(opening + 1, closing):
        word = words[place]
        if is_first and word.kind == "name":
            yield word.value
            is_first = False
        if word.kind == "sign":
            depth += (word.value in "([{") - (word.value in ")]}")
            is_first = is_first or (depth == 0 and word.value == ",")


def _comment(lines, line):
    """The lines of the comment above a line that is counted from 1, attributes between them left."""
    comment, place = [], line - 2
    while place >= 0 and lines[place].lstrip().startswith(("///", "@")):
        if lines[place].lstrip().startswith("///"):
            comment.insert(0, lines[place].strip())
        place -= 1
    return comment
