internal import Foundation
public import PartitaFiles

/// A file that holds a workload: JSON in the neutral form or that of a paper's authors, or
/// PipeDream's `graph.txt`. Which it is, its contents say, not its name.
public enum WorkloadFile {
  /// Reads a workload, and the SHA-256 of the file as 64 hex digits: a plan remembers it.
  /// - Throws: `FileError` with the path, the place in the file and what would fit.
  public static func read(
    _ path: String
  ) throws(FileError) -> (workload: Workload, sha256: String) {
    let bytes = try readTextBytes(path)
    let text = try decodeText(bytes, path: path)
    do {
      return (try workload(text, named: name(of: path)), SHA256.hexadecimal(of: bytes))
    } catch let error as WorkloadError {
      throw .malformed(path: path, problem: "\(error)")
    } catch {
      throw .malformed(path: path, problem: decodingWords(error, in: text.utf8))
    }
  }

  /// Reads several files; workloads that have one name are called by the ends of their paths.
  /// - Throws: `FileError` for the first that can't be read.
  public static func read(
    _ paths: [String]
  ) throws(FileError) -> [(workload: Workload, sha256: String)] {
    var files: [(workload: Workload, sha256: String)] = []
    for path in paths { files.append(try read(path)) }
    let names = PathEnds.names(files.map(\.workload.name), of: paths)
    return zip(files, names).map { file, name in
      (
        Workload(name: name, graph: file.workload.graph, costs: file.workload.costs), file.sha256
      )
    }
  }

  private static func workload(_ text: String, named name: String) throws -> Workload {
    let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
    switch text.utf8.first(where: { !blanks.contains($0) }) {
    case nil:
      throw WorkloadError.invalid(
        place: "the file", problem: "it is empty, expected a workload: JSON or a graph.txt")
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      return try document(text).workload(otherwiseNamed: name)
    default:
      do {
        return try Workload(pipedreamText: text, named: name)
      } catch {
        guard case .invalid("line 1", let problem) = error else { throw error }
        throw WorkloadError.invalid(
          place: "line 1",
          problem: "this is not JSON, which begins with '{', and no graph.txt: \(problem)")
      }
    }
  }

  private static func document(_ text: String) throws -> WorkloadDocument {
    do {
      return try JSON.value(WorkloadDocument.self, from: text.utf8)
    } catch let error as DecodingError {
      // Python writes NaN and Infinity, which JSON doesn't have: JSON5 does, and so the node and
      // the key can be named.
      do {
        _ = try JSON.value(WorkloadDocument.self, from: text.utf8, allowsJSON5: true)
      } catch let named as WorkloadError {
        throw named
      } catch {}
      throw error
    }
  }

  private static func name(of path: String) -> String {
    URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
  }
}
