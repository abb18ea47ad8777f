import Foundation
import PartitaConfig
import PartitaGraph
import PartitaPlan
import PartitaStudy
import PartitaTraining
import Testing

/// What `profile` promises: a file of this model, whole, with finite numbers. No time is compared.
@Suite(.serialized) struct ProfileTests {
  static let shared = Partita.config("digits.yaml")

  @Test(arguments: [1, 2]) func digits(_ ranks: Int) throws {
    try Partita.withTemporaryFolder { folder in
      let file = "\(folder.path)/digits.profile.json"
      let result = try Partita.run(
        ["profile", Self.shared, "--output", file, "--repeats", "3", "--json"], ranks: ranks)
      try #require(result.succeeded, "\(result.standardError)")
      #expect(result.standardOutput.split(separator: "\n").count == 1)

      let profile = try ProfileFile.read(file)
      #expect(profile.kind == .measured)
      #expect(
        profile.setting
          == Profile.Setting(samples: 16, microbatches: 4, gradientGroups: 4, ranks: ranks))
      #expect(profile.layers.map(\.name) == ["linear1", "linear2"])
      let config = try TrainingConfig(contentsOf: Self.shared).with(parallel: .serial)
      let experiment = try Experiment(config, data: try config.describeData(), worldSize: 1)
      try profile.check(fits: LayerGraph(experiment.training, samples: 16))
      // 1,500 samples leave a last batch of 28, cut into 16 and 12.
      #expect(profile.layers.allSatisfy { $0.sizes.map(\.samples) == [12, 16] })
      for layer in profile.layers {
        #expect(layer.sizes.allSatisfy { $0.forward.repeats == 3 * ranks && $0.forward.median > 0 })
        #expect(layer.sizes.allSatisfy { $0.backward.median > 0 })
        #expect(layer.update.median > 0 && layer.addition.median > 0)
      }
      #expect(profile.step.serial?.repeats == 3 * ranks)
      #expect((profile.messages == nil) == (ranks == 1))
      if let messages = profile.messages {
        #expect(messages.ranks == 2 && messages.links.map(\.to) == [1, 0])
        #expect(messages.links[0].curve.points.map(\.bytes).first == 8)
        #expect(messages.links[0].curve.points.map(\.bytes).last == 16 << 20)
        #expect(messages.reductions.map(\.ranks) == [2] && messages.exchanges.count == 1)
      }
    }
  }

  /// Tied weights, dropout, clipping, AdamW, and edges over several layers can be measured.
  @Test(arguments: ["gpt-tied-dropout.yaml", "skip.yaml", "clipping.yaml", "ragged.yaml"])
  func others(_ name: String) throws {
    try Partita.withTemporaryFolder { folder in
      let result = try Partita.run(
        [
          "profile", Partita.config(name), "--repeats", "1", "--set",
          "output.directory=\(folder.path)",
        ]
      )
      try #require(result.succeeded, "\(result.standardError)")
      let stem = name.replacing(".yaml", with: "")
      let profile = try ProfileFile.read("\(folder.path)/\(stem).profile.json")
      #expect(profile.serialSeconds(microbatchSizes: [profile.setting.samples]) > 0)
    }
  }

  static let clusters: [String] = {
    let folder = Partita.root.appending(path: "configs/clusters").path
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }()

  /// Every file in `configs/clusters` is a cluster with a source for each number, and can be
  /// computed for.
  @Test(arguments: clusters) func clusterFiles(_ name: String) throws {
    try Partita.withTemporaryFolder { folder in
      let path = Partita.config("clusters/\(name)")
      let cluster = try Cluster(contentsOf: path)
      let links = [cluster.withinHost, cluster.acrossHosts].compactMap { $0 }
      let figures =
        [
          cluster.processor.flopsPerSecond, cluster.processor.bytesPerSecond,
          cluster.processor.memoryBytes,
        ]
        + links.flatMap {
          [$0.latencySeconds, $0.bytesPerSecond] + ($0.eagerBytes.map { [$0] } ?? [])
        }
      #expect(figures.allSatisfy { $0.source?.isEmpty == false })
      let file = "\(folder.path)/a.profile.json"
      let result = try Partita.run(
        ["profile", Self.shared, "--analytic", "--cluster", path, "--output", file])
      try #require(result.succeeded, "\(result.standardError)")
      let profile = try ProfileFile.read(file)
      #expect(profile.kind == .analytic && profile.device == cluster.processor.name)
    }
  }

  @Test func thereAreClusters() { #expect(Self.clusters.count >= 4) }

  /// What can't work is said once, in words.
  @Test(arguments: [
    (["--analytic"], "--analytic needs --cluster"),
    (["--cluster", "c.yaml"], "--cluster goes with --analytic"),
    (["--repeats", "0"], "--repeats takes a number above 0, not 0"),
    (["--analytic", "--cluster", "no-such.yaml"], "no-such.yaml: can't read"),
    (["--output", "/proc/none/a.json"], "/proc/none"),
    (["--set", "training.batch=0"], "training.batch"),
  ])
  func isRefused(_ arguments: [String], _ words: String) throws {
    let result = try Partita.run(["profile", Self.shared] + arguments)
    #expect(!result.succeeded && !result.timedOut)
    #expect(result.standardError.contains(words), "\(result.standardError)")
  }
}
