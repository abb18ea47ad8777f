internal import Foundation
public import PartitaFiles
internal import Synchronization

/// ONNX files as they are on disk.
public enum ONNXFile {
  /// The most bytes of a file: its numbers count no further (protocol buffers).
  static let mostBytes = 1 << 31

  /// Reads a model; weights may lie in files beside it.
  ///
  /// A path that was read before is not read again: a configuration is read anew for each of its
  /// changes.
  /// - Throws: `FileError.unreadable`, or `.malformed` with what can't be understood.
  public static func read(_ path: String) throws(FileError) -> ONNXGraph {
    if let graph = known.withLock({ $0[path] }) { return graph }
    let bytes = try readFile(path, atMost: mostBytes)
    let graph: ONNXGraph
    do {
      graph = try ONNXGraph(bytes: bytes) { name, offset, count in
        guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
          throw FileError.malformed(
            path: path, problem: "its weights lie outside of its folder, in \(name)")
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        let all = try readFile(folder.appendingPathComponent(name).path)
        let end = count.map { $0.addingReportingOverflow(offset) }
        guard offset >= 0, offset <= all.count, end?.overflow != true,
          (end?.partialValue ?? all.count) <= all.count, (end?.partialValue ?? offset) >= offset
        else {
          throw FileError.malformed(
            path: path,
            problem:
              "weights should lie in \(name) from \(offset) on, and it has \(all.count) bytes")
        }
        return Array(all[offset..<(end?.partialValue ?? all.count)])
      }
    } catch let error as FileError {
      throw error
    } catch {
      throw .malformed(path: path, problem: "\(error)")
    }
    known.withLock { $0[path] = graph }
    return graph
  }

  private static let known = Mutex<[String: ONNXGraph]>([:])
}
