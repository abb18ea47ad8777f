import Foundation
import PartitaDevice
import PartitaFiles
import PartitaMPI
import PartitaReport
import PartitaTraining

/// What a report of measurements says of its circumstances.
enum MachineFacts {
  /// The day, the host, and the versions of all that was at work.
  static var all: [ReportFact] {
    [
      ReportFact("date", Date.now.formatted(.iso8601)),
      ReportFact("host", ProcessInfo.processInfo.hostName),
      ReportFact("Partita", PartitaVersion.current),
      ReportFact(
        "MPI", MPITransport.library.split(separator: ",").prefix(2).joined(separator: ",")),
      ReportFact("device", (try? makeDevice().kind) ?? "none"),
    ]
  }
}
