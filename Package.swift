// swift-tools-version: 6.2
import PackageDescription

// The rooms of Partita. Arrows only point downward: a target imports what it names here and
// nothing else (`swift build --explicit-target-dependency-import-check error` holds it to that).

let common: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Rooms of pure values: no pointer, no clock, no rank.
let pure: [SwiftSetting] = common + [.strictMemorySafety()]

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "partita",
  products: [
    .executable(name: "partita", targets: ["partita"]),
    .library(name: "PartitaGraph", targets: ["PartitaGraph"]),
    .library(name: "PartitaReference", targets: ["PartitaReference"]),
    .library(name: "PartitaPlan", targets: ["PartitaPlan"]),
    .library(name: "PartitaSchedule", targets: ["PartitaSchedule"]),
    .library(name: "PartitaDevice", targets: ["PartitaDevice"]),
    .library(name: "PartitaTransport", targets: ["PartitaTransport"]),
    .library(name: "PartitaMETIS", targets: ["PartitaMETIS"]),
    .library(name: "PartitaMPI", targets: ["PartitaMPI"]),
    .library(name: "PartitaRuntime", targets: ["PartitaRuntime"]),
    .library(name: "PartitaTraining", targets: ["PartitaTraining"]),
    .library(name: "PartitaReport", targets: ["PartitaReport"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C libraries, each behind one door.
    .systemLibrary(name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
    .systemLibrary(name: "CMETIS", providers: [.apt(["libmetis-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(
      name: "COneDNN",
      linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("gomp")]),
    .target(name: "CKernels"),

    // Pure values.
    .target(name: "PartitaGraph", swiftSettings: pure),
    .target(name: "PartitaReference", dependencies: ["PartitaGraph"], swiftSettings: pure),
    .target(name: "PartitaPlan", dependencies: ["PartitaGraph"], swiftSettings: pure),
    .target(
      name: "PartitaSchedule", dependencies: ["PartitaPlan", "PartitaGraph"], swiftSettings: pure),
    .target(
      name: "PartitaReport", dependencies: ["PartitaSchedule", "PartitaPlan", "PartitaGraph"],
      swiftSettings: pure),

    // The graph partitioner that the planner is compared with.
    .target(name: "PartitaMETIS", dependencies: ["PartitaPlan", "CMETIS"], swiftSettings: common),

    // Memory, kernels, messages.
    .target(
      name: "PartitaDevice", dependencies: ["PartitaGraph", "COneDNN", "CKernels"],
      swiftSettings: common),
    .target(name: "PartitaTransport", swiftSettings: common),
    .target(name: "PartitaMPI", dependencies: ["PartitaTransport", "CMPI"], swiftSettings: common),
    .target(
      name: "PartitaRuntime",
      dependencies: [
        "PartitaSchedule", "PartitaPlan", "PartitaDevice", "PartitaTransport", "PartitaGraph",
      ],
      swiftSettings: common),
    .target(
      name: "PartitaTraining",
      dependencies: [
        "PartitaRuntime", "PartitaSchedule", "PartitaPlan", "PartitaDevice", "PartitaTransport",
        "PartitaGraph", "CZlib", "CCrypto", yams,
      ],
      resources: [.copy("Resources/digits")],
      swiftSettings: common),
    .executableTarget(
      name: "partita",
      dependencies: [
        "PartitaReport", "PartitaTraining", "PartitaRuntime", "PartitaSchedule", "PartitaPlan",
        "PartitaDevice", "PartitaTransport", "PartitaMPI", "PartitaMETIS", "PartitaGraph",
        argumentParser,
      ],
      swiftSettings: common),

    // Executables that the tests launch under mpirun: no test process ever calls MPI.
    .executableTarget(
      name: "transport-worker", dependencies: ["PartitaMPI", "PartitaTransport"],
      path: "Tests/Workers/transport-worker", swiftSettings: common),
    .executableTarget(
      name: "launcher-worker", dependencies: ["PartitaTraining"],
      path: "Tests/Workers/launcher-worker", swiftSettings: common),
    // Takes malloc's place in the program that it is linked into: the worker alone.
    .target(name: "CAllocationCounter", path: "Tests/Support/CAllocationCounter"),
    .executableTarget(
      name: "allocation-worker",
      dependencies: [
        "PartitaTraining", "PartitaDevice", "PartitaMPI", "PartitaTransport", "CAllocationCounter",
      ],
      path: "Tests/Workers/allocation-worker", swiftSettings: common),

    .testTarget(
      name: "PartitaGraphTests", dependencies: ["PartitaGraph", "PartitaReference"],
      exclude: ["Fixtures"],
      swiftSettings: common),
    // Small networks that several rooms are tested with.
    .target(
      name: "TestModels", dependencies: ["PartitaGraph"], path: "Tests/TestModels",
      swiftSettings: common),
    // Devices that show what the CPU's hides.
    .target(
      name: "TestDevices", dependencies: ["PartitaDevice"], path: "Tests/TestDevices",
      swiftSettings: common),
    .testTarget(
      name: "PartitaPlanTests", dependencies: ["PartitaPlan", "PartitaGraph", "TestModels"],
      swiftSettings: common),
    .testTarget(
      name: "PartitaMETISTests", dependencies: ["PartitaMETIS", "PartitaPlan"],
      swiftSettings: common),
    .testTarget(
      name: "PartitaScheduleTests",
      dependencies: ["PartitaSchedule", "PartitaPlan", "PartitaGraph", "TestModels"],
      exclude: ["Golden"], swiftSettings: common),
    .testTarget(
      name: "PartitaReportTests",
      dependencies: ["PartitaReport", "PartitaSchedule", "PartitaPlan"],
      exclude: ["Golden"], swiftSettings: common),
    .testTarget(
      name: "PartitaDeviceTests",
      dependencies: [
        "PartitaDevice", "PartitaReference", "PartitaGraph", "TestModels", "CKernels", "COneDNN",
      ],
      swiftSettings: common),
    .testTarget(
      name: "PartitaRuntimeTests",
      dependencies: [
        "PartitaRuntime", "PartitaSchedule", "PartitaPlan", "PartitaDevice", "PartitaTransport",
        "PartitaGraph", "TestModels", "TestDevices",
      ],
      swiftSettings: common),
    .testTarget(
      name: "PartitaTransportTests", dependencies: ["PartitaTransport"], swiftSettings: common),
    .testTarget(
      name: "PartitaMPITests",
      dependencies: ["PartitaTraining", "transport-worker", "launcher-worker"],
      swiftSettings: common),
    // Launches allocation-worker, which `swift build --build-tests` builds, but doesn't name it: a
    // test's executables are linked into the test bundle, and this one would bring its malloc.
    .testTarget(
      name: "PartitaAllocationTests", dependencies: ["PartitaTraining"], swiftSettings: common),
    .testTarget(
      name: "PartitaExampleTests",
      dependencies: ["partita", "PartitaTraining", "PartitaPlan", "PartitaGraph"],
      exclude: ["Goldens"], swiftSettings: common),
    .testTarget(
      name: "PartitaTrainingTests",
      dependencies: [
        "PartitaTraining", "PartitaRuntime", "PartitaSchedule", "PartitaPlan", "PartitaDevice",
        "PartitaTransport", "PartitaGraph", "TestDevices",
      ],
      swiftSettings: common),
  ]
)
