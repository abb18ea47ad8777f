internal import Foundation
package import PartitaSchedule
internal import Testing

/// Programs as files have them, to be changed by hand.
package enum ProgramText {
  package static func text(_ program: Program) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(program), as: UTF8.self)
  }

  /// A program whose text has been changed.
  package static func edited(_ program: Program, _ old: String, _ new: String) throws -> Program {
    let text = try text(program)
    let changed = text.replacingOccurrences(of: old, with: new)
    #expect(changed != text, "\(old) is not in \(text)")
    return try JSONDecoder().decode(Program.self, from: Data(changed.utf8))
  }
}
