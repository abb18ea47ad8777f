import Foundation
import Testing

/// A network on some ranks.
struct AllocationCase: CustomTestStringConvertible {
  /// What is trained, and the overrides that make it small, never ending, and ragged.
  enum Network: String, CaseIterable {
    case digits = "digits.yaml"
    case mobile = "mobile.yaml"
    case lenet = "bench/lenet.yaml"
    case gpt = "gpt-tied-dropout.yaml"
    case ragged = "ragged.yaml"

    var overrides: [String] {
      switch self {
      case .digits, .mobile, .ragged: []
      case .lenet:
        [
          "data.samples=72", "data.test_samples=40", "training.batch=32",
          "training.microbatches=4", "training.gradient_groups=4",
        ]
      case .gpt: ["data.samples=60", "training.clip_norm=1.0"]
      }
    }
  }

  let network: Network
  let stages: Int
  let replicas: Int
  var recompute = "none"
  var precision = "float32"
  var sharesUpdate = false

  var ranks: Int { stages * replicas }

  /// What the worker is told.
  var arguments: [String] {
    [Self.configs.appending(path: network.rawValue).path] + network.overrides + [
      "parallel.stages=\(stages)", "parallel.replicas=\(replicas)", "training.epochs=1000",
      "parallel.recompute=\(recompute)", "training.precision=\(precision)",
      "parallel.sharded_update=\(sharesUpdate)",
    ]
  }

  var testDescription: String {
    "\(network): \(stages) x \(replicas), recompute \(recompute), \(precision), "
      + "shared update \(sharesUpdate)"
  }

  /// All networks on one rank, two replicas, two stages, and both; a GPT that recomputes, and one in
  /// mixed precision; replicas that share updates.
  static let all =
    Network.allCases.flatMap { network in
      [(1, 1), (1, 2), (2, 1), (2, 2)].map {
        AllocationCase(network: network, stages: $0.0, replicas: $0.1)
      }
    } + [
      AllocationCase(network: .gpt, stages: 2, replicas: 1, recompute: "all"),
      AllocationCase(network: .gpt, stages: 2, replicas: 2, precision: "bfloat16"),
    ]
    + [(.gpt, 1), (.gpt, 2), (.digits, 1)].map { network, stages in
      AllocationCase(network: network, stages: stages, replicas: 2, sharesUpdate: true)
    }

  private static let configs = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "configs")
}
