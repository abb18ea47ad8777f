import ArgumentParser

/// `partita schedule`.
struct Schedule: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Prints the program of every rank.")
  func run() throws {}
}
