public import PartitaFiles

/// The measurements of a study, each kept as soon as it has come, so that a study that ends early can
/// go on: it asks for the same in the same order, and gets what is known without measuring it again.
///
/// A file of JSON lines in the study's folder, which nobody else can take meanwhile. It stays when
/// the study has ended: going on then gives the report again.
public final class MeasuredFile {
  /// The file's name in its folder.
  public static let name = "measured.jsonl"

  /// What became of an earlier study's measurements.
  public enum Beginning: Hashable, Sendable {
    /// There were none to care for.
    case anew
    /// So many are taken up.
    case resumed(count: Int)
    /// The study was to begin anew, and had not ended: so many are kept at another path.
    case setAside(count: Int, path: String)
  }

  /// The file.
  public let path: String
  /// What became of those of before.
  public let beginning: Beginning
  /// Whether there is nothing that could be taken up.
  public private(set) var isEmpty: Bool
  private let lock: FolderLock
  private let file: MetricsFile
  private var known: [MeasuredLines.Label: [UInt8]] = [:]
  private var asked: [String: Int] = [:]
  private var hasEnded = false

  /// Takes a folder for a study.
  ///
  /// - Parameters:
  ///   - directory: where its report goes.
  ///   - study: what it is of.
  ///   - resumes: whether measurements of the same study are taken up. Otherwise those of a study
  ///     that had not ended are set aside.
  /// - Throws: `FileError` where the folder is held by another process or can't be written,
  ///   `OtherStudyError` where there is nothing of the same study to take up.
  public init(in directory: OutputDirectory, for study: StudyIdentity, resumes: Bool) throws {
    lock = try FolderLock(directory.path)
    path = directory.file(Self.name)
    let lines = MeasuredLines(isFile(path) ? try readFile(path) : [])
    if resumes, !lines.isEmpty {
      guard let earlier = lines.study else {
        throw FileError.malformed(path: path, problem: "the first line names no study")
      }
      if let difference = study.difference(from: earlier) {
        throw OtherStudyError(path: path, difference: difference)
      }
      file = try MetricsFile(continuing: path, isKept: MeasuredLines.isKept)
      known = lines.measurements
      hasEnded = lines.hasEnded
      beginning = .resumed(count: known.count)
      isEmpty = known.isEmpty
      return
    }
    let count = lines.measurements.count
    if lines.hasEnded || lines.isEmpty || count == 0 && lines.study != nil {
      beginning = .anew
    } else {
      let aside = Self.freePath(in: directory)
      try rename(path, to: aside)
      beginning = .setAside(count: count, path: aside)
    }
    isEmpty = true
    file = try MetricsFile(path)
    try file.append(study.json)
  }

  private static func freePath(in directory: OutputDirectory) -> String {
    var number = 1
    func path() -> String { directory.file("measured-\(number).jsonl") }
    while isFile(path()) { number += 1 }
    return path()
  }

  /// Whether the next answer to a request is known from before.
  func remembers(_ request: String) -> Bool { known[next(request)] != nil }

  /// The next answer to a request: that of before, or measured now and kept.
  ///
  /// - Parameters:
  ///   - request: what is measured; equal words for equal measurements.
  ///   - stored: as what a known answer is read.
  ///   - isCostly: whether the measurement took long enough to wait for the disk.
  ///   - recalled: makes the answer of what was stored; nil for what must be measured again.
  ///   - text: the answer as JSON in one line.
  ///   - measure: measures.
  /// - Throws: what `measure` throws; `FileError` where the answer can't be kept.
  func answer<Stored: Decodable, Value>(
    _ request: String, stored: Stored.Type, isCostly: Bool = true,
    recalled: (Stored) -> Value?, text: (Value) throws -> String, measure: () throws -> Value
  ) throws -> Value {
    let label = next(request)
    asked[request] = label.number
    if let line = known[label], let old = MeasuredLines.value(stored, of: line),
      let value = recalled(old)
    {
      return value
    }
    let value = try measure()
    try file.append(line: MeasuredLines.line(label, value: try text(value)))
    isEmpty = false
    if isCostly { try file.finish() }
    return value
  }

  private func next(_ request: String) -> MeasuredLines.Label {
    MeasuredLines.Label(request: request, number: asked[request, default: 0] + 1)
  }

  /// Notes that the study has ended: its report is written.
  /// - Throws: `FileError.unwritable` with what the system says.
  public func end() throws(FileError) {
    if !hasEnded { try file.append(MeasuredLines.ending) }
    hasEnded = true
    try file.finish()
  }
}
