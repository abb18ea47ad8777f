import Foundation
import PartitaConfig
import PartitaData
import PartitaDevice
import PartitaFiles
import PartitaGraph
import PartitaPlan
import PartitaReport
import PartitaSchedule
import PartitaSimulator
import PartitaTraining

/// A kind of input: valid samples, and what is done with one.
struct Input {
  let name: String
  let samples: [[UInt8]]
  let read: ([UInt8]) throws -> Void

  /// All kinds; files of cases and samples lie in `folder`.
  static func all(in folder: String) throws -> [Input] {
    let samples = try SampleRun(in: folder)
    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
      let path = "\(folder)/\(name)"
      try Data(bytes).write(to: URL(filePath: path))
      return path
    }
    return try [
      Input(name: "configuration", samples: SampleText.configurations) {
        try tryOut(TrainingConfig(contentsOf: file("run.yaml", $0)))
      },
      Input(name: "override", samples: SampleText.overrides) {
        let config = try TrainingConfig(
          yaml: String(decoding: SampleText.configurations[0], as: UTF8.self), file: "run.yaml",
          overrides: [String(decoding: $0, as: UTF8.self)])
        try tryOut(config)
      },
      Input(name: "cluster", samples: [SampleText.cluster]) {
        let cluster = try Cluster(contentsOf: file("cluster.yaml", $0))
        _ = try Simulation(of: samples.experiment, profile: nil, cluster: cluster).trace
      },
      Input(name: "csv", samples: [samples.csv]) {
        let path = try file("schedule.csv", $0)
        let config = try samples.config(overrides: ["parallel.schedule=\(path)"])
        _ = try Experiment(config, ranks: 2)
      },
      Input(name: "program", samples: [samples.program]) {
        let program = try ProgramFile.read(file("program.json", $0))
        do throws(ProgramFault) { try Verifier.prove(program) } catch {
          // What the verifier says shows a grid, which has no bound of its own.
          _ = error.explanation(program)
          return
        }
        let simulation = try Simulation(program, profile: samples.profile, cluster: samples.cluster)
        _ = ScheduleDrawing.svg(simulation.trace)
      },
      Input(name: "profile", samples: [samples.profileText]) {
        let profile = try ProfileFile.read(file("profile.json", $0))
        let simulation = try Simulation(
          of: samples.experiment, profile: profile, cluster: samples.cluster)
        _ = Perfetto.json([("predicted", simulation.trace)])
        _ = simulation.prediction.words
      },
      Input(name: "plan", samples: [samples.plan]) {
        let path = try file("a.plan.json", $0)
        _ = try Experiment(samples.config(overrides: ["parallel={plan: \(path)}"]), ranks: 2)
        let check = PlanCheck(
          try samples.config(overrides: []), profile: samples.profile, cluster: samples.cluster)
        _ = try check.finding(of: path)
      },
      Input(name: "trace", samples: [samples.trace]) {
        for (_, trace) in try TraceFile.read(file("trace.json", $0)) {
          _ = ScheduleDrawing.svg(trace)
        }
      },
      Input(name: "idx", samples: [SampleImages.images]) { try readImages(SampleImages.gzip($0)) },
      Input(name: "gzip", samples: [SampleImages.gzip(SampleImages.images)], read: readImages),
      Input(name: "labels", samples: SampleImages.labels) {
        let images = try file("images.idx", SampleImages.images)
        let yaml = "data: {name: idx, images: \"\(images)\", labels: "
        _ = try TrainingConfig(
          yaml: yaml + "\"\(file("labels.idx", $0))\"}\nmodel: {kind: mlp, widths: [4, 2]}\n",
          file: "t.yaml"
        ).loadData()
      },
      Input(name: "image", samples: SampleImages.encoded) {
        _ = try ImageDecoder().decode(file("image", $0))
      },
      Input(name: "safetensors", samples: [samples.weights]) {
        _ = try Safetensors.read(file("weights.safetensors", $0))
      },
      Input(name: "text", samples: [Array(String(repeating: "abcdef\n", count: 40).utf8)]) {
        let path = try file("a.txt", $0)
        let yaml = "data: {name: text, path: \"\(path)\", context: 4}\nmodel: {kind: gpt, "
        _ = try TrainingConfig(yaml: yaml + "depth: 1, width: 4, heads: 2}\n", file: "t.yaml")
          .loadData()
      },
      Input(name: "csv", samples: [Array("a,b,y\n1,\"x\"\"\n\",0\n2,z,1\n3,z,0\n".utf8)]) {
        try loadData("name: csv, path: \"\(file("a.csv", $0))\", label: y")
      },
      Input(name: "npy", samples: [array]) {
        let path = try file("a.npy", $0)
        try loadData("name: npy, inputs: \"\(path)\", labels: \"\(path)\", normalize: true")
      },
    ] + PlanningInput.all(in: folder)
  }

  /// Four small whole numbers as NumPy saves them.
  private static let array =
    [0x93] + Array("NUMPY".utf8) + [1, 0, 55, 0]
    + Array("{'descr': '|u1', 'fortran_order': False, 'shape': (4,)}".utf8) + [0, 1, 2, 1]

  private static func loadData(_ section: String) throws {
    let yaml = "data: {\(section)}\nmodel: {kind: mlp, widths: [2, 2]}\n"
    _ = try TrainingConfig(yaml: yaml, file: "d.yaml").loadData()
  }

  private static func readImages(_ gzip: [UInt8]) throws {
    _ = try IDXFile(gzip: gzip, name: "images.gz", dimensions: 3)
  }

  /// As far as a command goes before ranks start, and back from what it would write.
  private static func tryOut(_ config: TrainingConfig) throws {
    let again = try TrainingConfig(yaml: config.yaml(), file: "again.yaml")
    guard again == config else { throw Fault("what is written reads back as something else") }
    // Legal, and slow.
    guard config.training.microbatches <= 256, (config.model.family as? GPT)?.depth ?? 1 <= 8
    else { return }
    let data = try config.describeData()
    let ranks = try? Experiment(config, ranks: nil)
    let experiment = try ranks ?? Experiment(config, data: data, worldSize: 1)
    let cluster = try Cluster(
      yaml: String(decoding: SampleText.cluster, as: UTF8.self), file: "cluster.yaml")
    _ = try Simulation(of: experiment, profile: nil, cluster: cluster).prediction.words
    _ = experiment.summary
    _ = try experiment.arenaBytes(device: CPUDevice())
  }
}

/// What is wrong in itself.
struct Fault: Error, CustomStringConvertible {
  let description: String
  init(_ words: String) { description = words + String(repeating: "!", count: 2000) }
}
