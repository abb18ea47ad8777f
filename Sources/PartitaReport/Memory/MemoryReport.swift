public import PartitaSchedule

/// A page on the memory of a run.
public struct MemoryReport {
  private let name: String
  private let training: [MemoryAccount]
  private let prediction: [MemoryAccount]
  private let command: String
  private let remarks: [String]

  /// - Parameters:
  ///   - name: what the run is called.
  ///   - training: the account of each rank that trains; none where prediction alone is wanted.
  ///   - prediction: the account of each rank that predicts.
  ///   - remarks: what else is to be said, a sentence each.
  ///   - command: how to make the page again.
  public init(
    _ name: String, training: [MemoryAccount], prediction: [MemoryAccount], remarks: [String],
    command: String
  ) {
    self.name = name
    self.training = training
    self.prediction = prediction
    self.remarks = remarks
    self.command = command
  }

  /// The report as one HTML file: style and pictures inside, nothing loaded, no script.
  public var html: String {
    let own = training.isEmpty ? prediction : training
    let most = own.map(\.arenaBytes).max() ?? 0
    var text = HTML.beginning(
      kicker: "Memory of \(name)",
      headline: "\(NumberText.bytes(most)) on the largest of \(NumberText.count(own.count)) "
        + (own.count == 1 ? "rank" : "ranks"), remarks: remarks)
    for (rank, account) in own.enumerated() {
      let plot = LiveSetPlot(
        title: "rank \(rank): in use after each action of a step", live: account.live,
        arenaBytes: account.arenaBytes)
      let words = MemoryText(
        training: training.isEmpty ? nil : account, prediction: prediction[rank])
      text += HTML.section(
        "Rank \(rank)",
        HTML.figure(plot.picture) + words.totalsTable.html
          + HTML.details("In use at the peak", words.peakTable.html)
          + HTML.details("Every array", words.tensorTable.html))
    }
    let ending = PageEnding(
      command: command, facts: [],
      definitions: [
        ReportFact(
          "arena", "the one piece of memory that a rank takes before its first step; all is in it"),
        ReportFact(
          "in use",
          "from the action that makes a value, or begins to receive it, to the last that reads it, or "
            + "begins to send it"),
        ReportFact(
          "kept for", "the nodes of the backward pass, and of recomputation, that read a value"),
      ])
    return HTML.page(title: "Memory of \(name)", body: text + ending.html)
  }
}
