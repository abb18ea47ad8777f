import Foundation

/// The files beside the tests.
enum Fixture {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "Fixtures")

  static func path(_ name: String) -> String { folder.appending(path: name).path }

  static func json<Value: Decodable>(_ name: String) -> Value {
    do {
      let data = try Data(contentsOf: folder.appending(path: "\(name).json"))
      return try JSONDecoder().decode(Value.self, from: data)
    } catch {
      fatalError("\(name).json: \(error)")
    }
  }
}
