public import PartitaCurvature

/// The curvature of J in words: what it will cost, and what was found.
public struct CurvatureText {
  private let cost: CurvatureCost
  private let time: CurvatureTime

  /// - Parameters:
  ///   - cost: as counted before the study.
  ///   - time: of the study.
  public init(_ cost: CurvatureCost, time: CurvatureTime = CurvatureTime()) {
    self.cost = cost
    self.time = time
  }

  /// What exercise 4 asks, before anything is computed.
  public var before: [String] { lines(of: costTable) + [""] + costSentences }

  /// What was found.
  public func after(_ study: CurvatureStudy) -> [String] {
    var lines = lines(of: Self.eigenvalueTable(study)) + [""] + Self.sentences(study, cost)
    if let full = FullHessian(study) { lines += full.sentences }
    if let words = words(of: study) { lines.append(words) }
    return lines
  }

  /// From J to its gradient to H·v, in numbers and in multiples of J.
  var costTable: Table {
    var table = Table(["", "nodes", "edges", "FLOPs of a batch", "kept for backward, bytes"])
    let rows = [("J", cost.objective), ("its gradient", cost.gradient), ("H·v", cost.product)]
    for (name, work) in rows {
      table.add(
        [name] + [work.nodes, work.edges, work.flops, work.keptBytes].map(NumberText.count))
    }
    for (name, work) in rows.dropFirst() {
      table.add([
        "\(name), times J's", Self.ratio(work.nodes, cost.objective.nodes),
        Self.ratio(work.edges, cost.objective.edges), Self.ratio(work.flops, cost.objective.flops),
        Self.ratio(work.keptBytes, cost.objective.keptBytes),
      ])
    }
    table.add([
      "H·v, times the gradient's", Self.ratio(cost.product.nodes, cost.gradient.nodes),
      Self.ratio(cost.product.edges, cost.gradient.edges),
      Self.ratio(cost.product.flops, cost.gradient.flops),
      Self.ratio(cost.product.keptBytes, cost.gradient.keptBytes),
    ])
    return table
  }

  /// Vectors, products and time.
  var costSentences: [String] {
    let (count, bytes) = (NumberText.count, NumberText.bytes)
    var sentences = [
      "a vector has \(count(cost.dimension)) numbers, \(bytes(cost.vectorBytes)); "
        + "\(count(cost.vectors)) of them are kept, \(bytes(cost.keptVectorBytes)) over all ranks",
      "the full Hessian has \(count(cost.matrixNumbers)) numbers and takes \(count(cost.dimension)) "
        + "products; this study takes \(count(cost.products))",
    ]
    if let foretold = time.foretold {
      sentences.append(
        "foretold: \(NumberText.seconds(foretold)), "
          + "\(NumberText.seconds(foretold / Double(max(1, cost.products)))) a product")
    }
    return sentences
  }

  /// A row for each eigenvalue, the largest first.
  static func eigenvalueTable(_ study: CurvatureStudy) -> Table {
    var table = Table(["eigenvalue λ", "residual |H·v - λ·v|"], wordColumns: 0)
    for found in study.eigenvalues.reversed() {
      table.add([NumberText.digits(found.value, 6), NumberText.digits(found.residual, 2)])
    }
    return table
  }

  /// The trace, and what follows from the eigenvalues.
  static func sentences(_ study: CurvatureStudy, _ cost: CurvatureCost) -> [String] {
    let trace = study.trace
    let error = trace.standardError.map { " ± \(NumberText.digits($0, 2))" } ?? ""
    var sentences = [
      "trace: \(NumberText.digits(trace.mean))\(error), of "
        + "\(counted(trace.samples.count, "vector")); the mean eigenvalue is "
        + NumberText.digits(trace.mean / Double(max(1, cost.dimension)), 3)
    ]
    // What is 0 is found on both sides of it, by the rounding of products.
    let nodes = study.density.nodes
    let limit = max(abs(nodes.first?.value ?? 0), abs(nodes.last?.value ?? 0)) / 1000
    if limit > 0 {
      sentences.append(
        "negative: about \(NumberText.percent(study.density.share(below: -limit))) of all eigenvalues; of a size "
          + "below \(NumberText.digits(limit, 2)), a thousandth of the largest: about "
          + NumberText.percent(
            study.density.share(below: limit) - study.density.share(below: -limit)))
    }
    if let largest = study.eigenvalues.last?.value, largest > 0 {
      sentences.append(
        "gradient descent is stable along the steepest direction below a learning rate of 2/λ = "
          + NumberText.digits(2 / largest, 3))
    }
    return sentences
  }

  /// How long it took, beside what was foretold; nil where nobody measured.
  ///
  /// A space that is exhausted early takes fewer products, so one is compared with one.
  func words(of study: CurvatureStudy) -> String? {
    guard let measured = time.measured else { return nil }
    let each = measured / Double(max(1, study.products))
    let foretold = time.foretold.map { $0 / Double(max(1, cost.products)) }
    let off = foretold.map {
      ", foretold \(NumberText.seconds($0)): \(Self.signed(each / $0 - 1))"
    }
    return "took \(NumberText.seconds(measured)) for \(Self.counted(study.products, "product")), "
      + "\(NumberText.seconds(each)) each" + (off ?? "")
  }

  private static func signed(_ share: Double) -> String {
    (share > 0 ? "+" : "") + NumberText.percent(share)
  }

  private static func counted(_ count: Int, _ noun: String) -> String {
    "\(NumberText.count(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  private static func ratio(_ value: Int, _ base: Int) -> String? {
    base > 0 ? NumberText.fixed(Double(value) / Double(base), 2) : nil
  }

  private func lines(of table: Table) -> [String] {
    table.text.split(separator: "\n").map(String.init)
  }
}

/// How long a study takes, in seconds.
public struct CurvatureTime: Hashable, Sendable {
  /// Before it begins; nil where nobody knows.
  public var foretold: Double?
  /// As it was; nil before it has ended.
  public var measured: Double?

  /// Nothing is known yet where both are left out.
  public init(foretold: Double? = nil, measured: Double? = nil) {
    self.foretold = foretold
    self.measured = measured
  }
}
