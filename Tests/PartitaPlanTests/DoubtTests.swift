import PartitaPlan
import Testing

/// How well a number is known: better the narrower and the more often it was measured.
@Suite struct DoubtTests {
  /// The notches of a box plot.
  @Test func doubtIsThatOfNotches() {
    let timing = Timing(measured: [1, 2, 3, 4, 5, 6, 7, 8, 9])
    #expect(timing.doubt == 1.57 * 4 / 3)
    #expect(Timing(computed: 5).doubt == 0)
    #expect(Timing(measured: [2, 2, 2]).doubt == 0)
  }

  private func profile(_ forward: [Timing]) throws -> Profile {
    let work = Timing(computed: 1)
    return try Profile(
      kind: .measured, device: "a core",
      setting: Profile.Setting(samples: 1, microbatches: 1, gradientGroups: 1, ranks: 1),
      layers: forward.enumerated().map { index, forward in
        LayerProfile(
          name: "layer\(index)",
          bytes: LayerProfile.Bytes(
            parameters: 0, gradients: 0, state: 0, leavingPerSample: 0, stashPerSample: 0),
          sizes: [
            LayerProfile.Size(
              samples: 1, fill: .zero, forward: forward, inputGradient: work, weightGradient: work,
              backward: work)
          ], addition: .zero, update: .zero, finish: .zero)
      },
      step: Profile.Step(exchange: .zero, objective: .zero, action: .zero))
  }

  /// A profile is as good as its worst number, and says which that is.
  @Test func theLeastKnownNumberCounts() throws {
    let sure = Timing(measured: [2, 2, 2, 2])
    let unsure = Timing(measured: [1, 2, 2, 3])
    let profile = try profile([sure, unsure])
    #expect(profile.doubt == unsure.doubt / 2)
    #expect(profile.leastKnown == "forward of layer1")
    #expect(try self.profile([sure, sure]).leastKnown == nil)
  }

  /// What takes a thousandth of all hardly matters.
  @Test func tinyNumbersCountByTheWhole() throws {
    let tiny = Timing(measured: [1e-6, 2e-6, 2e-6, 3e-6])
    let profile = try profile([tiny, Timing(computed: 1)])
    #expect(abs(profile.doubt - tiny.doubt / (3 * 0.001)) < 1e-6)
  }
}
