public import PartitaCurvature

/// The curvature of J at the weights of a network: a page, a record, the Hessian's numbers.
public struct CurvatureReport {
  let name: String
  let study: CurvatureStudy
  let cost: CurvatureCost
  let time: CurvatureTime
  private let remarks: [String]
  let command: String

  /// - Parameters:
  ///   - name: what the run is called.
  ///   - study: what was found.
  ///   - cost: as counted before.
  ///   - time: foretold and measured.
  ///   - remarks: what else is to be said, a sentence each.
  ///   - command: how to make the page again.
  public init(
    _ name: String, _ study: CurvatureStudy, cost: CurvatureCost, time: CurvatureTime,
    remarks: [String], command: String
  ) {
    self.name = name
    self.study = study
    self.cost = cost
    self.time = time
    self.remarks = remarks
    self.command = command
  }

  /// The spectrum as a picture.
  public var spectrum: SVG {
    // More rows than these take longer than a page may.
    let matrix = study.matrix.flatMap { $0.count <= 512 ? $0 : nil }
    let all = matrix.map { SpectralDensity(eigenvalues: SymmetricEigen($0).values) }
    return DensityPlot(
      title: "How the eigenvalues of the Hessian are distributed", density: study.density,
      smoothing: study.density.usualWidth, ends: study.eigenvalues, all: all,
      dimension: cost.dimension
    ).picture
  }

  /// The report as one HTML file: style and pictures inside, nothing loaded, no script.
  public var html: String {
    let title = "Curvature of \(name)"
    var body = HTML.beginning(kicker: title, headline: headline, remarks: remarks)
    body += HTML.section("Spectrum", HTML.figure(spectrum) + HTML.note(spectrumWords))
    body += HTML.section(
      "Eigenvalues of both ends, and the trace",
      CurvatureText.eigenvalueTable(study).html
        + CurvatureText.sentences(study, cost).map { HTML.note(Self.sentence($0)) }.joined())
    if let matrix = study.matrix {
      body += HTML.section(
        "The full Hessian",
        HTML.figure(HessianMap(matrix: matrix, parts: cost.parts).picture)
          + HTML.note(Self.matrixWords(matrix)))
    }
    let words = CurvatureText(cost, time: time)
    var sentences = words.costSentences
    if let measured = time.measured {
      sentences.append(
        CurvatureText.words(measured, products: study.products, foretold: time.foretold))
    }
    body += HTML.section(
      "What second derivatives cost",
      words.costTable.html + sentences.map { HTML.note(Self.sentence($0)) }.joined())
    return HTML.page(title: title, body: body + ending.html)
  }

  private var headline: String {
    guard let low = study.eigenvalues.first?.value, let high = study.eigenvalues.last?.value else {
      return "The trace is \(NumberText.digits(study.trace.mean))"
    }
    return "Eigenvalues from \(NumberText.digits(low)) to \(NumberText.digits(high))"
  }

  private var spectrumWords: String {
    let steps = Set(study.steps).sorted()
    let words = steps.count == 1 ? "\(steps[0])" : "\(steps.first ?? 0) to \(steps.last ?? 0)"
    return
      "Of \(study.steps.count) random starts and \(words) steps each; every node is spread to a "
      + "normal distribution of the width (standard deviation) "
      + "\(NumberText.digits(study.density.usualWidth, 3)), a hundredth of the span."
  }

  private static func matrixWords(_ matrix: [[Double]]) -> String {
    var apart = 0.0
    for row in matrix.indices {
      for column in 0..<row { apart = max(apart, abs(matrix[row][column] - matrix[column][row])) }
    }
    let largest = matrix.joined().reduce(0) { max($0, abs($1)) }
    return
      "\(NumberText.count(matrix.count)) rows and columns; a number and its mirror image are at most "
      + "\(NumberText.digits(apart, 2)) apart, the largest is \(NumberText.digits(largest)). Colours go by "
      + "the square root of a number's size."
  }

  private static func sentence(_ words: String) -> String {
    (words.first.map { $0.uppercased() } ?? "") + words.dropFirst() + "."
  }

  private var ending: PageEnding {
    PageEnding(
      command: command, facts: [],
      definitions: [
        ReportFact("H", "the Hessian: second derivatives of J by all parameters, at these weights"),
        ReportFact(
          "residual",
          "H has an eigenvalue that is no farther from λ than |H·v - λ·v|, where v has length 1"),
        ReportFact(
          "trace",
          "the mean of zᵀHz over vectors z of random signs, with the standard error of the mean"),
        ReportFact(
          "spectrum",
          "stochastic Lanczos quadrature: of each start the nodes of Gauss' quadrature for the distribution of "
            + "eigenvalues, with their weights"),
        ReportFact(
          "kept for backward",
          "bytes of a microbatch that the forward pass leaves to the backward pass"),
        ReportFact(
          "kinks", "of a ReLU and of max pooling H is that of the piece on which the weights lie"),
      ])
  }
}
