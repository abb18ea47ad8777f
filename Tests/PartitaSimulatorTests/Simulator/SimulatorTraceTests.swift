import Foundation
import PartitaFiles
import PartitaGraph
import PartitaPlan
import PartitaSchedule
import PartitaSimulator
import TestSchedules
import Testing

/// Traces as text: the same for the same trace, valid, and what a viewer needs.
@Suite struct SimulatorTraceTests {
  private static func trace() throws -> Trace {
    let program = try Plans.chain(GPipe(), ranks: 2, microbatches: 1, bytes: 8)
    var costs = StepCosts.uniform(
      stages: 2, forward: 1e-3, inputGradient: 1e-3, weightGradient: 5e-7)
    costs.sameHost.latencySeconds = 2e-3
    return try Simulation(program, costs).trace
  }

  @Test func predictedBesideMeasured() throws {
    let receive = Trace.Span(start: 0, end: 0, category: .wait, action: nil)
    let measured = Trace(
      ranks: [Trace.Rank(name: "rank 0 (\"a\\b\")", spans: [receive])], messages: [])
    let text = Perfetto.json([("predicted", try Self.trace()), ("measured", measured)])
    #expect(
      text == """
        {"displayTimeUnit":"ms","traceEvents":[
        {"name":"process_name","ph":"M","pid":0,"args":{"name":"predicted"}},
        {"name":"thread_name","ph":"M","pid":0,"tid":0,"args":{"name":"rank 0 (stage 0, replica 0)"}},
        {"name":"thread_sort_index","ph":"M","pid":0,"tid":0,"args":{"sort_index":0}},
        {"name":"0F0","ph":"X","pid":0,"tid":0,"cat":"forward","ts":0,"dur":1000},
        {"name":"wait at 0B0","ph":"X","pid":0,"tid":0,"cat":"wait","ts":1000,"dur":6000.500},
        {"name":"0B0","ph":"X","pid":0,"tid":0,"cat":"backward","ts":7000.500,"dur":1000.500},
        {"name":"thread_name","ph":"M","pid":0,"tid":1,"args":{"name":"rank 1 (stage 1, replica 0)"}},
        {"name":"thread_sort_index","ph":"M","pid":0,"tid":1,"args":{"sort_index":1}},
        {"name":"wait at 1F0","ph":"X","pid":0,"tid":1,"cat":"wait","ts":0,"dur":3000},
        {"name":"1F0","ph":"X","pid":0,"tid":1,"cat":"forward","ts":3000,"dur":1000},
        {"name":"1B0","ph":"X","pid":0,"tid":1,"cat":"backward","ts":4000,"dur":1000.500},
        {"name":"wait at EXCHANGE","ph":"X","pid":0,"tid":1,"cat":"wait","ts":5000.500,"dur":3000.500},
        {"name":"0SEND_F0>1","ph":"s","pid":0,"tid":0,"cat":"message","id":0,"ts":999.999,"args":{"bytes":8}},
        {"name":"0SEND_F0>1","ph":"f","pid":0,"tid":1,"cat":"message","id":0,"bp":"e","ts":3000},
        {"name":"1SEND_B0>0","ph":"s","pid":0,"tid":1,"cat":"message","id":1,"ts":5000.499,"args":{"bytes":8}},
        {"name":"1SEND_B0>0","ph":"f","pid":0,"tid":0,"cat":"message","id":1,"bp":"e","ts":7000.500},
        {"name":"process_name","ph":"M","pid":1,"args":{"name":"measured"}},
        {"name":"thread_name","ph":"M","pid":1,"tid":0,"args":{"name":"rank 0 (\\"a\\\\b\\")"}},
        {"name":"thread_sort_index","ph":"M","pid":1,"tid":0,"args":{"sort_index":0}}
        ],"otherData":{"partita_version":"\(PartitaVersion.current)"}}

        """)
  }

  /// A trace that is read again tells the same of its waits.
  @Test func messagesComeBack() throws {
    let trace = try Self.trace()
    let events = try JSON.value(
      TraceEvents.self, from: Perfetto.json([("predicted", trace)]).utf8)
    let back = try #require(try events.traces.first?.trace)
    #expect(back.messages.map(\.bytes) == [8, 8])
    let (read, known) = (TraceAccount(back), TraceAccount(trace))
    for (one, other) in zip(read.ranks, known.ranks) {
      #expect(abs(one.idle.messages - other.idle.messages) < 1e-8)
      #expect(abs(one.busySeconds - other.busySeconds) < 1e-8)
    }
    #expect(known.mean(\.idle.messages) > 1e-4)
  }

  /// Read by another's parser: every box and every arrow of a larger trace is there.
  @Test(arguments: ScheduleCatalogue.standard.schedules)
  func isJSON(_ schedule: any Schedule) throws {
    for virtual in schedule.virtualStages(upTo: 3) {
      var generator = SplitMix64(seed: 9)
      let program = try Plans.chain(
        schedule, ranks: 3, microbatches: 4, virtual: virtual, bytes: 2)
      let costs = SimulatorSupport.costs(
        stages: program.plan.stages.count, ranks: 3, from: &generator)
      let trace = try Simulation(program, costs).trace
      let parsed = try JSONSerialization.jsonObject(
        with: Data(Perfetto.json([("predicted", trace)]).utf8))
      let events = try #require((parsed as? [String: Any])?["traceEvents"] as? [[String: Any]])
      let kinds = Dictionary(grouping: events.compactMap { $0["ph"] as? String }, by: \.self)
      let boxes = trace.ranks.flatMap(\.spans).filter { $0.end > $0.start }
      #expect(kinds["X"]?.count == boxes.count)
      #expect(kinds["s"]?.count == trace.messages.count)
      #expect(kinds["f"]?.count == trace.messages.count)
      #expect(kinds["M"]?.count == 1 + 2 * 3)
    }
  }

  @Test func spansAreSmall() {
    #expect(MemoryLayout<Trace.Span>.stride <= 48)
  }
}
