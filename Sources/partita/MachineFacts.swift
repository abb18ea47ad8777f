import Foundation
import PartitaDevice
import PartitaFiles
import PartitaMPI
import PartitaReport
import PartitaStudy
import PartitaTraining

/// What a report of measurements says of its circumstances.
enum MachineFacts {
  /// The day, the host, and the versions of all that was at work.
  /// - Parameter folder: where a study keeps its measurements; the day is that of the last.
  static func all(measuredIn folder: String?) -> [ReportFact] {
    let file = folder.map { "\($0)/\(MeasuredFile.name)" }
    let attributes = try? file.map { try FileManager.default.attributesOfItem(atPath: $0) }
    let date = attributes?[.modificationDate] as? Date ?? .now
    return [
      ReportFact("date", date.formatted(.iso8601.year().month().day())),
      ReportFact("host", ProcessInfo.processInfo.hostName),
      ReportFact("Partita", PartitaVersion.current),
      ReportFact(
        "MPI", MPITransport.library.split(separator: ",").prefix(2).joined(separator: ",")),
      ReportFact("device", (try? makeDevice().kind) ?? "none"),
    ]
  }
}
