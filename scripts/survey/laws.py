"""The laws of the house that can be read off the text. Each gives the sentences of its refusals."""

import collections
import re

from survey import comments
from survey.folders import Uses, at_level, circles, levels, read_folders

# Folders of one target that may use each other: (target, folder that holds them, the folders).
CIRCLES_WITH_REASON = {
    ("PartitaGraph", ".", (".", "Operators")):
        "differentiation adds operators to a graph, and operators add their gradients",
}

# What a target must never reach, not by way of others either.
PURE = [
    "PartitaKeys", "PartitaGraph", "PartitaReference", "PartitaNotation", "PartitaFiles",
    "PartitaPlan", "PartitaCurvature",
    "PartitaWorkload", "PartitaPlanner", "PartitaChecker", "PartitaSchedule", "PartitaSimulator",
    "PartitaConfig", "PartitaReport",
]
MACHINE = [
    "PartitaDevice", "PartitaTransport", "PartitaMPI", "PartitaRuntime", "PartitaTraining",
    "CMPI", "COneDNN", "CKernels",
]
NEVER = [
    ("PartitaChecker", ["PartitaPlanner"], "the checker shares no code with what it checks"),
    ("PartitaRuntime", ["PartitaMPI", "CMPI"], "the runtime never names MPI"),
] + [(pure, MACHINE, "values never see a rank or a pointer") for pure in PURE]

# A library never knows a verb.
VERBS = {"train", "bench", "verify", "profile", "simulate", "scale", "plan", "compare"}
NAMED_VERB = re.compile(r"\bpartita(: |  ?(" + "|".join(sorted(VERBS)) + r")\b)")
VERBS_WITH_REASON = {
    ("Scale.swift", "scale"): "the operator's name",
    ("TrainedLayers.swift", "scale"): "a kind of layer",
    ("FashionMNIST.swift", "train"): "the prefix of MNIST's files",
    ("ArraySelection.swift", "scale"): "a key of a configuration",
    ("ArrayData.swift", "scale"): "the same in a note",
    ("ScalingReport+Tables.swift", "plan"): "a column's heading",
    ("ScalingReport+Markdown.swift", "plan"): "the noun",
    ("ScalingRuns+Pages.swift", "plan"): "a column's heading",
}

LONGEST = {"Sources": 300, "Tests": 600}
GENERATED = {"onnx.pb.swift": "scripts/generate-onnx makes it of onnx.proto"}
VAGUE = {"Utils", "Common", "Core", "Helpers"}

SYSTEM = {
    "Darwin", "Dispatch", "Foundation", "FoundationEssentials", "FoundationXML", "Glibc", "Musl",
    "Synchronization", "Swift", "Testing", "XCTest",
}
# Modules of a product that isn't called as they are.
MODULES = {
    "Collections": [
        "Collections", "BitCollections", "DequeModule", "HashTreeCollections", "HeapModule",
        "OrderedCollections",
    ],
}


class House:
    """The package's targets and, of each, the files and the uses between its folders."""

    def __init__(self, root, targets):
        self.root = root
        self.targets = targets
        self.files = {name: read_folders(root, target) for name, target in targets.items()}
        self.rooms = [
            name for name, target in targets.items()
            if target.path.split("/")[0] == "Sources" and self.files[name]]

    def below(self, name):
        """Every target that one may reach."""
        seen, open_names = set(), list(self.targets[name].targets)
        while open_names:
            other = open_names.pop()
            if other not in seen:
                seen.add(other)
                open_names += self.targets[other].targets
        return seen

    def uses(self, name):
        foreign = [file for other in sorted(self.below(name)) for file in self.files[other]]
        return Uses(self.files[name], foreign)

    def libraries(self):
        return [name for name in self.rooms if self.targets[name].kind != "executableTarget"]


def refusals(house):
    for law in (targets_in_circles, folders_in_circles, forbidden_arrows, undeclared_imports,
                verbs_in_libraries, printing_libraries, long_files, vague_names, comments.gaps):
        yield from law(house)


def targets_in_circles(house):
    edges = [(name, other) for name, target in house.targets.items() for other in target.targets]
    for part in circles(edges):
        yield "targets in a circle: " + ", ".join(part)


