internal import Foundation
internal import PartitaKeys

/// What is wrong with a JSON file, with the place in it and what would fit.
/// - Parameter bytes: the file.
package func decodingWords(_ error: any Error, in bytes: some Collection<UInt8>) -> String {
  switch error as? DecodingError {
  case .keyNotFound(let key, let context):
    "\(place(context.codingPath + [key])): this key is missing"
  case .typeMismatch(let type, let context):
    "\(place(context.codingPath)): expected \(form(of: type))"
  case .valueNotFound(let type, let context):
    "\(place(context.codingPath)): found null, expected \(form(of: type))"
  case .dataCorrupted(let context):
    context.codingPath.isEmpty
      ? "this is not JSON: \(reason(context, in: bytes))"
      : "\(place(context.codingPath)): \(context.debugDescription)"
  default: "\(error)"
  }
}

/// Why bytes are not JSON; `JSONDecoder` doesn't always say it, `JSONSerialization` does.
private func reason(_ context: DecodingError.Context, in bytes: some Collection<UInt8>) -> String {
  do {
    _ = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    return context.debugDescription
  } catch {
    guard let words = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String else {
      return context.debugDescription
    }
    // "... around character 12."
    guard let offset = words.split(separator: " ").last.flatMap({ Int($0.dropLast()) }),
      offset <= bytes.count
    else { return words }
    let line = bytes.prefix(offset).count { $0 == UInt8(ascii: "\n") } + 1
    return "\(words.dropLast()), in line \(line)."
  }
}

/// As `layers[2].sizes[0].forward`; without a path the whole file.
private func place(_ path: [any CodingKey]) -> String {
  guard !path.isEmpty else { return "the file" }
  return path.reduce("") { text, key in
    if let index = key.intValue { return "\(text)[\(index)]" }
    let name = key.stringValue.shortened()
    return text.isEmpty ? name : "\(text).\(name)"
  }
}

private func form(of type: Any.Type) -> String {
  switch type {
  case is Int.Type: "a whole number"
  case is Double.Type: "a number"
  case is String.Type: "text"
  case is [Double].Type: "a list of numbers"
  default: "\(type)".hasPrefix("Array") ? "a list" : "an object of keys and values"
  }
}
