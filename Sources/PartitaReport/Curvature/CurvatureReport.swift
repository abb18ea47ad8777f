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
    let all = FullHessian(study).map { SpectralDensity(eigenvalues: $0.eigenvalues) }
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
          + (FullHessian(study)?.sentences ?? []).map { HTML.note(Self.sentence($0)) }.joined()
          + HTML.note("Colours go by the square root of a number's size."))
    }
    let words = CurvatureText(cost, time: time)
    let sentences = words.costSentences + [words.words(of: study)].compactMap { $0 }
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
    let (least, most) = (study.steps.min() ?? 0, study.steps.max() ?? 0)
    let starts = study.steps.count == 1 ? "one random start" : "\(study.steps.count) random starts"
    return
      "Of \(starts), with \(least == most ? "" : "\(least) to ")\(most) steps of Lanczos' method; every node "
      + "is spread to a normal distribution of the width (standard deviation) "
      + "\(NumberText.digits(study.density.usualWidth, 3)), a hundredth of the span."
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
