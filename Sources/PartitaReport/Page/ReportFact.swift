/// Something worth knowing of a machine, a configuration or a command, or what a word means.
public struct ReportFact: Hashable, Sendable, Codable {
  /// What it is.
  public var name: String
  /// What it is here.
  public var value: String

  /// What `name` is here.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}
