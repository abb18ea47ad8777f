"""What a Swift file declares, and which words of it may speak of what others declare.

This is a reader of words, not a compiler: it knows scopes, but no types. Where a word could mean two
things it is left out, for a use that is missed costs less than one that is made up.
"""

import dataclasses

from survey.words import words_of

TYPES = {"struct", "enum", "class", "actor", "protocol", "extension"}
MODIFIERS = {
    "public", "package", "internal", "private", "fileprivate", "open", "static", "class", "final",
    "indirect", "mutating", "nonmutating", "override", "required", "convenience", "lazy", "weak",
    "unowned", "nonisolated", "consuming", "borrowing", "isolated", "dynamic", "optional",
}


@dataclasses.dataclass
class Declared:
    name: str
    kind: str  # "type", "value" (a function, constant or alias outside of types), "member", "inner"
    hidden: bool  # private or fileprivate
    owner: str = ""  # of a member: the type


@dataclasses.dataclass
class File:
    path: str  # relative to the package
    folder: str  # relative to the target, "." for its root
    lines: int
    words: list
    declared: list = dataclasses.field(default_factory=list)
    labels: list = dataclasses.field(default_factory=list)  # (type, first label) of initialisers
    owners: set = dataclasses.field(default_factory=set)  # types declared or extended here
    locals: set = dataclasses.field(default_factory=set)  # constants, variables, parameters
    generics: set = dataclasses.field(default_factory=set)
    elements: set = dataclasses.field(default_factory=set)  # labels of tuples
    imports: list = dataclasses.field(default_factory=list)  # (module, line)


@dataclasses.dataclass
class Scope:
    kind: str  # "file", "type", "code"
    name: str = ""
    keyword: str = ""
    hidden: bool = False


def read_file(path, relative, folder):
    text = path.read_text()
    file = File(relative, folder, text.count("\n"), words_of(text))
    _Scan(file).run()
    return file


