import PartitaDevice
import PartitaRuntime
import PartitaTransport
import Testing

/// What a run leaves behind on one rank, by bits.
struct RunOutcome: Hashable, Sendable {
  /// L, J and the norm of all gradients at each step.
  private(set) var steps: [[UInt64]] = []
  /// L and right answers over the test samples, half-way and at the end.
  private(set) var tests: [[UInt64]] = []
  /// The bits of the rank's weights at the end.
  private(set) var weights: [String: [UInt32]] = [:]

  /// L at each step.
  var losses: [Double] { steps.map { Double(bitPattern: $0[0]) } }

  /// Trains on threads, one a rank.
  ///
  /// - Parameters:
  ///   - tracing: whether the first step is recorded.
  ///   - sharesMemory: whether ranks read and add up where values lie.
  ///   - check: called with each rank's device at the end.
  static func train(
    _ model: RuntimeModel, _ plan: RuntimePlan = RuntimePlan(), tracing: Bool = false,
    sharesMemory: Bool = true,
    device: @escaping @Sendable () -> any Device = { CPUDevice() },
    check: @escaping @Sendable (any Device) -> Void = { _ in }
  ) throws -> [RunOutcome] {
    let programs = try RuntimePrograms(model, plan)
    return try LoopbackTransport.run(ranks: plan.ranks) { transport in
      let device = device()
      let rank = try RuntimeRank(
        programs, device: device, transport: transport, sharesMemory: sharesMemory)
      let recorder = tracing ? try rank.makeRecorder(ofStep: 1) : nil
      var outcome = RunOutcome()
      for step in 1...model.steps {
        let recording = step == 1 ? recorder?.recording : nil
        let result = try rank.train(step: step, recording: recording.map { (into: $0, place: 0) })
        outcome.steps.append(
          [result.loss, result.objective, result.gradientNorm ?? -1].map(\.bitPattern))
        if step % 2 == 0 { outcome.tests.append(try rank.evaluate().map(\.bitPattern)) }
      }
      outcome.weights = try rank.weights().mapValues { $0.map(\.bitPattern) }
      check(device)
      return outcome
    }
  }

  /// What differs on some rank from a run on one rank, in words; nil where all bits are equal.
  static func difference(of outcomes: [RunOutcome], from serial: RunOutcome) -> String? {
    for (rank, outcome) in outcomes.enumerated() {
      if let step = outcome.steps.indices.first(where: {
        !serial.steps.indices.contains($0) || outcome.steps[$0] != serial.steps[$0]
      }) {
        return "rank \(rank): step \(step + 1)"
      }
      if outcome.steps.count != serial.steps.count { return "rank \(rank): steps are missing" }
      if outcome.tests != serial.tests { return "rank \(rank): evaluation" }
      for (name, bits) in outcome.weights where bits != serial.weights[name] {
        return "rank \(rank): \(name)"
      }
    }
    let names = Set(outcomes.flatMap(\.weights.keys))
    return names == Set(serial.weights.keys) ? nil : "names of weights"
  }
}
