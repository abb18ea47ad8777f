import Foundation
import PartitaConfig
import PartitaPlan
import PartitaStepPlanner
import PartitaTraining
import Testing

/// Ways out of too little memory: each fits as it is laid out, or says why there is none.
struct WaysOutTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../..").standardizedFileURL.path

  private func ways(memory: Int, ranks: Int = 2, _ overrides: [String] = []) throws -> [WayOut] {
    let config = try TrainingConfig(
      contentsOf: "\(Self.root)/configs/digits.yaml", overrides: ["parallel="] + overrides)
    let cluster = try Cluster(contentsOf: "\(Self.root)/configs/clusters/two-core-cpu.yaml")
    return try WaysOut(
      RunPlanning(config, ranks: ranks, profile: nil, cluster: cluster), limit: memory
    ).all()
  }

  /// Every kind is there once, in order; what fits has an account below the memory, and the same bytes as a
  /// run of its configuration and plan would take.
  @Test(arguments: [150_000, 240_000, 270_000, 400_000])
  func whatFitsFits(memory: Int) throws {
    let ways = try ways(memory: memory)
    #expect(Set(ways.map(\.kind)).count == ways.count)
    #expect(ways.map(\.kind).first == .whole)
    for way in ways {
      #expect(way.fits == (way.bytes.map { $0 <= memory } ?? false), "\(way.kind)")
      #expect((way.refusal == nil) == (way.planned != nil))
      guard way.fits, let planned = way.planned else { continue }
      let blueprint = try Blueprint(way.config, of: planned.document, path: "a plan")
      let experiment = try Experiment(
        blueprint, worldSize: way.ranks, choice: planned.document.choice)
      #expect(
        try experiment.arenaBytes(device: blueprint.layoutDevice()).max() == way.bytes,
        "\(way.kind)")
    }
  }

  /// Of halvings the first that fits is taken, in one piece; the scaled rate falls with the batch.
  @Test func theSmallerBatchIsTheLargestThatFits() throws {
    let all = try ways(memory: 200_000)
    let smaller = try #require(all.first { $0.kind == .smallerBatch })
    let scaled = try #require(all.first { $0.kind == .scaledRate })
    #expect(smaller.batch < 64 && smaller.microbatches == 1 && smaller.fits)
    #expect(scaled.planned?.plan.bytes == smaller.planned?.plan.bytes)
    let rates = [smaller, scaled].map(\.config.training.learningRate.base)
    #expect(rates[1] == rates[0] * Double(smaller.batch) / 64)
    let twice = try ways(
      memory: .max,
      [
        "training.batch=\(2 * smaller.batch)", "training.microbatches=1",
        "training.gradient_groups=1",
      ])
    #expect(try #require(twice[0].bytes) > 200_000)
  }

  /// Where weights alone are too many no batch is small enough; one device has no pipeline.
  @Test func refusalsSayWhatIsLacking() throws {
    let ways = try ways(memory: 50_000, ranks: 1)
    #expect(ways.map(\.kind) == [.whole, .smallerBatch, .accumulation, .recomputation])
    for way in ways.dropFirst() {
      #expect(way.refusal?.contains("fits 50000 bytes each") == true, "\(way.refusal ?? "")")
    }
    #expect(ways[1].batch == 1)
  }
}