def folders_in_circles(house):
    for name in house.rooms:
        uses = house.uses(name)
        for parent, room in levels(house.files[name]):
            edges = at_level(uses, room)
            for part in circles(edges):
                if (name, parent, tuple(part)) not in CIRCLES_WITH_REASON:
                    yield _circle_in_words(house.targets[name].path, parent, part, edges)


def _circle_in_words(path, parent, part, edges, arrows=6, files=3, words=5):
    where = path if parent == "." else f"{path}/{parent}"
    lines = [f"folders in a circle in {where}: " + ", ".join(part)]
    inside = [ends for ends in edges if ends[0] in part and ends[1] in part]
    # The thinnest first: most likely it is the one that goes the wrong way.
    inside.sort(key=lambda ends: (_weight(edges[ends]), ends))
    for user, used in inside[:arrows]:
        by_file = edges[user, used]
        lines.append(f"  {user} uses {used}:")
        for file in sorted(by_file)[:files]:
            found = sorted(by_file[file].items(), key=lambda item: (item[0].islower(), item[0]))
            text = ", ".join(f"{word} ({_last(source)})" for word, source in found[:words])
            more = f", and {len(found) - words} more" if len(found) > words else ""
            lines.append(f"    {file[len(path) + 1 :]}: {text}{more}")
        if len(by_file) > files:
            lines.append(f"    and {len(by_file) - files} more files")
    if len(inside) > arrows:
        more = [f"{user} uses {used}" for user, used in inside[arrows:]]
        lines.append("  besides: " + ", ".join(more))
    return "\n".join(lines)


def _weight(by_file):
    return sum(len(words) for words in by_file.values())


def _last(path):
    return path.rsplit("/", 1)[-1]


def forbidden_arrows(house):
    for name, others, reason in NEVER:
        if name in house.targets:
            for other in sorted(house.below(name) & set(others)):
                yield f"{name} reaches {other}: {reason}"


def undeclared_imports(house):
    for name, target in house.targets.items():
        allowed = SYSTEM | set(target.targets) | {name}
        for product in target.products:
            allowed |= set(MODULES.get(product, [product]))
        for file in house.files[name]:
            for module, line in file.imports:
                if module not in allowed:
                    yield f"{file.path}:{line}: {name} doesn't declare that it uses {module}"


def verbs_in_libraries(house):
    for name in house.libraries():
        for file in house.files[name]:
            for word in file.words:
                if word.kind != "text" or (_last(file.path), word.value) in VERBS_WITH_REASON:
                    continue
                if word.whole and word.value in VERBS or NAMED_VERB.search(word.value):
                    yield f'{file.path}:{word.line}: a library knows a verb: "{word.value}"'


def printing_libraries(house):
    for name in house.libraries():
        for file in house.files[name]:
            for before, word, after in zip(file.words, file.words[1:], file.words[2:]):
                if word.value in ("print", "debugPrint") and word.kind == "name":
                    if after.value == "(" and before.value not in (".", "func"):
                        yield f"{file.path}:{word.line}: a library prints"


def long_files(house):
    for folder, limit in LONGEST.items():
        for path in sorted((house.root / folder).rglob("*")):
            if path.suffix in (".swift", ".c", ".h") and path.name not in GENERATED:
                lines = path.read_bytes().count(b"\n")
                if lines > limit:
                    relative = path.relative_to(house.root)
                    yield f"{relative}: {lines} lines, more than {limit}: it wants a seam"


def vague_names(house):
    for folder in LONGEST:
        for path in sorted((house.root / folder).rglob("*")):
            if path.is_dir() and path.name in VAGUE:
                yield f"{path.relative_to(house.root)}: no room is called {path.name}"


def unused_exceptions(house):
    """Exceptions that nothing needs any more: a note, as branches may differ."""
    texts = collections.defaultdict(set)
    for name in house.libraries():
        for file in house.files[name]:
            texts[_last(file.path)] |= {word.value for word in file.words if word.kind == "text"}
    for file, verb in VERBS_WITH_REASON:
        if verb not in texts[file]:
            yield f'the exception for "{verb}" in {file} is needed no more'


def unused_dependencies(house):
    for name in house.rooms:
        imported = {module for file in house.files[name] for module, _ in file.imports}
        for other in house.targets[name].targets:
            if other not in imported:
                yield f"{name} declares {other} and never imports it"
