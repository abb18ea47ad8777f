internal import PartitaGraph

/// Equations as a LaTeX document that compiles by itself; its packages are amsmath and geometry.
public struct LatexDocument: Sendable {
  /// The equations.
  public let derivation: Derivation
  /// Whether the chain rule's forms are shown.
  public let withSteps: Bool
  /// Whether every one of blocks that repeat is shown.
  public let unfolds: Bool
  /// What stands above them, as it is typed.
  public let title: String

  /// Sets equations.
  ///
  /// - Parameters:
  ///   - derivation: the equations.
  ///   - title: what stands above them; any characters.
  ///   - withSteps: whether the chain rule's forms are shown.
  ///   - unfolds: whether every one of blocks that repeat is shown.
  public init(
    _ derivation: Derivation, title: String, withSteps: Bool = false, unfolds: Bool = false
  ) {
    self.derivation = derivation
    self.unfolds = unfolds
    self.title = title
    self.withSteps = withSteps
  }

  /// The whole file.
  public var text: String {
    let notation = derivation.notation
    let variables = derivation.variables.map { id in
      let value = derivation.graph[id]
      let shape = notation.shape(value.type, samples: derivation.samples)
      let space = value.type.element == .int32 ? "\\mathbb{Z}" : "\\mathbb{R}"
      let extents = shape.extents.map(String.init).joined(separator: " \\times ")
      let power = extents.isEmpty ? "" : "^{\(extents)}"
      return "$\(notation[id]?.latex ?? "") \\in \(space)\(power)$ (\(value.name.latexEscaped))"
    }
    let decay = derivation.weightDecay.map {
      " The weight decay is $\\lambda = \($0.digits.latexDigits)$."
    }
    return """
      \\documentclass{article}
      \\usepackage{amsmath,amssymb}
      \\usepackage[a4paper,landscape,margin=15mm]{geometry}
      \\sloppy
      \\setlength{\\parindent}{0pt}
      \\allowdisplaybreaks
      \\begin{document}
      \\section*{\(title.latexEscaped)}
      \(variables.joined(separator: ", ")).\(decay ?? "")
      \\subsection*{Forward}
      \(aligned(derivation.forward))
      \\subsection*{Backward}
      \(aligned(derivation.backward))
      \\end{document}

      """
  }

  private func aligned(_ equations: [Equation]) -> String {
    let parts =
      unfolds ? equations.indices.map { .line($0) } : RepeatedLines(equations.map(\.key)).parts
    let lines = parts.map { part in
      switch part {
      case .line(let index): line(equations[index])
      case .blocks(let count, let length, let last):
        "  &\\;\\;\\vdots && && \\text{"
          + RepeatedLines.words(count: count, lines: length, last: equations[last].subject.text)
          .latexEscaped + "}"
      }
    }
    return "\\begin{align*}\n\(lines.joined(separator: " \\\\\n"))\n\\end{align*}"
  }

  private func line(_ equation: Equation) -> String {
    let sides = equation.sides(withSteps: withSteps).map(\.latex)
    let shape = equation.shape.extents.map(String.init).joined(separator: " \\times ")
    let rule = equation.rule.isEmpty ? "" : "\\text{\(equation.rule.latexEscaped)}"
    let space = shape.isEmpty ? "\\mathbb{R}" : "\\mathbb{R}^{\(shape)}"
    // A form on each line where there are several.
    let right = sides.dropFirst().joined(separator: withSteps ? " \\\\\n  &= " : " = ")
    return "  \(sides[0]) &= \(right) && \\in \(space) && \(rule)"
  }
}

extension String {
  /// With LaTeX's own characters as text.
  fileprivate var latexEscaped: String {
    map { character in
      switch character {
      case "\\": "\\textbackslash{}"
      case "_", "&", "%", "#", "$", "{", "}": "\\\(character)"
      case "^": "\\textasciicircum{}"
      case "~": "\\textasciitilde{}"
      case "γ": "$\\gamma$"
      case "β": "$\\beta$"
      case "λ": "$\\lambda$"
      default: character.isASCII ? String(character) : "?"
      }
    }.joined()
  }
}
