internal import Foundation

/// What is wrong with a JSON file, with the place in it and what would fit.
func decodingWords(_ error: any Error) -> String {
  switch error as? DecodingError {
  case .keyNotFound(let key, let context):
    "\(place(context.codingPath + [key])): this key is missing"
  case .typeMismatch(let type, let context):
    "\(place(context.codingPath)): expected \(form(of: type))"
  case .valueNotFound(let type, let context):
    "\(place(context.codingPath)): found null, expected \(form(of: type))"
  case .dataCorrupted(let context):
    context.codingPath.isEmpty
      ? "this is not JSON: \(reason(context))"
      : "\(place(context.codingPath)): \(context.debugDescription)"
  default: "\(error)"
  }
}

private func reason(_ context: DecodingError.Context) -> String {
  let inner = (context.underlyingError as NSError?)?.userInfo[NSDebugDescriptionErrorKey]
  return inner as? String ?? context.debugDescription
}

/// As `layers[2].sizes[0].forward`; without a path the whole file.
private func place(_ path: [any CodingKey]) -> String {
  guard !path.isEmpty else { return "the file" }
  return path.reduce("") { text, key in
    if let index = key.intValue { return "\(text)[\(index)]" }
    return text.isEmpty ? key.stringValue : "\(text).\(key.stringValue)"
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
