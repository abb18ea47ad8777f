"""Which folders of a target use which, and by what words."""

import collections

from survey.declarations import read_file

# Words that the standard library and Foundation declare, too: as members they say nothing.
EVERYDAY = set("""
    Element Error ID Index Iterator Key Result Value absoluteString all allCases allocate allSatisfy append appending appendingPathComponent arguments array
    base baseAddress bitPattern bits bool buffer bytes capacity ceil character characters code
    codingPath compactMap contains components container containsKey count data date day debugDescription
    deallocate decode decodeIfPresent deinitialize description dictionary difference distance double drop
    dropFirst dropLast element elements encode encodeIfPresent end endIndex entries enumerated error
    errorDescription exists exp failure filter first firstIndex flatMap float floor formIndex forEach
    format formatted formIntersection formUnion get hasPrefix hasSuffix hash hashValue height host
    hours id identifier index indexed indices infinity initialize insert int integer intersection
    invert isEmpty isFinite isMultiple isNaN isSubset items joined key keyed keys kind kinds label
    last lastPathComponent left length line lines load log lowerBound lowercased magnitude map max
    maximum memory message min minimum minutes move mutableBytes name names negate next nextUp none
    number numbers object offset offsets parent partition path pathExtension percent pi place places
    pointee pointer pop popFirst popLast position pow prefix print process product quotient radix
    randomElement range rawValue read reduce remainder remove removeAll removeFirst removeLast replace
    replacing reserveCapacity reset resume reverse reversed right root round rounded row rows run
    scale seconds self set shuffle shuffled signum size some sort sorted source split sqrt squareRoot
    standardError standardOutput start startIndex starts state storage store stride string strings
    subtract subtracting success suffix sum superview swap swapAt symmetricDifference target text
    title token tokens total trimmingCharacters type underestimatedCount union unit units update
    uppercased upperBound url utf8 utf16 value values version wait width with withLock words write
    x y z zero zip
""".split())


def read_folders(root, target):
    base = root / target.path
    files = []
    for path in sorted(base.rglob("*.swift")):
        folder = str(path.parent.relative_to(base))
        files.append(read_file(path, str(path.relative_to(root)), folder))
    return files


