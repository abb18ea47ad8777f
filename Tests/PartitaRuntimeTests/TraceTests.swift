import PartitaDevice
import PartitaRuntime
import PartitaSchedule
import PartitaTransport
import Testing

/// A measured trace says what the program did: every action once, in order, at times that can be.
@Suite struct TraceTests {
  /// A run over several ranks, for instance tied weights that travel after the update.
  struct Run: CustomTestStringConvertible, Sendable {
    let model: RuntimeModel
    let plan: RuntimePlan
    var testDescription: String { "\(model.testDescription) on \(plan.replicas) \(plan.kind.name)" }
    var ranks: Int { plan.ranks }
  }

  static let runs = [
    Run(model: .mlp, plan: RuntimePlan()),
    Run(model: .mlp, plan: RuntimePlan(replicas: [2, 2])),
    Run(model: .skip, plan: RuntimePlan(replicas: [2, 1], kind: GPipe())),
    Run(model: .gpt, plan: RuntimePlan(replicas: [1, 2, 1])),
    Run(model: .folded, plan: RuntimePlan(replicas: [4])),
    Run(model: .mlp, plan: RuntimePlan(replicas: [2], kind: LoopedBFS(), virtual: 3)),
    Run(model: .ragged, plan: RuntimePlan(replicas: [3])),
  ]

  /// Trains with and without recording; the third step is traced.
  private func trace(_ run: Run) throws -> (steps: [MeasuredStep], equal: Bool) {
    let programs = try RuntimePrograms(run.model, run.plan)
    let results = try LoopbackTransport.run(ranks: run.ranks) { transport in
      func train(tracing: Bool) throws -> (MeasuredStep?, [Double]) {
        let rank = try RuntimeRank(programs, device: CPUDevice(), transport: transport)
        let recorder = tracing ? try rank.makeRecorder(ofStep: 3) : nil
        var losses: [Double] = []
        for step in 1...run.model.steps {
          let isTraced = step == 3
          if isTraced { try recorder?.alignClocks() }
          let recording = isTraced ? recorder?.recording : nil
          losses.append(
            try rank.train(step: step, recording: recording.map { (into: $0, place: 0) }).loss)
          if isTraced { try recorder?.alignClocks() }
        }
        return (try recorder?.trace(ofStep: 0), losses)
      }
      let (none, plain) = try train(tracing: false)
      let (step, losses) = try train(tracing: true)
      return (none == nil ? step : nil, plain == losses)
    }
    return (results.compactMap(\.0), results.allSatisfy(\.1))
  }

  @Test(arguments: runs)
  func aTraceTellsWhatTheProgramDid(_ run: Run) throws {
    let (steps, equal) = try trace(run)
    #expect(equal, "law 2: recording changes no bit")
    try #require(steps.count == run.ranks)
    let (program, trace) = (steps[0].program, steps[0].trace)
    #expect(steps.allSatisfy { $0.trace == trace }, "every rank knows the same")

    #expect(trace.ranks.count == run.ranks)
    for (rank, row) in trace.ranks.enumerated() {
      let actions = row.spans.filter { $0.category != .wait }
      #expect(actions.map(\.action) == program.ranks[rank].actions)
      #expect(actions.allSatisfy { $0.category == $0.action?.category })
      #expect(row.spans.allSatisfy { $0.start >= 0 && $0.end >= $0.start })
      #expect(zip(row.spans, row.spans.dropFirst()).allSatisfy { $0.end == $1.start })
    }
    #expect(trace.ranks.contains { $0.spans.first?.start == 0 })
    #expect(trace.makespan > 0)
    #expect(steps[0].secondsWithFreeMessages > 0)
    #expect(steps[0].secondsWithFreeMessages <= trace.makespan * (1 + 1e-9), "never longer")
    #expect((steps[0].clockUncertaintySeconds > 0) == (run.ranks > 1))
  }

  @Test(arguments: runs)
  func messagesOfATraceAreThoseOfTheProgram(_ run: Run) throws {
    let step = try #require(try trace(run).steps.first)
    let travelling = step.program.messages.filter { $0.from != $0.to }
    #expect(step.trace.messages.count == travelling.count)
    let slack = 2 * step.clockUncertaintySeconds
    for (found, message) in zip(step.trace.messages, travelling) {
      #expect(found.from == message.from && found.to == message.to)
      #expect(found.bytes == step.program.bytes(of: message))
      #expect(found.received >= found.sent)
      #expect(found.received <= step.trace.makespan + slack)
      // It leaves while the action runs that sends it.
      let sender = step.trace.ranks[found.from].spans.first {
        $0.category != .wait && $0.action == found.action
      }
      let span = try #require(sender)
      #expect(found.sent >= span.start && found.sent <= span.end)
      switch message.content {
      case .edge: #expect(found.action.category == .send)
      case .partial: #expect(found.action.category == .reduce)
      case .sum: #expect(found.action.category == .combine)
      case .weights: #expect(found.action.category == .gather)
      }
    }
  }
}
