internal import Foundation

extension Launcher {
  /// The `mpirun` that launches would start.
  public struct Version: Hashable, Sendable {
    /// The path of the program.
    public let path: String
    /// What it says of its version; empty where it says nothing.
    public let words: String
    /// Whether it is of the MPI library that this build is for.
    public let isOwn: Bool
    /// The library that this build is for.
    public let wanted: String
  }

  /// Asks the launcher for its version.
  /// - Throws: `LaunchError.noLauncher`, or `.system` where it can't be started.
  public static func version() throws(LaunchError) -> Version {
    let kind = LauncherKind.built
    let line = try MPIRunLine(
      kind, executable: "", arguments: [], ranks: 1, cores: 1,
      isRoot: true, inherited: ProcessInfo.processInfo.environment, additions: [:])
    let path = try line.findLauncher()
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = ["--version"]
    process.environment = line.environment
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    do { try process.run() } catch {
      throw .system(call: path, code: 0, text: error.localizedDescription)
    }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    let own = kind == .openMPI ? ["Open MPI", "OpenRTE"] : ["HYDRA"]
    return Version(
      path: path, words: lines.prefix(kind == .openMPI ? 1 : 2).joined(separator: " "),
      isOwn: own.contains(where: text.contains),
      wanted: kind.library.name)
  }
}