class Uses:
    """(user, used) -> file -> {word: file that declares it}, folders being those of one target."""

    def __init__(self, files, foreign):
        """`foreign`: the files of the targets that this one may import."""
        self.files = files
        self.found = collections.defaultdict(lambda: collections.defaultdict(dict))
        self._index(foreign)
        for file in files:
            self._read(file)

    def _index(self, foreign):
        types, members = collections.defaultdict(set), collections.defaultdict(set)
        inner, elements, properties = collections.defaultdict(set), set(), set()
        for file in self.files:
            elements |= file.elements
            for item in file.declared:
                if item.kind == "inner":
                    inner[file.path].add(item.name)
                elif item.kind == "member":
                    members[item.name].add((file.folder, file.path, item.owner, item.hidden))
                    properties.add((item.owner, item.name))
                else:
                    types[item.name].add((file.folder, file.path, item.kind, item.hidden))
        taken = {item.name for file in foreign for item in file.declared if not item.hidden}
        for file in foreign:
            taken |= file.elements
        # What stands outside of types: by name alone, where one folder declares it.
        self.outer = {}
        for name, places in types.items():
            open_places = [place for place in places if not place[3]]
            if len({place[0] for place in open_places}) != 1:
                continue
            if min(open_places)[2] == "value" and (name in members or name in elements):
                continue
            self.outer[name] = min(open_places)
        # Members, and types inside of types: where nobody else has the name.
        self.members = {}
        for name, places in members.items():
            if name in EVERYDAY or name in taken or name in elements or name in types:
                continue
            if len({place[0] for place in places}) == 1:
                shown = [place for place in places if not place[3]]
                if shown:
                    self.members[name] = sorted(shown)
        # Initialisers of an extension that stands apart from its type, by their first label.
        labels = collections.defaultdict(set)
        for file in self.files:
            for owner, label in file.labels:
                labels[owner, label].add((file.folder, file.path))
        self.labels = {
            key: next(iter(places)) for key, places in labels.items()
            if len(places) == 1 and key[1] != "_" and key not in properties}
        self.private = {
            file.path: {item.name for item in file.declared if item.hidden or item.kind == "inner"}
            for file in self.files}
        self.inside = collections.defaultdict(set)  # folder -> types inside of its types
        for name, places in members.items():
            if name[:1].isupper():
                for folder, *_ in places:
                    self.inside[folder].add(name)

    def _read(self, file):
        words = file.words
        modules = {module for module, _ in file.imports}
        own = self.private[file.path] | file.generics
        for place, word in enumerate(words):
            if word.kind != "name":
                continue
            name = word.value
            if name not in self.outer and name not in self.members:
                continue
            before = words[place - 1].value if place and words[place - 1].kind == "sign" else ""
            after = words[place + 1].value if place + 1 < len(words) else ""
            dotted = before == "."
            if dotted and place > 1 and words[place - 2].value in modules:
                continue  # Another target's, spelt out.
            labelled = after == ":" and before in ("(", ",", "[") and not name[:1].isupper()
            if labelled or name in own:
                continue
            if name in self.outer:
                folder, path, kind, _ = self.outer[name]
                if kind == "type" and not dotted and name not in self.inside[file.folder]:
                    self._add(file, name, folder, path)
                    self._initialiser(file, place)
                elif kind == "value" and not dotted and name not in file.locals:
                    self._add(file, name, folder, path)
            else:
                for folder, path, owner, _ in self.members[name]:
                    near = owner in file.owners and name not in file.locals
                    if dotted or near:
                        self._add(file, name, folder, path)

    def _initialiser(self, file, place):
        words = file.words
        if place + 3 < len(words) and words[place + 1].value == "(" and words[place + 3].value == ":":
            found = self.labels.get((words[place].value, words[place + 2].value))
            if found:
                name = f"{words[place].value}({words[place + 2].value}:)"
                self._add(file, name, *found)

    def _add(self, file, word, folder, path):
        if folder != file.folder:
            self.found[file.folder, folder][file.path][word] = path


def levels(files):
    """Every folder that holds others, with a function from its files' folders to its rooms.

    Folders are compared with their neighbours: what lies deeper counts for the folder that holds it,
    and what lies in the folder itself is a room of its own, ".".
    """
    folders = {file.folder for file in files}
    parents = {"."}
    for folder in folders:
        parts = folder.split("/")
        parents |= {"/".join(parts[:end]) for end in range(1, len(parts))}
    for parent in sorted(parents):
        def room(folder, parent=parent):
            if folder == parent:
                return "."
            if parent == ".":
                return folder.split("/")[0]
            if folder.startswith(parent + "/"):
                return folder[len(parent) + 1 :].split("/")[0]
            return None
        yield parent, room


def firm(words):
    """Whether a use is sure: a member's name that is one lowercase word proves nothing alone."""
    return any(not (word.isalpha() and word.islower()) for word in words)


def at_level(uses, room):
    """The uses between the rooms of one level."""
    result = collections.defaultdict(lambda: collections.defaultdict(dict))
    for (user, used), by_file in uses.found.items():
        ends = room(user), room(used)
        if None not in ends and ends[0] != ends[1]:
            for path, words in by_file.items():
                result[ends][path].update(words)
    return {
        ends: by_file for ends, by_file in result.items()
        if firm(word for words in by_file.values() for word in words)}


def circles(edges):
    """The strongly connected parts of a graph that have more than one node (Tarjan 1972)."""
    following = collections.defaultdict(list)
    for user, used in sorted(edges):
        following[user].append(used)
    order, low, stack, parts = {}, {}, [], []

    def visit(node):
        order[node] = low[node] = len(order)
        stack.append(node)
        for other in following[node]:
            if other not in order:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], order[other])
        if low[node] == order[node]:
            part = set()
            while node not in part:
                part.add(stack.pop())
            if len(part) > 1:
                parts.append(sorted(part))

    for node in sorted({end for edge in edges for end in edge}):
        if node not in order:
            visit(node)
    return parts
