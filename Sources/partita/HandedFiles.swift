import Foundation
import PartitaFiles
import PartitaTraining
import PartitaTransport

extension RankSession {
  /// Paths under which this rank reads what rank 0 reads under `paths`: a rank that has no such file,
  /// as on hosts without a shared disk, gets a copy of rank 0's. All ranks must call it.
  ///
  /// What differs where all have a file is found when its contents are compared.
  func handed(_ paths: [String]) throws -> [String] {
    guard transport.size > 1 else { return paths }
    var paths = paths
    for index in paths.indices {
      let isMissing = !FileManager.default.isReadableFile(atPath: paths[index])
      let missing = try transport.collect(isMissing)
      guard !missing[0], missing.contains(true) else { continue }
      let bytes = try prepare { speaks ? try readFile(paths[index]) : [] }
      let contents = try transport.gather(bytes)[0]
      try prepare {
        guard isMissing else { return }
        let folder = FileManager.default.temporaryDirectory
          .appending(path: "partita-\(UUID().uuidString)").path
        TemporaryPaths.add(folder)
        // Runs and plans are called by their files.
        let name = URL(filePath: paths[index]).lastPathComponent
        let copy = try OutputDirectory(folder).file(name)
        try Data(contents).write(to: URL(filePath: copy))
        paths[index] = copy
      }
    }
    return paths
  }

  /// The options, the configuration's file handed out where ranks lack it.
  func handed(_ config: ConfigOptions) throws -> ConfigOptions {
    var config = config
    config.path = try handed([config.path])[0]
    return config
  }
}
