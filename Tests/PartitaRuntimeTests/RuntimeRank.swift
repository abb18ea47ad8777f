import Foundation
import PartitaDevice
import PartitaGraph
import PartitaRuntime
import PartitaTransport
import TestModels

/// One rank of a run: a runtime with its data, and the loop over steps.
final class RuntimeRank {
  let programs: RuntimePrograms
  let runtime: RankRuntime
  private let feeder: RandomFeeder
  private var model: RuntimeModel { programs.model }

  init(
    _ programs: RuntimePrograms, device: any Device, transport: any Transport,
    sharesMemory: Bool = true
  ) throws {
    self.programs = programs
    feeder = RandomFeeder(programs.model)
    runtime = try RankRuntime(
      programs.programs, device: device, transport: transport, feeder: feeder,
      sharesMemory: sharesMemory)
    for (name, value) in runtime.variables {
      guard let values = value.firstValues(seed: programs.model.seed) else { continue }
      try values.withUnsafeBytes { try runtime.upload($0, to: name) }
    }
  }

  /// Performs the training step of this number, counted from 1.
  func train(
    step: Int, recording: (into: StepRecording, place: Int)? = nil
  ) throws -> StepResult {
    runtime.set(.learningRate, to: model.model.learningRate)
    model.model.optimizer.rule.settings(ofStep: step) { runtime.set($0, to: $1) }
    let batch = batch(ofStep: step)
    feeder.begin(batch, isTest: false, sampleWeight: 1 / Float(batch.count))
    return try runtime.perform(
      programs.training[batch.count] ?? -1, step: step, recording: recording)
  }

  private func batch(ofStep step: Int) -> Range<Int> {
    let batches = model.batches(samples: model.samples)
    return batches[(step - 1) % batches.count]
  }

  /// L and right answers over the test samples.
  func evaluate() throws -> [Double] {
    var (loss, correct) = (0.0, 0)
    for batch in model.batches(samples: model.testSamples) {
      feeder.begin(batch, isTest: true, sampleWeight: 1 / Float(model.testSamples))
      let result = try runtime.perform(programs.evaluation[batch.count] ?? -1, step: 0)
      loss += result.loss
      correct += result.correctCount ?? 0
    }
    return [loss, Double(correct)]
  }

  /// The parameters, running values and directions that this rank holds.
  func weights() throws -> [String: [Float]] {
    var weights: [String: [Float]] = [:]
    for (name, value) in runtime.variables where value.isWeight || value.role == .direction {
      var values = [Float](repeating: .nan, count: value.type.shape.count)
      try values.withUnsafeMutableBytes { try runtime.download(name, into: $0) }
      weights[name] = values
    }
    return weights
  }

  /// A recorder for one step of the program that this step runs.
  func makeRecorder(ofStep step: Int) throws -> TraceRecorder {
    try runtime.makeRecorder(
      ofProgram: programs.training[batch(ofStep: step).count] ?? -1, steps: 1,
      tag: programs.firstFreeTag)
  }
}

extension Value {
  /// What a weight is before the first step; nil for anything else.
  func firstValues(seed: UInt64) -> [Float]? {
    guard let initializer = role == .direction ? .normal(deviation: 1) : initializer else {
      return nil
    }
    let stream = RandomStream(seed: seed, name: name)
    return (0..<type.shape.count).map { element in
      switch initializer {
      case .constant(let value): Float(value)
      case .uniform(let bound): (2 * stream.uniform(element) - 1) * Float(bound)
      case .normal(let deviation): stream.normal(element) * Float(deviation)
      }
    }
  }
}

/// Samples that are functions of their number.
final class RandomFeeder: BatchFeeder {
  private let classes: Int
  private let input: ValueType
  private let labelIsReal: Bool
  private var batch = 0..<0
  private var isTest = false
  private var sampleWeight: Float = 0

  init(_ model: RuntimeModel) {
    classes = model.model.classes
    input = model.model.input
    labelIsReal = model.model.objective.loss == .squaredError
  }

  /// Makes these samples the current batch.
  func begin(_ batch: Range<Int>, isTest: Bool, sampleWeight: Float) {
    self.batch = batch
    self.isTest = isTest
    self.sampleWeight = sampleWeight
  }

  func fill(_ role: VariableRole, samples: Range<Int>, into target: UnsafeMutableRawBufferPointer) {
    guard role != .sampleWeight else {
      target.bindMemory(to: Float.self).update(repeating: sampleWeight)
      return
    }
    let count = target.count / 4 / max(samples.count, 1)
    let isReal = role == .input ? input.element == .float32 : labelIsReal
    for (row, place) in samples.enumerated() {
      for element in 0..<count {
        let word = word(role, sample: batch.lowerBound + place, element)
        let offset = 4 * (row * count + element)
        if isReal {
          target.storeBytes(
            of: 4 * RandomStream.uniform(word) - 2, toByteOffset: offset, as: Float.self)
        } else {
          target.storeBytes(
            of: Int32(RandomStream.integer(word, below: classes)), toByteOffset: offset,
            as: Int32.self)
        }
      }
    }
  }

  /// Some word; cheap, for it is made anew each time.
  private func word(_ role: VariableRole, sample: Int, _ element: Int) -> UInt32 {
    let place = UInt64(sample * 4096 + element * 4 + (role == .input ? 0 : 2) + (isTest ? 1 : 0))
    let mixed = (place &+ 1) &* 0x9E37_79B9_7F4A_7C15
    return UInt32(truncatingIfNeeded: ((mixed ^ mixed >> 29) &* 0xBF58_476D_1CE4_E5B9) >> 32)
  }
}
