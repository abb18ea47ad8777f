public import PartitaFiles

extension TradeoffReport {
  /// The ways as a table.
  var table: Table {
    let measured = isMeasured
    var table = Table(
      ["way", "devices", "stages x replicas", "batch", "pieces", "rate", "predicted ms"]
        + (measured ? ["measured ms", "predicted then", "error"] : [])
        + ["µs a sample", "memory", "sent", "updates", "noise"]
        + (measured ? ["loss, same samples", "loss, same seconds"] : []),
      wordColumns: 1)
    for row in rows {
      var cells: [String?] = [
        row.way, "\(row.ranks)", row.plan ?? "none", NumberText.count(row.batch),
        "\(row.microbatches)", NumberText.short(row.rate, 6),
        row.predicted.map { NumberText.short(1000 * $0, 3) },
      ]
      if measured {
        cells += [
          row.measured.map { NumberText.short(1000 * $0, 3) },
          row.predictedThen.map { NumberText.short(1000 * $0, 3) },
          row.error.map(NumberText.percent),
        ]
      }
      let room = row.bytes.map {
        NumberText.bytes($0) + (row.fits ? "" : ", lacks \(NumberText.bytes($0 - memory))")
      }
      cells += [
        row.secondsOfSample.map { NumberText.short(1e6 * $0, 2) }, room,
        row.sent.map(NumberText.bytes), NumberText.count(updates(row)),
        NumberText.short(noise(row)),
      ]
      if measured {
        cells += [
          row.loss(afterSamples: Double(samples)).map { NumberText.fixed($0, 4) },
          shortest.flatMap { row.loss(afterSeconds: $0) }.map { NumberText.fixed($0, 4) },
        ]
      }
      table.add(cells)
    }
    return table
  }

  /// Updates of the weights within the samples.
  func updates(_ row: Row) -> Int { max(1, samples / row.batch) }

  /// The variance of a gradient as a multiple of the whole batch's: samples are drawn one by one.
  func noise(_ row: Row) -> Double { Double(whole.batch) / Double(row.batch) }

  /// Why ways have no plan, and why there are no measured ones, a line each.
  var refusals: [String] {
    rows.compactMap { row in row.refusal.map { "\(row.way): \($0)" } } + problems
  }

  /// The table and what it says, for people.
  public var lines: [String] {
    var lines = table.text.split(separator: "\n").map(String.init)
    if !refusals.isEmpty { lines += [""] + refusals }
    return lines + [""] + sentences
  }

  /// The same for programs.
  public var json: JSON {
    func optional(_ value: Double?) -> JSON { value.map { .number($0) } ?? .null }
    func optional(_ value: Int?) -> JSON { value.map { .integer($0) } ?? .null }
    let ways: [JSON] = rows.map { row in
      [
        "way": .string(row.way), "ranks": .integer(row.ranks),
        "partition": row.plan.map { .string($0) } ?? .null, "batch": .integer(row.batch),
        "microbatches": .integer(row.microbatches), "learning_rate": .number(row.rate),
        "fits": .bool(row.fits), "refusal": row.refusal.map { .string($0) } ?? .null,
        "predicted": optional(row.predicted), "bytes": optional(row.bytes),
        "sent_bytes": optional(row.sent), "updates": .integer(updates(row)),
        "noise": .number(noise(row)), "measured": optional(row.measured),
        "predicted_then": optional(row.predictedThen),
        "losses": .array(
          row.losses.map { ["samples": .integer($0.samples), "loss": .number($0.loss)] }),
        "loss_same_samples": optional(row.loss(afterSamples: Double(samples))),
        "loss_same_seconds": optional(shortest.flatMap { row.loss(afterSeconds: $0) }),
      ]
    }
    return [
      "name": .string(name), "memory": .integer(memory), "samples": .integer(samples),
      "ranks": .integer(ranks), "stated_error": isMeasured ? .number(statedError) : .null,
      "floor": optional(floor), "ways": .array(ways),
      "problems": .array(problems.map { .string($0) }),
      "answer": .string(sentences.joined(separator: " ")),
    ]
  }
}
