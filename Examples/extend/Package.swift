// swift-tools-version: 6.2
import PackageDescription

// Another package than Partita's: what it uses is public.

/// The rooms of Partita that it uses; the planner, studies and reports aren't even built.
let rooms = [
  "PartitaConfig", "PartitaData", "PartitaDevice", "PartitaGraph", "PartitaKeys", "PartitaMPI",
  "PartitaSchedule", "PartitaTraining", "PartitaTransport",
]

let package = Package(
  name: "extend",
  dependencies: [.package(name: "partita", path: "../..")],
  targets: [
    .executableTarget(
      name: "extend",
      dependencies: rooms.map { .product(name: $0, package: "partita") },
      swiftSettings: [
        .swiftLanguageMode(.v6),
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
      ])
  ]
)
