import ArgumentParser
import Foundation
import PartitaConfig
import PartitaCurvature
import PartitaFiles
import PartitaReport
import PartitaTraining
import PartitaTransport

/// `partita curvature`.
struct CurvatureCommand: RankCommand {
  static let configuration = CommandConfiguration(
    commandName: "curvature",
    abstract:
      "Says how J curves: eigenvalues of its Hessian, their residuals, trace, spectrum.",
    discussion: """
      Of a configuration at the weights that a training begins with, or of a run's folder at its last \
      ones, over the first batch of the training samples. Lanczos' method takes a product of the Hessian \
      with a vector a step, which is one forward and one backward pass on all ranks; every rank keeps \
      its part of the vectors. First it says what nodes, edges, FLOPs and kept bytes grow to and how long \
      it will take, afterwards how long it took. Under mpirun, or with --ranks, the network is cut as \
      parallel says, with the same answer to the last bit.
      """)

  @OptionGroup var network: CurvatureNetwork

  @OptionGroup var start: RankOptions

  @OptionGroup var asked: CurvatureOptions

  @Flag(help: "Foretells the time by computed costs, not measured ones.")
  var analytic = false

  @Option(
    help: ArgumentHelp(
      "Writes curvature.html and curvature.json there, and with --full hessian.csv.",
      valueName: "folder"))
  var output: String?

  @Flag(help: "Prints one line of JSON.")
  var json = false

  @Flag(help: "With --output: says nothing on standard output.")
  var quiet = false

  mutating func validate() throws {
    try checkFolder(output, files: "a page and a record")
    if json, quiet {
      throw ValidationError("--quiet says nothing, --json a line: give one of them")
    }
    if asked.float64 {
      for (name, isGiven) in [
        ("--ranks", start.ranks.map { $0 > 1 } ?? false), ("--plan", network.plan != nil),
        ("--analytic", analytic),
      ] where isGiven {
        throw ValidationError(
          "--float64 is computed by one rank, and nobody foretells its time: leave out \(name)")
      }
    }
    if quiet, output == nil {
      throw ValidationError("--quiet says nothing, so give --output for what is found")
    }
  }

  var ranksToStart: Int? { start.ranks }

  private var voice: Voice { json ? .json : quiet ? .nothing : .words }

  func run(on session: RankSession) throws {
    let (config, weights) = try network.load(on: session)
    let prepared = try prepare(config, weights, session)
    let folder = try session.prepare {
      try session.speaks ? output.map { try OutputDirectory($0) } : nil
    }
    session.warnOfSharedCores()
    // A run's configuration is called "config": its folder has a name.
    let name = network.path.split(separator: "/").last.map(String.init)
    let journal =
      session.speaks
      ? CurvatureJournal(
        prepared, config, name: weights == nil ? config.name : name ?? config.name, voice, folder)
      : nil
    journal?.begin()
    try session.perform {
      try session.transport.barrier()
      let start = ContinuousClock.now
      let study = try prepared.study(asked.request) { journal?.product($0) }
      try journal?.end(study, seconds: (ContinuousClock.now - start) / .seconds(1))
    }
    try session.finish()
  }

  private func prepare(
    _ config: TrainingConfig, _ weights: String?, _ session: RankSession
  ) throws -> PreparedCurvature {
    guard asked.float64 else {
      return try PreparedCurvature(
        config, weights: weights, asked.request, seed: asked.seed, session,
        foretelling: analytic ? .analytic : .measured)
    }
    return try session.prepare {
      guard session.transport.size == 1 else {
        throw Refusal(
          words: "--float64 is computed by one rank, and there are \(session.transport.size)")
      }
      return try PreparedCurvature(
        exactly: config, weights: weights, asked.request, seed: asked.seed)
    }
  }
}
