import ArgumentParser
import PartitaFiles
import PartitaStudy

/// What every verb that starts `mpirun` takes.
struct LaunchOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The hosts that ranks run on: a name and slots=N in each line. Default: this one, or what a batch "
        + "system has given.", valueName: "file"))
  var hostfile: String?

  @Option(
    name: .customLong("mpirun-args"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Further arguments of mpirun, in one text; may be given several times. What they say of binding is "
        + "all that is said of it.", valueName: "text"))
  private var more: [String] = []

  /// Where ranks are to be.
  /// - Throws: `FileError` for a file of hosts that can't be read.
  func place() throws -> LaunchPlace {
    LaunchPlace(
      hosts: try hostfile.map { try HostFile(contentsOf: $0) },
      launcherArguments: more.flatMap { $0.split(separator: " ").map(String.init) })
  }

  /// Whether any is given.
  var isGiven: Bool { hostfile != nil || !more.isEmpty }

  /// What a study is known by.
  func facts(_ place: LaunchPlace) -> [(name: String, value: String?)] {
    let arguments = place.launcherArguments
    return [
      ("hosts", place.words),
      ("--mpirun-args", arguments.isEmpty ? nil : arguments.joined(separator: " ")),
    ]
  }
}
