internal import PartitaData
internal import PartitaDevice
internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaSimulator
internal import PartitaTraining

/// What to expect of a study's cases, predicted anew before each round, so that predictions rest on
/// profiles of the same minutes as what is measured.
public struct ForecastRounds {
  private let cases: [ScalingCase]
  private let profiles: MeasuredProfiles
  private let profileSeconds: Double
  private var rounds: [[StepForecast]]

  /// - Parameters:
  ///   - cases: what is predicted.
  ///   - profiles: where profiles come from.
  ///   - profileSeconds: those of a profile.
  public init(_ cases: [ScalingCase], _ profiles: MeasuredProfiles, profileSeconds: Double) {
    self.cases = cases
    self.profiles = profiles
    self.profileSeconds = profileSeconds
    rounds = cases.map { _ in [] }
  }

  /// Predicts every case; cases that change nothing but the plan share the profile of as many cores.
  /// - Throws: `ScalingError` where a profile can't be measured.
  public mutating func predict() throws {
    var known: [ProfileKey: Profile] = [:]
    for (index, scalingCase) in cases.enumerated() {
      let key = ProfileKey(
        cores: profiles.profiled(scalingCase.ranks),
        batch: scalingCase.experiment.batches)
      let profile =
        try known[key]
        ?? profiles.profile(
          scalingCase.experiment.config, ranks: scalingCase.ranks, seconds: profileSeconds)
      known[key] = profile
      rounds[index].append(
        try StepForecast(scalingCase.experiment, profile: profile, device: makeDevice()))
    }
  }

  /// Of each case the forecast of median length.
  public var medians: [StepForecast] {
    rounds.map { forecasts in
      forecasts.sorted { $0.prediction.makespanSeconds < $1.prediction.makespanSeconds }[
        forecasts.count / 2]
    }
  }

  private struct ProfileKey: Hashable {
    let cores: Int
    let batch: Batches
  }
}
