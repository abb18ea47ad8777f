import ArgumentParser
import Foundation
import PartitaDevice
import PartitaFiles
import PartitaKeys
import PartitaTraining
import PartitaTransport

/// Why a rank can't read its command line; help and the version count, too: nothing runs.
struct LineProblem: Codable, Hashable {
  let words: String
  let code: Int32

  /// The problem that an error of parsing is.
  init(_ error: any Error) {
    words = Partita.fullMessage(for: error)
    code = Partita.exitCode(for: error).rawValue
  }

  /// Says it, as the whole of what this command does.
  func say() {
    // Help is as long as it is; complaints quote the line.
    if code == 0 {
      Console.show(words + "\n")
    } else {
      Console.say(words.shortened(to: 1900) + "\n")
    }
  }
}

extension RankSession {
  /// Ends all ranks together where any can't read its line, or where two lines differ.
  func agree(onLine line: CommandLineFacts, _ problem: LineProblem?) throws {
    let own = try problem.map { Array(try JSON.text(of: $0, .line).utf8) } ?? []
    let all = try transport.gather(own).map { try? JSON.value(LineProblem.self, from: $0) }
    guard let rank = all.firstIndex(where: { $0 != nil }), let first = all[rank] else {
      return try agree(
        on: [Fact("the version of Partita", PartitaVersion.current)] + line.facts
          + [Fact("the processor", makeDevice().kind)])
    }
    if speaks {
      // The same mistake on all ranks is one mistake.
      if all.allSatisfy({ $0 == first }) {
        first.say()
      } else {
        Console.complain("rank \(rank) can't read its command line: \(first.words)")
      }
    }
    // Whoever ends first has mpirun end the others, so they end together: nobody is cut short.
    try finish()
    throw ExitCode(first.code == 0 && !all.allSatisfy { $0 == first } ? 1 : first.code)
  }
}
