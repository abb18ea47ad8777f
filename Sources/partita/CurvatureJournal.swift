import PartitaConfig
import PartitaCurvature
import PartitaData
import PartitaFiles
import PartitaReport
import PartitaTraining

/// What rank 0 says and writes of a network's curvature.
struct CurvatureJournal {
  private let prepared: PreparedCurvature
  private let config: TrainingConfig
  private let name: String
  private let voice: Voice
  private let folder: OutputDirectory?
  private let bar: ProgressBar

  /// - Parameters:
  ///   - prepared: what is asked.
  ///   - config: the run.
  ///   - name: what the run is called.
  ///   - voice: how it speaks.
  ///   - folder: where files go; nil for none.
  init(
    _ prepared: PreparedCurvature, _ config: TrainingConfig, name: String, _ voice: Voice,
    _ folder: OutputDirectory?
  ) {
    self.prepared = prepared
    self.name = name
    self.config = config
    self.voice = voice
    self.folder = folder
    bar = ProgressBar(on: Console.results, isShown: voice == .words)
  }

  /// Says what will be done, and how long that takes.
  func begin() {
    guard voice == .words else { return }
    for line in [remark] + prepared.experiment.summary + [""] { Console.print(line) }
    let time = CurvatureTime(foretold: prepared.foretoldSeconds)
    for line in CurvatureText(prepared.cost, time: time).before + [""] { Console.print(line) }
  }

  /// Says how far it is.
  func product(_ count: Int) {
    bar.show(count, of: prepared.cost.products, "product \(count)/\(prepared.cost.products)")
  }

  /// Says and writes what was found.
  func end(_ study: CurvatureStudy, seconds: Double) throws {
    bar.clear()
    let time = CurvatureTime(foretold: prepared.foretoldSeconds, measured: seconds)
    let report = CurvatureReport(
      name, study, cost: prepared.cost, time: time, remarks: [remark],
      command: (["partita"] + Partita.words).joined(separator: " "))
    if let folder {
      try AtomicText.write(report.html, to: folder.file("curvature.html"))
      try AtomicText.write("\(report.json)\n", to: folder.file("curvature.json"))
      if let matrix = report.matrixCSV {
        try AtomicText.write(matrix, to: folder.file("hessian.csv"))
      }
    }
    switch voice {
    case .json: Console.print("\(report.json)")
    case .nothing: break
    case .words:
      for line in CurvatureText(prepared.cost, time: time).after(study) { Console.print(line) }
      if let folder { Console.print("written to \(folder.path)") }
    }
  }

  /// Of what it is.
  private var remark: String {
    "J over the first \(prepared.experiment.batches.batch) training samples, at "
      + (prepared.weights.map { "the weights of \($0)" } ?? "the weights that training begins with")
  }
}
