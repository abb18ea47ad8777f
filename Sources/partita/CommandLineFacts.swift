import Foundation
import PartitaFiles
import PartitaTraining

/// What a rank was told by its command line: all ranks must be told the same.
struct CommandLineFacts {
  /// The arguments behind the program's name.
  let arguments: [String]

  /// The verb and the options, each with its value. What a configuration is made of is left out: it
  /// is compared key by key, for files may lie elsewhere on each host.
  var facts: [Fact] {
    var facts = [Fact("the verb", arguments.first { !$0.hasPrefix("-") })]
    var rest = arguments[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("-"), word.count > 1 else { continue }
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      var value = parts.count > 1 ? parts[1] : nil
      if value == nil, let next = rest.first, !next.hasPrefix("-") {
        value = next
        rest.removeFirst()
      }
      if parts[0] != "--set" { facts.append(Fact("the option \(parts[0])", value ?? "given")) }
    }
    return facts
  }
}
