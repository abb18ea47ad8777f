"""Tests of scripts/house itself, on small made-up packages in a temporary folder."""

import pathlib
import tempfile

from survey import laws, picture
from survey.manifest import read_targets

MANIFEST = """
// A comment with .target(name: "Ghost").
let quiet: [Target.Dependency] = ["A"]
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let package = Package(
  name: "p",
  targets: [
    .target(name: "A"),
    .target(name: "B", dependencies: quiet + [yams, .target(name: "A")]),
    .executableTarget(name: "run", dependencies: ["B", .byName(name: "A")]),
    .testTarget(name: "ATests", dependencies: ["A"]),
  ])
"""
PLAIN = {
    "Package.swift": MANIFEST,
    "Sources/A/Low/Point.swift": "public struct Point { public var abscissaValue = 1 }\n",
    "Sources/A/High/Line.swift": "struct Line { var ends: [Point] }\n",
    "Sources/B/B.swift": "internal import A\ninternal import Yams\nlet b = Point()\n",
    "Sources/run/Run.swift": 'internal import B\nlet words = ["train"]\n',
    "Tests/ATests/T.swift": "import Testing\n@testable import A\n",
}

# What is changed of the plain package, and a part of each refusal that must come; none: it passes.
CASES = {
    "no circle passes": ({}, []),
    "a circle of types": (
        {"Sources/A/Low/Point.swift": "struct Point { var line: Line? }\n"},
        ["folders in a circle in Sources/A: High, Low"]),
    "a circle through the member of an extension": (
        {"Sources/A/High/Point+Line.swift": "extension Point { var lineThrough: Int { 1 } }\n",
         "Sources/A/Low/User.swift": "func user(_ p: Point) -> Int { p.lineThrough }\n"},
        ["lineThrough (Point+Line.swift)"]),
    "a circle through an initialiser of an extension": (
        {"Sources/A/High/Point+Line.swift": "extension Point { init(crossing x: Int) {} }\n",
         "Sources/A/Low/User.swift": "let point = Point(crossing: 1)\n"},
        ["Point(crossing:)"]),
    "a circle with the root of a target": (
        {"Sources/A/Root.swift": "struct Root { var line: Line }\n",
         "Sources/A/High/Other.swift": "let other = Root.self\n"},
        ["folders in a circle in Sources/A: ., High"]),
    "a circle of folders inside of a folder": (
        {"Sources/A/High/X/X.swift": "struct X { var y: Y }\n",
         "Sources/A/High/Y/Y.swift": "struct Y { var x: [X] }\n"},
        ["folders in a circle in Sources/A/High: X, Y"]),
    "a circle through folders of folders": (
        {"Sources/A/High/X/X.swift": "struct X {}\n",
         "Sources/A/Low/Use.swift": "let use = X()\n"},
        ["folders in a circle in Sources/A: High, Low"]),
    "comments and literals are no use": (
        {"Sources/A/Low/Point.swift":
            '/// Line /* Line */\n/* Line /* Line */ Line */\nstruct Point { let l = "Line" }\n'
            'let more = """\n  Line "Line"\n  """\nlet raw = #"Line \\(Line) "Line"#\n'}, []),
    "what is interpolated is a use": (
        {"Sources/A/Low/Point.swift": 'struct Point {}\nlet l = "a \\(Line.self) b"\n'},
        ["folders in a circle"]),
    "private types, labels and locals of the same name are no use": (
        {"Sources/A/High/Line.swift": "struct Line { var p: Point }\nlet gauge = 1\n",
         "Sources/A/Low/Use.swift":
            "private struct Line {}\nfunc f(gauge: Int) -> Int { let gauge = gauge; return gauge }\n"},
        []),
    "a member's name that two types have is no use": (
        {"Sources/A/High/Line.swift":
            "struct Line { var p: Point }\nextension Line { var tangentLine: Int { 1 } }\n",
         "Sources/A/Low/Use.swift":
            "struct Use { var tangentLine = 1 }\nfunc f(_ u: Use) -> Int { u.tangentLine }\n"}, []),
    "a one-word member alone is no use": (
        {"Sources/A/High/Line.swift":
            "struct Line { var p: Point }\nextension Line { var slope: Int { 1 } }\n",
         "Sources/A/Low/Use.swift": "func f(_ u: Thing) -> Int { u.slope }\n"}, []),
    "a circle of targets": (
        {"Package.swift": MANIFEST.replace('.target(name: "A")', '.target(name: "A", dependencies: ["B"])', 1)},
        ["targets in a circle: A, B"]),
    "the checker reaches the planner by way of another": (
        {"Package.swift": MANIFEST.replace("targets: [", """targets: [
            .target(name: "PartitaPlanner"),
            .target(name: "Way", dependencies: ["PartitaPlanner"]),
            .target(name: "PartitaChecker", dependencies: ["Way"]),""")},
        ["PartitaChecker reaches PartitaPlanner"]),
    "an import that isn't declared": (
        {"Sources/A/Low/Use.swift": "@preconcurrency public import struct B.Thing\n"},
        ["A doesn't declare that it uses B"]),
    "a verb in a library": (
        {"Sources/B/Start.swift": 'let arguments = ["bench", "--json"]\n'}, ["a library knows a verb"]),
    "a verb in a sentence is none": (
        {"Sources/B/Start.swift": 'let sentence = "to bench means to measure"\n'}, []),
    "a library that prints": (
        {"Sources/B/Start.swift": "func f() { print(1) }\n"}, ["Start.swift:1: a library prints"]),
    "what throws and doesn't say what": (
        {"Sources/B/Throw.swift":
            "/// Reads.\npublic func read(_ path: String, _ f: () throws -> Int) async throws(E) -> Int {}\n"},
        ["Throw.swift:2: read(_:_:) throws"]),
    "what says what it throws": (
        {"Sources/B/Throw.swift":
            "/// Reads.\n/// - Throws: `E` always.\n@inlinable\npublic func read() throws {}\n"
            "public func each(_ f: () throws -> Int) {}\nfunc own() throws {}\n"}, []),
    "a requirement says it for all who meet it": (
        {"Sources/B/Throw.swift":
            "public protocol Reader {\n  /// - Throws: `E` always.\n  func read() throws\n}\n"
            "struct B: Reader {\n  /// Reads nothing.\n  public func read() throws {}\n}\n"}, []),
    "a requirement that doesn't say it": (
        {"Sources/B/Throw.swift": "public protocol Reader {\n  /// Reads.\n  func read() throws\n}\n"},
        ["Throw.swift:3: read() throws"]),
    "a comment that names some parameters": (
        {"Sources/B/Names.swift":
            "/// Reads.\n/// - Parameters:\n///   - a: one.\n/// - Returns: all.\n"
            "public func read(_ a: Int, at b: (c: Int, Int)) {}\n"},
        ["read(_:at:) names parameters, but not b"]),
    "a comment that names all parameters, or none": (
        {"Sources/B/Names.swift":
            "/// Reads.\n/// - Parameter b: two.\npublic func read(at b: (c: Int, Int)) {}\n"
            "/// Reads.\n/// - other: no parameter.\npublic func write(_ a: Int) {}\n"}, []),
    "a long file": ({"Sources/B/Long.swift": "\n" * 301}, ["301 lines"]),
    "a test may be longer": ({"Tests/ATests/Long.swift": "\n" * 600}, []),
    "a vague name": ({"Sources/B/Helpers/H.swift": "\n"}, ["no room is called Helpers"]),
}


def run():
    failed = 0
    for name, (changes, expected) in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            said = _said(pathlib.Path(folder), {**PLAIN, **changes})
        missing = [part for part in expected if not any(part in sentence for sentence in said)]
        if missing or (said and not expected):
            failed += 1
            print(f"house: self-test: {name}: expected {expected or 'nothing'}, got {said}")
    print(f"house: self-test: {len(CASES) - failed} of {len(CASES)} cases pass")
    return 1 if failed else 0


def _said(root, files):
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    targets = read_targets(root)
    house = laws.House(root, targets)
    said = list(laws.refusals(house))
    if not said:
        # "run" uses A and B, and B uses A: one arrow of the three is left out.
        uses = picture.reduced(targets)
        if uses != {"A": [], "B": ["A"], "run": ["B"]}:
            said.append(f"the picture's arrows are {uses}")
        if picture.svg(targets) != picture.svg(targets) or "ATests" in picture.svg(targets):
            said.append("the picture isn't the same twice, or shows tests")
    return said
