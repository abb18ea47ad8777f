internal import PartitaPlan
internal import PartitaWorkload

extension NetworkReport {
  /// The result in a sentence.
  public var headline: String {
    let ratios = cases.compactMap { one -> Double? in
      let others = one.rows.filter { $0.method != .optimal }
      guard let own = one.rows.first(where: { $0.method == .optimal }) else { return nil }
      if let own = own.measured, let best = others.compactMap(\.measured).min() {
        return best / own
      }
      guard let own = own.bestSeconds, let best = others.compactMap(\.bestSeconds).min() else {
        return nil
      }
      return best / own
    }
    let ranks = cases.map { NumberText.count($0.ranks) }.joined(separator: ", ")
    guard let least = ratios.min(), let most = ratios.max() else {
      return "\(name) on \(ranks) ranks"
    }
    return "\(name) on \(ranks) ranks: a step of the best other method takes "
      + (least == most
        ? NumberText.factor(least)
        : "\(NumberText.factor(least)) to \(NumberText.factor(most))")
      + " what the planner's takes, \(isMeasured ? "measured" : "predicted")"
      + (cases.compactMap(\.floor).max().map {
        " (a plan against itself: within \(NumberText.percent($0)))"
      } ?? "")
  }

  /// What else to know.
  public var remarks: [String] {
    let floors = cases.compactMap(\.floor)
    guard let floor = floors.max() else { return [] }
    var words =
      "A plan that ran twice in the same launch differed from itself by at most "
      + "\(NumberText.percent(floor))."
    let errors = cases.flatMap { $0.rows.compactMap(\.error) }.map { abs($0) }
    if let worst = errors.max() {
      words +=
        " Predictions by costs of the same minutes are off by \(NumberText.percent(errors.median)) "
        + "in the median and \(NumberText.percent(worst)) at worst."
    }
    return [words]
  }

  /// The tables as a terminal shows them.
  public var text: String {
    cases.map { one in
      "\(title(one))\n\(table(one).text)" + notes(one).map { "  \($0)\n" }.joined()
    }.joined(separator: "\n")
  }

  /// The report as Markdown, as GitHub shows it: words and tables, without pictures.
  public var markdown: String {
    var text = "# Cuts of \(Table.markdownCell(name))\n\n"
    text += ([headline + "."] + remarks).map(Table.markdownCell).joined(separator: "\n\n") + "\n"
    for one in cases {
      text += "\n## \(Table.markdownCell(title(one)))\n\n" + table(one).markdown
      let notes = notes(one)
      if !notes.isEmpty {
        text += "\n" + notes.map { "- \(Table.markdownCell($0))\n" }.joined()
      }
    }
    return text + ending.markdown
  }

  /// The end of both pages.
  var ending: PageEnding {
    PageEnding(command: commandLine, facts: facts, definitions: definitions)
  }

  func title(_ one: Case) -> String {
    "\(NumberText.count(one.ranks)) \(one.ranks == 1 ? "rank" : "ranks")"
      + (one.lowerBound.map { ", no step below \(NumberText.seconds($0))" } ?? "")
  }

  /// The methods on so many ranks.
  func table(_ one: Case) -> Table {
    var table = Table(
      [
        "method", "layers x replicas", schedule, "best schedule", "a step", "times best",
        "proved", "measured", "predicted then", "error",
      ], wordColumns: 2)
    let best = one.rows.compactMap(\.bestSeconds).min() ?? 1
    for row in one.rows where row.refusal == nil {
      table.add([
        row.method.rawValue, row.cut?.words, row.seconds.map(NumberText.seconds), row.schedule,
        row.bestSeconds.map(NumberText.seconds),
        row.bestSeconds.map { NumberText.factor($0 / best) },
        one.isProved(row) ? "yes" : nil,
        row.measured.map(NumberText.seconds), row.predictedThen.map(NumberText.seconds),
        row.error.map { NumberText.percent($0) },
      ])
    }
    return table.withoutEmptyColumns
  }

  /// Which methods have no plan, and why.
  func notes(_ one: Case) -> [String] {
    one.rows.compactMap { row in row.refusal.map { "\(row.method.rawValue): \($0)" } }
  }

  /// What the numbers are.
  var definitions: [ReportFact] {
    [
      ReportFact(
        schedule, "Seconds of a step as simulated, with every method under this schedule."),
      ReportFact(
        "a step", "The same under the schedule that suits the method's cut best."),
      ReportFact(
        "proved", "The predicted step is as short as the bound: no plan has a shorter one."),
      ReportFact(
        "layers x replicas",
        "From the first stage on: 3+4x2 is three layers on a rank, then four on each of two ranks."),
      ReportFact(
        "measured",
        "The median over rounds; the plans of one number of ranks take turns in one launch."),
      ReportFact(
        "predicted then", "As simulated by what layers and messages cost between those rounds."),
      ReportFact(
        "methods",
        "optimal is the planner; the others see the network as a chain in the order of the file, "
          + "its layers weighed by F and B of a microbatch. Of methods that draw at random the median "
          + "plan stands for all."),
    ]
  }
}

extension NetworkReport.Case {
  /// Whether no plan is better than a row's, as far as predictions go.
  func isProved(_ row: NetworkReport.Row) -> Bool {
    guard let bound = lowerBound, let seconds = row.bestSeconds else { return false }
    return seconds <= bound * (1 + 1e-9)
  }
}

extension NetworkReport.Row {
  /// How much too long the prediction was, as a share of what was measured.
  var error: Double? {
    measured.flatMap { measured in predictedThen.map { $0 / measured - 1 } }
  }
}

extension NetworkReport.Cut {
  /// As `3+4x2`: three layers on a rank, then four on two.
  var words: String {
    zip(stages, replicas).map { $1 == 1 ? "\($0.count)" : "\($0.count)x\($1)" }
      .joined(separator: "+")
  }
}