class _Scan:
    def __init__(self, file):
        self.file = file
        self.words = file.words
        self.scopes = [Scope("file")]
        self.pending = None

    def value(self, place):
        return self.words[place].value if 0 <= place < len(self.words) else ""

    def is_name(self, place):
        return 0 <= place < len(self.words) and self.words[place].kind == "name"

    def run(self):
        for place, word in enumerate(self.words):
            if word.kind == "sign":
                self._sign(place, word.value)
            elif word.kind == "name" and self.value(place - 1) != ".":
                self._name(place, word.value)

    def _sign(self, place, sign):
        if sign == "{":
            self.scopes.append(self.pending or Scope("code"))
            self.pending = None
            self._closure_parameters(place)
        elif sign == "}" and len(self.scopes) > 1:
            self.scopes.pop()
        elif sign == "(":
            self._parenthesis(place)

    def _name(self, place, name):
        scope = self.scopes[-1]
        following = self.value(place + 1)
        if name == "import" and scope.kind == "file":
            at = place + 1
            if following in TYPES | {"func", "var", "let", "typealias"}:
                at += 1
            self.file.imports.append((self.value(at), self.words[place].line))
        elif name in TYPES and self.is_name(place + 1) and following not in ("func", "var", "let"):
            if following not in MODIFIERS and self.pending is None:
                self._type(place, name, scope)
        elif name == "func" and self.is_name(place + 1):
            self._add(place, place + 1, scope)
            self._generics(place + 2)
        elif name in ("typealias", "associatedtype", "macro") and self.is_name(place + 1):
            self._add(place, place + 1, scope)
        elif name in ("var", "let"):
            self._variables(place, scope)
        elif name == "case" and scope.kind == "type" and scope.keyword in ("enum", "extension"):
            self._cases(place, scope)
        elif name == "init" and scope.kind == "type":
            at = place + 1 + (following in ("?", "!"))
            if self.value(at) == "<":
                self._generics(at)
            while at < len(self.words) and self.value(at) != "(":
                at += 1
            if self.is_name(at + 1) and not self._hidden(place) and not scope.hidden:
                self.file.labels.append((scope.name, self.value(at + 1)))
        elif name == "for" and self.is_name(place + 1):
            self.file.locals.add(following)
        elif name == "for" and following == "(":
            self._all_names(place + 1)

    def _type(self, place, keyword, scope):
        at = place + 1
        name = self.value(at)
        while self.value(at + 1) == "." and self.is_name(at + 2):
            at += 2
            name = self.value(at)
        hidden = scope.hidden or self._hidden(place)
        self.file.owners.add(name)
        if keyword != "extension":
            kind = {"file": "type", "type": "member", "code": "inner"}[scope.kind]
            self.file.declared.append(Declared(name, kind, hidden, scope.name))
            self._generics(at + 1)
        inner = "code" if scope.kind == "code" else "type"
        self.pending = Scope(inner, name, keyword, hidden)

    def _add(self, place, at, scope):
        if scope.kind == "code":
            self.file.locals.add(self.value(at))
            return
        kind = "value" if scope.kind == "file" else "member"
        hidden = scope.hidden or self._hidden(place)
        self.file.declared.append(Declared(self.value(at), kind, hidden, scope.name))

    def _variables(self, place, scope):
        at = place + 1
        if self.value(at) == "(":
            for name in self._all_names(at):
                if scope.kind != "code":
                    self._add(place, name, scope)
            return
        while self.is_name(at):
            self._add(place, at, scope)
            if self.value(at + 1) != "," or not self.is_name(at + 2):
                return
            if self.value(at + 3) not in (",", ":", "="):
                return
            at += 2

    def _cases(self, place, scope):
        at = place + 1
        while self.is_name(at):
            self._add(place, at, scope)
            at += 1
            if self.value(at) == "(":
                at = self._closing(at) + 1
            if self.value(at) == "=":
                at += 2
            if self.value(at) != ",":
                return
            at += 1

    def _hidden(self, place):
        at = place - 1
        while at >= 0:
            value = self.value(at)
            if value == ")" and self.value(at - 1) == "set":
                at -= 4
            elif value in MODIFIERS:
                if value in ("private", "fileprivate"):
                    return True
                at -= 1
            else:
                return False
        return False

    def _generics(self, place):
        if self.value(place) != "<":
            return
        depth = 0
        for at in range(place, min(place + 200, len(self.words))):
            value = self.value(at)
            depth += (value == "<") - (value == ">")
            if depth == 0:
                return
            if depth == 1 and self.is_name(at) and self.value(at - 1) in ("<", ",", "let", "each"):
                self.file.generics.add(value)

    def _closing(self, place):
        depth = 0
        for at in range(place, len(self.words)):
            if self.words[at].kind == "sign":
                depth += (self.value(at) in "([{") - (self.value(at) in ")]}")
                if depth == 0:
                    return at
        return len(self.words) - 1

    def _all_names(self, place):
        names = [at for at in range(place, self._closing(place)) if self.is_name(at)]
        self.file.locals.update(self.value(at) for at in names)
        return names

    def _parenthesis(self, place):
        """Labels inside parentheses: parameters, or the elements of a tuple."""
        before = self.words[place - 1] if place else None
        called = before is not None and (
            (before.kind == "name" and before.value not in ("return", "in", "throws"))
            or before.value in (")", "]", ">", "?", "!"))
        at, end = place + 1, self._closing(place)
        while at < end:
            if self.words[at].kind == "sign" and self.value(at) in "([{":
                at = self._closing(at)
            elif self.is_name(at) and self.value(at + 1) == ":":
                if self.value(at - 1) in ("(", ",") or self.is_name(at - 1):
                    self.file.locals.add(self.value(at))
                    if not called:
                        self.file.elements.add(self.value(at))
            at += 1

    def _closure_parameters(self, place):
        names, at = [], place + 1
        while at < len(self.words) and at < place + 60:
            word = self.words[at]
            if word.value == "in":
                self.file.locals.update(names)
                return
            if word.kind == "name":
                names.append(word.value)
            elif word.value not in "(),:[]<>?.&->@" or word.kind != "sign":
                return
            at += 1
