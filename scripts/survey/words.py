"""Swift text as a list of words: comments dropped, string literals as one word each."""

import re
import typing

SKIP = re.compile(r"(?:\s+|//[^\n]*)+")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|`[A-Za-z_][A-Za-z0-9_]*`|\$[0-9]+")
NUMBER = re.compile(r"0[xob][0-9A-Fa-f_]+|[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9]+)?")
QUOTE = re.compile(r'(#*)("""|")')
COMMENT = re.compile(r"/\*|\*/")
SIGN = re.compile(r"->|\.\.\.|\.\.<|#[A-Za-z]+|.", re.DOTALL)


class Word(typing.NamedTuple):
    kind: str  # "name", "text" (a string literal without its quotes), "number", "sign"
    value: str
    line: int
    whole: bool = True  # of a text: whether nothing is interpolated


def words_of(text):
    """All words of a file. Interpolated code follows its literal, in parentheses."""
    words = []
    _read(text, 0, 1, words, nested=False)
    return words


def _read(text, place, line, words, nested):
    depth = 0
    while place < len(text):
        skipped = SKIP.match(text, place)
        if skipped:
            line += text.count("\n", place, skipped.end())
            place = skipped.end()
            continue
        if text.startswith("/*", place):
            end = _end_of_comment(text, place)
            line += text.count("\n", place, end)
            place = end
            continue
        name = NAME.match(text, place)
        if name:
            words.append(Word("name", name.group().strip("`"), line))
            place = name.end()
            continue
        quote = QUOTE.match(text, place)
        if quote:
            place, line = _read_text(text, quote, line, words)
            continue
        number = NUMBER.match(text, place)
        if number:
            words.append(Word("number", number.group(), line))
            place = number.end()
            continue
        sign = SIGN.match(text, place)
        words.append(Word("sign", sign.group(), line))
        place = sign.end()
        if sign.group() == "(":
            depth += 1
        elif sign.group() == ")":
            if nested and depth == 1:
                return place, line
            depth -= 1
    return place, line


def _read_text(text, quote, line, words):
    marks, delimiter = quote.groups()
    close, escape = delimiter + marks, "\\" + marks
    place, start, whole, parts, inner = quote.end(), line, True, [], []
    while place < len(text) and not text.startswith(close, place):
        if text.startswith(escape + "(", place):
            whole = False
            place, line = _read(text, place + len(escape), line, inner, nested=True)
        elif text.startswith(escape, place):
            parts.append(text[place : place + len(escape) + 1])
            line += parts[-1].count("\n")
            place += len(escape) + 1
        elif text[place] == "\n" and delimiter == '"':
            break  # No literal: a mistake, or a form that this reader doesn't know.
        else:
            line += text[place] == "\n"
            parts.append(text[place])
            place += 1
    words.append(Word("text", "".join(parts), start, whole))
    words.extend(inner)
    return place + len(close), line


def _end_of_comment(text, place):
    depth = 0
    for mark in COMMENT.finditer(text, place):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(text)
