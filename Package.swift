// swift-tools-version: 6.2
import PackageDescription

// The house: rooms and who may use whom. A target imports what it names here and nothing else
// (`swift build --explicit-target-dependency-import-check error` holds it to that).
// Documentation/Architecture.md shows the same as a picture.

let common: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// The MPI library to build for: Open MPI 4.1 or 5, one binary for both; or MPICH, whose handles and
// launcher are others (`PARTITA_MPI=mpich`).
let isForMPICH = Context.environment["PARTITA_MPI"] == "mpich"
let mpiSettings: [SwiftSetting] = common + (isForMPICH ? [.define("PARTITA_MPICH")] : [])

/// Rooms of pure values: no pointer, no clock, no rank.
let pure: [SwiftSetting] = common + [.strictMemorySafety()]

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

func collections(_ product: String) -> Target.Dependency {
  .product(name: product, package: "swift-collections")
}

/// The rooms that other packages may import.
let rooms = [
  "PartitaKeys", "PartitaGraph", "PartitaReference", "PartitaFiles", "PartitaPlan",
  "PartitaWorkload", "PartitaPlanner", "PartitaChecker", "PartitaMETIS", "PartitaSchedule",
  "PartitaSimulator", "PartitaStepPlanner", "PartitaDevice", "PartitaTransport", "PartitaMPI",
  "PartitaRuntime", "PartitaData", "PartitaConfig", "PartitaTraining", "PartitaReport",
  "PartitaStudy", "PartitaONNX", "PartitaNotation", "PartitaCurvature",
]

