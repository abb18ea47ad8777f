import ArgumentParser

/// `partita verify`.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Compares the bits of every plan.")
  func run() throws {}
}
