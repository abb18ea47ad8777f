import Foundation
import PartitaConfig
import PartitaFiles
import PartitaPlan
import PartitaSchedule
import PartitaSimulator
import PartitaStepPlanner
import PartitaTraining

/// Small valid texts.
enum SampleText {
  static let configurations = [
    """
    seed: 3
    data: {name: digits, train_samples: 40, test_samples: 9, normalize: true}
    model: {kind: mlp, widths: [64, 12, 10], activation: tanh, dropout: 0.25}
    objective: {loss: squared-error, weight_decay: 1e-4}
    training:
      epochs: 2
      batch: 16
      microbatches: 4
      gradient_groups: 2
      optimizer: adamw
      learning_rate: 0.002
      schedule: step
      decay_steps: 3
      clip_norm: 1.5
      steps: 5
    parallel: {stages: 2, replicas: [2, 1], schedule: gpipe, cuts: [linear2]}
    output: {directory: runs/fuzz}
    """,
    """
    data: {name: synthetic, samples: 12, test_samples: 6, shape: [1, 8, 8], classes: 3}
    model:
      kind: layers
      layers:
        - {name: a, kind: conv2d, channels: 2, kernel: 3, stride: 1, padding: 1, activation: relu}
        - {name: b, kind: average-pool, kernel: 2}
        - {name: c, kind: max-pool, kernel: 3, stride: 1, padding: 1}
        - {name: d, kind: gelu}
        - {name: d1, kind: conv2d, channels: 2, kernel: [3, 1], padding: [2, 0, 2, 0], dilation: [2, 1], groups: 2}
        - {name: d2, kind: average-pool, kernel: [1, 2], stride: [1, 1], padding: [0, 1, 0, 0], count_padding: false}
        - {name: d3, kind: concat, axis: 2, inputs: [d1, d2]}
        - {name: d4, kind: slice, axis: 2, from: 0, to: 4}
        - {name: d5, kind: scale, shape: [2, 1, 1]}
        - {name: d6, kind: clip, minimum: -1, maximum: 6}
        - {name: d7, kind: softmax, axis: 1}
        - {name: e, kind: add, inputs: [c, d7]}
        - {name: f, kind: transpose, axes: [2, 0, 1]}
        - {name: g, kind: reshape, shape: [4, 8]}
        - {name: h, kind: layer-norm}
        - {name: i, kind: flatten}
        - {name: j, kind: linear, features: 3, bias: false}
    training: {batch: 6, microbatches: 3}
    parallel: {schedule: interleaved-1f1b, virtual: 2, stages: 2}
    """,
    """
    data: {name: synthetic, samples: 9, classes: 11, context: 8}
    model: {kind: gpt, depth: 2, width: 8, heads: 2, tied: true}
    training: {batch: 4, microbatches: 2, schedule: cosine, learning_rate: 1.0e-3, warmup_steps: 2}
    parallel: {schedule: zb-h1, stages: 2, recompute: all}
    """,
  ].map { Array($0.utf8) }

  static let overrides = [
    "training.batch=8", "model.widths=[64, 20, 10]",
    "data={name: synthetic, samples: 32, "
      + "features: 64, classes: 10}", "training.microbatches=3", "parallel.replicas=2",
    "model.widths.1=48",
  ].map { Array($0.utf8) }

  static let cluster = Array(
    """
    name: two hosts
    hosts: 2
    devices_per_host: 2
    processor:
      name: p
      flops_per_second: {value: 1.0e12, source: a guess}
      bytes_per_second: 1.0e11
      memory_bytes: 16000000000
    within_host: {latency_seconds: 1.0e-6, bytes_per_second: 1.0e10, eager_bytes: 4096}
    across_hosts: {latency_seconds: 3.0e-5, bytes_per_second: 1.0e9}
    speeds: [1, 0.5]
    """.utf8)
}

/// A small run, and the files that are made of it.
struct SampleRun {
  let experiment: Experiment
  let cluster: Cluster
  let profile: Profile
  let csv, program, profileText, trace, weights, plan: [UInt8]
  private let base: String

  init(in folder: String) throws {
    base = """
      data: {name: digits, train_samples: 40}
      model: {kind: mlp, widths: [64, 6, 10]}
      training: {batch: 8, microbatches: 4}
      parallel: {stages: 2, replicas: 1}
      """
    let config = try TrainingConfig(yaml: base, file: "run.yaml")
    experiment = try Experiment(config, ranks: 2)
    cluster = try Cluster(
      yaml: String(decoding: SampleText.cluster, as: UTF8.self), file: "cluster.yaml")
    profile = try experiment.analyticProfile(on: cluster)
    csv = Array(try experiment.mainProgram.table.csv.utf8)
    func bytes(_ name: String, _ write: (String) throws -> Void) throws -> [UInt8] {
      try write("\(folder)/\(name)")
      return [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
    }
    let (program, profile) = (experiment.mainProgram, profile)
    self.program = try bytes("sample.program.json") { try ProgramFile.write(program, to: $0) }
    profileText = try bytes("sample.profile.json") { try ProfileFile.write(profile, to: $0) }
    trace = Array(
      Perfetto.json([
        ("predicted", try Simulation(program, profile: profile, cluster: cluster).trace)
      ]).utf8)
    let planned = try RunPlanning(config, ranks: 2, profile: profile, cluster: cluster).best()
    plan = try bytes("sample.plan.json") {
      try JSONFile.write(planned.document, PlanFile.layout, to: $0)
    }
    weights = try bytes("sample.safetensors") {
      try Safetensors.write(
        [
          NamedTensor(name: "a.weight", shape: [2, 3], values: [1, 2, 3, 4, 5, 6]),
          NamedTensor(name: "a.bias", shape: [2], values: [0, 1]),
        ], metadata: ["format": "pt"], to: $0)
    }
  }

  func config(overrides: [String]) throws -> TrainingConfig {
    try TrainingConfig(yaml: base, file: "run.yaml", overrides: overrides)
  }
}

/// Three images of 2 x 2 bytes.
enum SampleImages {
  static let images: [UInt8] =
    [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2] + Array(1...12)

  /// Labels of them, of each type.
  static let labels: [[UInt8]] = [
    [0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 1], [0, 0, 9, 1, 0, 0, 0, 3, 1, 255, 1],
    [0, 0, 11, 1, 0, 0, 0, 3, 0, 1, 0, 2, 0, 1],
    [0, 0, 12, 1, 0, 0, 0, 3, 0, 0, 0, 1, 127, 255, 255, 255, 0, 0, 0, 1],
  ]

  /// A PNG file of 16x16 pixels and a JPEG file of 8x8.
  static let encoded = [
    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAOklEQVR42mPwVo8mCTFQTcOPa0uI0gBUh4lw"
      + "asCqGk0PAzGqkfXQTQNB1XA9g9cP5MQDOTFNTloiiADXp4blHauesgAAAABJRU5ErkJggg==",
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
      + "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/wAALCAAIAAgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAEC"
      + "AwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAk"
      + "M2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJ"
      + "ipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3"
      + "+Pn6/9oACAEBAAA/APVP+HIP/Vzv/mFv/wAbNf/Z",
  ].map { [UInt8](Data(base64Encoded: $0) ?? Data()) }

  /// A gzip file that holds bytes as they are (RFC 1951, section 3.2.4; RFC 1952).
  static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    func little(_ value: UInt32, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }
    let stored = bytes.prefix(65535)
    let length = UInt32(stored.count)
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1] + little(length, 2) + little(~length, 2) + stored
      + little(check(stored), 4) + little(length, 4)
  }

  private static func check(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
        sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1
      }
    }
  }
}
