internal import PartitaCurvature
public import PartitaFiles

extension CurvatureReport {
  /// What was found and what it cost, as an object; the full Hessian's numbers are `matrixCSV`.
  public var json: JSON {
    [
      "name": .string(name),
      "parameters": .array(
        cost.parts.map { ["name": .string($0.name), "count": .integer($0.count)] }),
      "dimension": .integer(cost.dimension),
      "eigenvalues": .array(
        study.eigenvalues.map { ["value": .number($0.value), "residual": .number($0.residual)] }),
      "trace": [
        "mean": .number(study.trace.mean),
        "standard_error": study.trace.standardError.map { .number($0) } ?? .null,
        "samples": .array(study.trace.samples.map { .number($0) }),
      ],
      "spectrum": [
        "width": .number(study.density.usualWidth),
        "steps": .array(study.steps.map { .integer($0) }),
        "nodes": .array(
          study.density.nodes.map { ["value": .number($0.value), "weight": .number($0.weight)] }),
      ],
      "full_hessian": FullHessian(study).map { full in
        [
          "eigenvalues": .array(full.eigenvalues.map { .number($0) }),
          "trace": .number(full.trace), "asymmetry": .number(full.asymmetry),
        ]
      } ?? .null,
      "cost": costJSON,
      "products": .integer(study.products),
      "seconds_foretold": time.foretold.map { .number($0) } ?? .null,
      "seconds": time.measured.map { .number($0) } ?? .null,
      "command": .string(command),
    ]
  }

  private var costJSON: JSON {
    func work(_ work: CurvatureCost.Work) -> JSON {
      [
        "nodes": .integer(work.nodes), "edges": .integer(work.edges),
        "flops": .integer(work.flops), "kept_bytes": .integer(work.keptBytes),
      ]
    }
    return [
      "objective": work(cost.objective), "gradient": work(cost.gradient),
      "hessian_product": work(cost.product), "products": .integer(cost.products),
      "vectors": .integer(cost.vectors), "vector_bytes": .integer(cost.vectorBytes),
      "kept_vector_bytes": .integer(cost.keptVectorBytes),
      "matrix_numbers": .integer(cost.matrixNumbers),
    ]
  }

  /// The full Hessian as a table with a row and a column for each parameter's number; nil where it wasn't
  /// asked for.
  public var matrixCSV: String? {
    guard let matrix = study.matrix else { return nil }
    let names = cost.parts.flatMap { part in (0..<part.count).map { "\(part.name)[\($0)]" } }
    var text = CSVLine.text([""] + names) + "\n"
    for (name, row) in zip(names, matrix) {
      text += CSVLine.text([name] + row.map { "\($0)" }) + "\n"
    }
    return text
  }
}