let package = Package(
  name: "partita",
  products: [.executable(name: "partita", targets: ["partita"])]
    + rooms.map { .library(name: $0, targets: [$0]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C libraries, each behind one door.
    .systemLibrary(
      name: "CMPI", pkgConfig: isForMPICH ? "mpich" : "ompi-c",
      providers: [.apt([isForMPICH ? "libmpich-dev" : "libopenmpi-dev"])]),
    .systemLibrary(name: "CMETIS", providers: [.apt(["libmetis-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(
      name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .target(
      name: "COneDNN", dependencies: ["CKernels"],
      linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("gomp")]),
    .target(name: "CKernels"),

    // Networks as graphs, and how keys that describe them are read.
    .target(name: "PartitaKeys", swiftSettings: pure),
    .target(name: "PartitaGraph", dependencies: ["PartitaKeys"], swiftSettings: pure),
    .target(name: "PartitaReference", dependencies: ["PartitaGraph"], swiftSettings: pure),
    .target(
      name: "PartitaNotation", dependencies: ["PartitaReference", "PartitaGraph"],
      swiftSettings: pure),
    // The eigenvalues, trace and spectrum of a map that nobody writes down.
    .target(
      name: "PartitaCurvature", dependencies: ["PartitaReference", "PartitaGraph"],
      swiftSettings: pure),
    .target(
      name: "PartitaFiles", dependencies: ["PartitaKeys", "CCrypto"], swiftSettings: common),

    // Plans for our own runs: who holds which layers, what they cost.
    .target(
      name: "PartitaPlan", dependencies: ["PartitaFiles", "PartitaKeys", "PartitaGraph"],
      swiftSettings: pure),

    // Published workloads: the planner and the checker share the problem, and nothing of its answer.
    .target(
      name: "PartitaWorkload",
      dependencies: ["PartitaFiles", "PartitaKeys", collections("HeapModule")],
      swiftSettings: pure),
    .target(
      name: "PartitaPlanner", dependencies: ["PartitaWorkload", "PartitaPlan", "PartitaGraph"],
      swiftSettings: pure),
    .target(
      name: "PartitaChecker",
      dependencies: [
        "PartitaWorkload", "PartitaSimulator", "PartitaSchedule", "PartitaPlan", "PartitaGraph",
      ],
      swiftSettings: pure),
    .target(
      name: "PartitaMETIS", dependencies: ["PartitaPlanner", "CMETIS"], swiftSettings: common),

    // One program, and the two interpreters that only look at it.
    .target(
      name: "PartitaSchedule",
      dependencies: ["PartitaPlan", "PartitaFiles", "PartitaKeys", "PartitaGraph"],
      swiftSettings: pure),
    .target(
      name: "PartitaSimulator", dependencies: ["PartitaSchedule", "PartitaPlan", "PartitaGraph"],
      swiftSettings: pure),

    // The best plan of one's own network: what a step takes on paper decides.
    .target(
      name: "PartitaStepPlanner",
      dependencies: [
        "PartitaSimulator", "PartitaSchedule", "PartitaPlan", "PartitaFiles", "PartitaKeys",
        "PartitaGraph",
      ],
      swiftSettings: pure),

    // Memory, kernels, messages, and the interpreter that performs.
    .target(
      name: "PartitaDevice", dependencies: ["PartitaGraph", "COneDNN", "CKernels"],
      swiftSettings: common),
    .target(name: "PartitaTransport", swiftSettings: common),
    .target(
      name: "PartitaMPI", dependencies: ["PartitaTransport", "CMPI"], swiftSettings: mpiSettings),
    .target(
      name: "PartitaRuntime",
      dependencies: [
        "PartitaSchedule", "PartitaPlan", "PartitaDevice", "PartitaTransport", "PartitaGraph",
      ],
      swiftSettings: common),

    // What is trained on, the configuration of a run, and the run.
    .target(
      name: "PartitaData",
      dependencies: [
        "PartitaFiles", "PartitaKeys", "PartitaGraph", "CZlib", "CPNG", "CTurboJPEG",
      ],
      resources: [.copy("Resources/digits")],
      swiftSettings: common),
    .target(
      name: "PartitaConfig",
      dependencies: [
        "PartitaONNX", "PartitaData", "PartitaSchedule", "PartitaPlan", "PartitaFiles",
        "PartitaKeys",
        "PartitaGraph", yams,
      ],
      swiftSettings: pure),
    .target(
      name: "PartitaTraining",
      dependencies: [
        "PartitaCurvature", "PartitaReference",
        "PartitaConfig", "PartitaData", "PartitaRuntime", "PartitaChecker", "PartitaStepPlanner",
        "PartitaSimulator", "PartitaSchedule", "PartitaPlan", "PartitaDevice", "PartitaTransport",
        "PartitaFiles", "PartitaGraph",
      ],
      swiftSettings: common),

    // Networks from and for other programs. The format's messages are generated: scripts/generate-onnx.
    .target(
      name: "ONNXFormat",
      dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["onnx.proto"], swiftSettings: common),
    .target(
      name: "PartitaONNX",
      dependencies: [
        "ONNXFormat", "PartitaFiles", "PartitaKeys", "PartitaGraph",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      swiftSettings: pure),

    // Studies of many runs or plans, and their reports.
    .target(
      name: "PartitaReport",
      dependencies: [
        "PartitaONNX", "PartitaNotation", "PartitaCurvature",
        "PartitaStepPlanner", "PartitaSimulator", "PartitaSchedule", "PartitaPlanner",
        "PartitaWorkload", "PartitaPlan", "PartitaFiles", "PartitaGraph",
      ],
      swiftSettings: pure),
    .target(
      name: "PartitaStudy",
      dependencies: [
        "PartitaReport", "PartitaTraining", "PartitaStepPlanner", "PartitaConfig", "PartitaData",
        "PartitaSimulator",
        "PartitaSchedule", "PartitaPlanner", "PartitaWorkload", "PartitaPlan", "PartitaDevice",
        "PartitaRuntime", "PartitaFiles", "PartitaKeys", "PartitaGraph",
      ],
      swiftSettings: mpiSettings),
    .executableTarget(
      name: "partita",
      dependencies: [
        "PartitaStudy", "PartitaReport", "PartitaONNX", "PartitaNotation", "PartitaCurvature",
        "PartitaReference",
        "PartitaTraining", "PartitaConfig", "PartitaData", "PartitaRuntime", "PartitaStepPlanner",
        "PartitaSimulator", "PartitaSchedule",
        "PartitaPlanner", "PartitaChecker", "PartitaMETIS", "PartitaWorkload", "PartitaPlan",
        "PartitaDevice", "PartitaTransport", "PartitaMPI", "PartitaFiles", "PartitaKeys",
        "PartitaGraph", argumentParser,
      ],
      swiftSettings: common),

    // Executables that the tests launch under mpirun: no test process ever calls MPI.
    .executableTarget(
      name: "transport-worker", dependencies: ["PartitaMPI", "PartitaTransport"],
      path: "Tests/Workers/transport-worker", swiftSettings: common),
    .executableTarget(
      name: "launcher-worker", dependencies: ["PartitaStudy", "PartitaTraining"],
      path: "Tests/Workers/launcher-worker", swiftSettings: common),
    // Takes malloc's place in the program that it is linked into: the worker alone.
    .target(name: "CAllocationCounter", path: "Tests/Support/CAllocationCounter"),
    .executableTarget(
      name: "allocation-worker",
      dependencies: [
        "PartitaTraining", "PartitaConfig", "PartitaData", "PartitaDevice", "PartitaMPI",
        "PartitaTransport", "PartitaFiles", "CAllocationCounter",
      ],
      path: "Tests/Workers/allocation-worker", swiftSettings: common),

    // Reads changed inputs; a trap ends it and not the tests.
    .executableTarget(
      name: "fuzz-worker",
      dependencies: [
        "PartitaReport", "PartitaTraining", "PartitaConfig", "PartitaData", "PartitaSimulator",
        "PartitaSchedule", "PartitaPlanner", "PartitaStepPlanner", "PartitaChecker",
        "PartitaWorkload", "PartitaPlan", "PartitaDevice", "PartitaFiles", "PartitaGraph",
      ],
      path: "Tests/Workers/fuzz-worker", swiftSettings: common),

    // What tests of several rooms share: small networks; golden files and folders of a test's own;
    // small workloads whose best partitions are found by trying all.
    .target(
      name: "TestModels", dependencies: ["PartitaGraph"], path: "Tests/TestModels",
      swiftSettings: common),
    .target(name: "TestFiles", path: "Tests/TestFiles", swiftSettings: common),
    .target(
      name: "PlanningOracles", dependencies: ["PartitaWorkload", "PartitaGraph"],
      path: "Tests/PlanningOracles", swiftSettings: common),
    .target(
      name: "StepProblems",
      dependencies: [
        "PartitaStepPlanner", "PartitaSchedule", "PartitaPlan", "PartitaGraph", "TestModels",
      ],
      path: "Tests/StepProblems", swiftSettings: common),
    .testTarget(
      name: "PartitaStepPlannerTests",
      dependencies: [
        "PartitaStepPlanner", "PartitaSimulator", "PartitaSchedule", "PartitaPlan", "PartitaFiles",
        "StepProblems", "TestFiles",
      ],
      swiftSettings: common),
    // Devices that show what the CPU's hides.
    .target(
      name: "TestDevices", dependencies: ["PartitaDevice"], path: "Tests/TestDevices",
      swiftSettings: common),
    .testTarget(
      name: "PartitaGraphTests", dependencies: ["PartitaGraph", "PartitaReference", "TestModels"],
      exclude: ["Fixtures"], swiftSettings: common),
    .testTarget(
      name: "PartitaNotationTests",
      dependencies: [
        "PartitaNotation", "PartitaReference", "PartitaGraph", "TestModels", "TestFiles",
      ],
      exclude: ["Golden"], swiftSettings: common),
    .testTarget(
      name: "PartitaCurvatureTests",
      dependencies: [
        "PartitaCurvature", "PartitaReference", "PartitaGraph", "TestModels",
      ],
      exclude: ["Fixtures"], swiftSettings: common),
    .testTarget(
      name: "PartitaFilesTests", dependencies: ["PartitaFiles", "TestFiles"],
      swiftSettings: common),
    .testTarget(
      name: "PartitaPlanTests",
      dependencies: ["PartitaPlan", "PartitaFiles", "PartitaGraph", "TestModels", "TestFiles"],
      swiftSettings: common),
    .testTarget(
      name: "PartitaWorkloadTests",
      dependencies: ["PartitaWorkload", "PartitaFiles", "TestFiles"],
      swiftSettings: common),
    .testTarget(
      name: "PartitaPlannerTests",
      dependencies: [
        "PartitaPlanner", "PartitaChecker", "PartitaWorkload", "PartitaGraph", "PlanningOracles",
      ],
      swiftSettings: common),
    // The planner and its cost models are what the checker is tested against.
    .testTarget(
      name: "PartitaCheckerTests",
      dependencies: [
        "PartitaChecker", "PartitaStepPlanner", "PartitaSimulator", "PartitaSchedule",
        "PartitaPlanner", "PartitaWorkload", "PartitaPlan", "PartitaGraph", "PlanningOracles",
        "StepProblems",
      ],
      swiftSettings: common),
    .testTarget(
      name: "PartitaMETISTests",
      dependencies: ["PartitaMETIS", "PartitaPlanner", "PartitaWorkload"],
      swiftSettings: common),
    // Small schedules, and what they and their programs are judged by.
    .target(
      name: "TestSchedules", dependencies: ["PartitaSchedule", "PartitaPlan", "PartitaGraph"],
      path: "Tests/TestSchedules", swiftSettings: common),
    .testTarget(
      name: "PartitaScheduleTests",
      dependencies: [
        "PartitaSchedule", "PartitaPlan", "PartitaGraph", "TestModels", "TestSchedules",
        "TestFiles",
      ],
      exclude: ["Golden"], swiftSettings: common),
    .testTarget(
      name: "PartitaSimulatorTests",
      dependencies: [
        "PartitaSimulator", "PartitaSchedule", "PartitaPlan", "PartitaFiles", "PartitaGraph",
        "TestModels", "TestSchedules", "TestFiles",
      ],
      swiftSettings: common),
    .testTarget(
      name: "PartitaReportTests",
      dependencies: [
        "PartitaReport", "PartitaNotation", "PartitaCurvature", "PartitaReference",
        "PartitaSimulator", "PartitaSchedule", "PartitaPlanner", "PartitaWorkload", "PartitaPlan",
        "PartitaFiles", "PartitaGraph", "TestModels", "TestFiles",
      ],
      exclude: ["Golden"], swiftSettings: common),
    .testTarget(
      name: "PartitaDeviceTests",
      dependencies: [
        "PartitaDevice", "PartitaCurvature", "PartitaReference", "PartitaGraph", "TestModels",
        "CKernels", "COneDNN",
      ],
      exclude: ["Fixtures"], swiftSettings: common),
    .testTarget(
      name: "PartitaTransportTests", dependencies: ["PartitaTransport"], swiftSettings: common),
    .testTarget(
      name: "PartitaRuntimeTests",
      dependencies: [
        "PartitaRuntime", "PartitaSchedule", "PartitaPlan", "PartitaDevice", "PartitaTransport",
        "PartitaGraph", "PartitaKeys", "TestModels", "TestDevices",
      ],
      swiftSettings: common),
    .testTarget(
      // Looks up at the configuration: data sets are described by its text.
      name: "PartitaDataTests",
      dependencies: [
        "PartitaConfig", "PartitaData", "PartitaFiles", "PartitaKeys", "PartitaGraph", "TestFiles",
      ],
      swiftSettings: common),
    .testTarget(
      name: "PartitaConfigTests",
      dependencies: [
        "PartitaConfig", "PartitaData", "PartitaSchedule", "PartitaPlan", "PartitaKeys",
        "PartitaGraph", "TestFiles",
      ],
      swiftSettings: common),
    .testTarget(
      name: "PartitaTrainingTests",
      dependencies: [
        "PartitaTraining", "PartitaConfig", "PartitaData", "PartitaRuntime", "PartitaSchedule",
        "PartitaStepPlanner", "PartitaPlan", "PartitaDevice", "PartitaTransport", "PartitaFiles",
        "PartitaONNX", "PartitaCurvature", "PartitaGraph", "TestDevices", "TestFiles",
      ],
      swiftSettings: common),
    // Evaluates a model in ONNX's own terms, to judge what was written by what it says.
    .target(
      name: "ONNXInterpreter",
      dependencies: ["ONNXFormat", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
      path: "Tests/ONNXInterpreter", swiftSettings: common),
    .testTarget(
      name: "PartitaONNXTests",
      dependencies: [
        "PartitaONNX", "ONNXFormat", "ONNXInterpreter", "PartitaReference", "PartitaGraph",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Fixtures"], swiftSettings: common),
    .testTarget(
      name: "PartitaStudyTests",
      dependencies: [
        "PartitaStudy", "PartitaReport", "PartitaTraining", "PartitaConfig", "PartitaData",
        "PartitaSchedule",
        "PartitaPlan", "PartitaFiles", "TestFiles",
      ],
      swiftSettings: common),
    .testTarget(
      name: "PartitaMPITests",
      dependencies: [
        "PartitaStudy", "PartitaTraining", "PartitaMPI", "transport-worker", "launcher-worker",
      ],
      swiftSettings: common),
    // Launches allocation-worker, which `swift build --build-tests` builds, but doesn't name it: a
    // test's executables are linked into the test bundle, and this one would bring its malloc.
    .testTarget(
      name: "PartitaAllocationTests", dependencies: ["PartitaStudy", "PartitaTraining"],
      swiftSettings: common),
    .testTarget(
      name: "PartitaExampleTests",
      dependencies: [
        "partita", "PartitaStudy", "PartitaTraining", "PartitaConfig", "PartitaData",
        "PartitaStepPlanner", "PartitaPlan", "PartitaFiles", "PartitaGraph", "ONNXInterpreter",
        "TestFiles",
      ],
      exclude: ["Golden"], swiftSettings: common),
    .testTarget(name: "FuzzTests", dependencies: ["fuzz-worker"], swiftSettings: common),
    // The landing pages' examples, through public API alone: each runs, and each page shows it.
    .testTarget(
      name: "DocumentationTests",
      dependencies: [
        "PartitaStudy", "PartitaReport", "PartitaTraining", "PartitaConfig", "PartitaData",
        "PartitaRuntime", "PartitaMPI", "PartitaTransport", "PartitaDevice", "PartitaStepPlanner",
        "PartitaSimulator", "PartitaSchedule", "PartitaMETIS", "PartitaChecker", "PartitaPlanner",
        "PartitaWorkload", "PartitaONNX", "PartitaNotation", "PartitaCurvature",
        "PartitaPlan", "PartitaFiles", "PartitaReference", "PartitaGraph", "PartitaKeys",
        "TestFiles",
      ],
      swiftSettings: common),
  ]
)

// One room's tests alone, for whoever waits for them (scripts/test --filter).
if let chosen = Context.environment["PARTITA_TEST_TARGETS"] {
  let names = chosen.split(separator: ",").map(String.init)
  package.targets.removeAll { $0.type == .test && !names.contains($0.name) }
}

// The documentation's generator, which users needn't fetch (scripts/examples).
if Context.environment["PARTITA_DOCUMENTATION"] != nil {
  package.dependencies.append(
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}
