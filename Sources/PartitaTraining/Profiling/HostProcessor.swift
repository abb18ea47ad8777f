/// The processor of this host.
enum HostProcessor {
  /// Its name as Linux has it, nil where the system doesn't say.
  static var name: String? {
    guard let bytes = try? readFile("/proc/cpuinfo"),
      let text = String(validating: bytes, as: UTF8.self),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("model name") }),
      let colon = line.firstIndex(of: ":")
    else { return nil }
    return String(line[line.index(after: colon)...].drop(while: \.isWhitespace))
  }
}
