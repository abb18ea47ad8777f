import Foundation
import PartitaConfig
import PartitaData
import PartitaDevice
import PartitaFiles
import PartitaPlan
import PartitaStepPlanner
import PartitaStudy
import PartitaTraining
import PartitaTransport

/// The plan of a run that leaves it to the planner.
extension RankSession {
  /// Plans by what a step takes here; nil where the configuration says how it is cut, or there is one
  /// rank. Every rank must call it; rank 0 chooses.
  func autoChoice(
    _ blueprint: Blueprint, by costs: PreparedRun.AutoPlanning
  ) throws -> StepChoice? {
    let config = blueprint.config
    guard config.parallel.planning == .auto, transport.size > 1, costs != .simple else {
      return nil
    }
    var planning = RunPlanning(config, ranks: transport.size, profile: nil, cluster: nil)
    planning.effort = 5_000_000
    if costs == .analytic {
      planning.cluster = try .reference(devices: transport.size)
    } else {
      planning.profile = try measuredProfile(blueprint)
    }
    let text = try prepare {
      try speaks ? JSON.text(of: try planning.best().document, .line) : ""
    }
    let chosen = try transport.share(text)
    return try prepare { try JSON.value(PlanDocument.self, from: chosen.utf8).choice }
  }

  /// What the layers cost on these ranks: as it was measured before, or measured now.
  private func measuredProfile(_ blueprint: Blueprint) throws -> Profile? {
    let environment = ProcessInfo.processInfo.environment
    let cache = ProfileCache(blueprint, ranks: transport.size) { environment[$0] }
    let known = speaks ? cache.profile : nil
    guard try !transport.share(known != nil) else { return known }
    let start = ContinuousClock.now
    let profiler = try prepare {
      let config = try blueprint.config.with(parallel: .serial)
      let experiment = try Experiment(config, data: try config.describeData(), worldSize: 1)
      return try Profiler(
        experiment, dataset: try config.loadData(), device: makeDevice(), transport: transport,
        isQuick: true)
    }
    var profile: Profile?
    try perform { profile = try profiler.measure() }
    if speaks, let profile {
      cache.keep(profile)
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      Console.say(
        "partita: nothing says how the network is cut: measured for "
          + String(format: "%.1f s", seconds) + " to plan it\n")
    }
    return profile
  }
}
