import PartitaCurvature
import PartitaDevice
import PartitaPlan
import PartitaTraining
import PartitaTransport
import Testing

/// What a study needs of memory is foretold to the byte, and refused where there is less.
@Suite struct VectorMemoryTests {
  /// Every rank keeps what it holds, tied weights on each of their ranks.
  @Test(arguments: TrainerModel.all, TrainerTests.shapes)
  func vectorsAreForetold(_ model: TrainerModel, _ shape: TrainerTests.Shape) throws {
    let studied = try StudiedModel(model, shape.overrides, ranks: shape.ranks)
    let held = try LoopbackTransport.run(ranks: shape.ranks) { transport in
      let space = try studied.space(transport)
      return [space.vectorBytes, space.arenaBytes]
    }
    #expect(held.map { $0[0] } == studied.experiment.vectorBytes)
    #expect(try held.map { $0[1] } == studied.experiment.arenaBytes(device: CPUDevice()))
  }

  private func refusal(
    _ studied: StudiedModel, _ request: CurvatureRequest, available: Int
  ) -> String? {
    do {
      try studied.experiment.checkMemory(
        of: request, ranks: Array(0..<studied.experiment.plan.worldSize), available: available,
        device: CPUDevice())
      return nil
    } catch { return "\(error)" }
  }

  /// The border is the last byte, and the steps that are named fit.
  @Test(arguments: [false, true]) func whatFitsToTheByteIsTaken(_ isCut: Bool) throws {
    let studied =
      isCut
      ? try StudiedModel(.gpt, ["parallel.replicas=[1, 2]"], ranks: 3) : try StudiedModel(.gpt)
    let arenas = try studied.experiment.arenaBytes(device: CPUDevice()).reduce(0, +)
    let vector = studied.experiment.vectorBytes.reduce(0, +)
    var request = StudiedModel.request
    let needed = arenas + 9 * vector
    #expect(refusal(studied, request, available: needed) == nil)
    let words = try #require(refusal(studied, request, available: needed - 1))
    #expect(words.contains("\(needed) bytes, and \(needed - 1) are available: arenas \(arenas)"))
    #expect(words.hasSuffix("; 5 steps of Lanczos' method would fit"), "\(words)")
    request.steps = 5
    #expect(refusal(studied, request, available: needed - 1) == nil)
    request.wantsMatrix = true
    #expect(
      try #require(refusal(studied, request, available: needed)).hasSuffix(
        "it fits without the full Hessian"))
    #expect(
      try #require(refusal(studied, request, available: arenas - 1)).contains(
        "not even the arenas fit"))
  }
}
