import PartitaFiles
import PartitaGraph
import PartitaTraining
import PartitaTransport
import TestFiles
import Testing

/// A checkpoint is whole, or it is known not to be.
@Suite struct CheckpointDamageTests {
  /// Two checkpoints of one run, and the folders of both.
  private static func checkpoints(in folder: TemporaryFolder) throws -> (run: String, steps: [Int])
  {
    let run = folder.file("run")
    _ = try ResumeTests.train(
      ResumeTests.settings[0].config(["output.checkpoint={every_steps: 2, keep: 2}"]), ranks: 1,
      folder: run, stop: 5)
    return (run, [5, 4])
  }

  private static func newest(_ path: String) throws -> Int? {
    try ResumePoint.newest(at: path, over: LoopbackTransport.solo(), sees: [true]) { _ in }?.step
  }

  /// Every changed bit and every missing byte of every file is found.
  @Test func noDamageGoesUnseen() throws {
    let folder = try TemporaryFolder()
    let (run, steps) = try Self.checkpoints(in: folder)
    let path = "\(run)/checkpoints/step-00000000\(steps[0])"
    try #require(try Self.newest(path) == steps[0])
    var random = SplitMix64(seed: 1)
    for name in entries(of: path) {
      let file = "\(path)/\(name)"
      let whole = try readFile(file)
      for round in 0..<250 {
        var bytes = whole
        switch round % 5 {
        case 0: bytes.removeLast(1 + random.next(below: bytes.count))
        case 1: bytes.append(UInt8(random.next(below: 256)))
        default: bytes[random.next(below: bytes.count)] ^= 1 << UInt8(random.next(below: 8))
        }
        try Self.write(bytes, to: file)
        #expect(throws: CheckpointDamage.self, "\(name), round \(round)") { try Self.newest(path) }
      }
      removeTree(file)
      if name == "manifest.json" {
        #expect(try Self.newest(path) == nil)
      } else {
        #expect(throws: CheckpointDamage.self, "without \(name)") { try Self.newest(path) }
      }
      try Self.write(whole, to: file)
    }
    #expect(try Self.newest(path) == steps[0])
  }

  /// The one before is taken, and the damage is said.
  @Test func theOneBeforeIsTaken() throws {
    let folder = try TemporaryFolder()
    let (run, steps) = try Self.checkpoints(in: folder)
    let file = "\(run)/checkpoints/step-00000000\(steps[0])/model-00002-of-00004.safetensors"
    var bytes = try readFile(file)
    bytes[bytes.count / 2] ^= 1
    try Self.write(bytes, to: file)
    var warnings: [String] = []
    let point = try ResumePoint.newest(
      at: run, over: LoopbackTransport.solo(), sees: [true]
    ) { warnings.append($0) }
    #expect(point?.step == steps[1])
    #expect(warnings.count == 1)
    #expect(warnings.first?.contains("model-00002-of-00004.safetensors") == true)
  }

  /// What is half written, or half removed, is none.
  @Test func partsAreNone() throws {
    let folder = try TemporaryFolder()
    let (run, steps) = try Self.checkpoints(in: folder)
    for step in steps {
      let path = "\(run)/checkpoints/step-00000000\(step)"
      try rename(path, to: "\(path).part")
    }
    #expect(try Self.newest(run) == nil)
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    try DurableFile.write(bytes, to: path)
  }
}
