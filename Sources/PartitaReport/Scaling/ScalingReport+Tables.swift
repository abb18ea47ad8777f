internal import PartitaSchedule
internal import PartitaSimulator

extension ScalingReport {
  /// Seconds, speed-up and efficiency of each number of ranks.
  var resultTable: Table {
    var table = Table(
      [
        "ranks", "plan", "schedule", "batch", "microbatches", "step", "launches", "speed-up",
        "spread", "efficiency", "predicted", "error",
      ], wordColumns: 3)
    for figure in figures {
      let measurement = figure.measurement
      let spread = figure.speedUpSpread
      table.add([
        NumberText.count(measurement.ranks) + (figure.isOversubscribed ? " (shared cores)" : ""),
        measurement.plan, measurement.schedule, NumberText.count(measurement.batch),
        NumberText.count(measurement.microbatches), NumberText.seconds(measurement.seconds),
        "\(measurement.repeats.count)", NumberText.fixed(figure.speedUp, 2),
        "\(NumberText.fixed(spread.lowerBound, 2)) to \(NumberText.fixed(spread.upperBound, 2))",
        NumberText.percent(figure.efficiency),
        measurement.prediction.map { NumberText.seconds($0.makespanSeconds) },
        figure.predictionError.map(NumberText.percent),
      ])
    }
    return table.withoutEmptyColumns
  }

  /// Every launch.
  var launchTable: Table {
    let most = measurements.map(\.repeats.count).max() ?? 0
    var table = Table(["ranks"] + (1...max(most, 1)).map { "launch \($0)" })
    for measurement in measurements {
      table.add(
        [NumberText.count(measurement.ranks)]
          + (0..<most).map { index in
            index < measurement.repeats.count
              ? NumberText.seconds(measurement.repeats[index]) : nil
          })
    }
    return table
  }

  /// Lost time by cause.
  var lostTable: Table {
    let figures = figures
    let causes = LostTime.Cause.allCases.filter { cause in
      cause == .other || figures.contains { $0.lost[cause] != 0 }
    }
    var table = Table(["ranks", "step", "ideal", "lost"] + causes.map(\.words))
    for figure in figures {
      table.add(
        [
          NumberText.count(figure.measurement.ranks),
          NumberText.seconds(figure.measurement.seconds), NumberText.seconds(figure.idealSeconds),
          NumberText.seconds(figure.lost.total),
        ] + causes.map { NumberText.seconds(figure.lost[$0]) })
    }
    return table
  }

  /// Both bubbles of each prediction; nil without predictions.
  var bubbleTable: Table? {
    var table = Table(["ranks", "bubble", "bubble by span"])
    for measurement in measurements {
      guard let prediction = measurement.prediction else { continue }
      table.add([
        NumberText.count(measurement.ranks), NumberText.percent(prediction.bubbleFraction),
        NumberText.percent(prediction.spanBubbleFraction),
      ])
    }
    return table.rows.isEmpty ? nil : table
  }

  /// The memory of the rank that needs the most; nil where nothing is known.
  var memoryTable: Table? {
    var table = Table(["ranks", "largest rank, measured", "predicted", "error"])
    for measurement in measurements where !measurement.memory.isEmpty {
      let measured = measurement.memory.compactMap(\.measuredBytes).max()
      let predicted = measurement.memory.compactMap(\.predictedBytes).max()
      table.add([
        NumberText.count(measurement.ranks), measured.map(NumberText.bytes),
        predicted.map(NumberText.bytes), Self.error(predicted, measured),
      ])
    }
    return table.rows.isEmpty ? nil : table.withoutEmptyColumns
  }

  private static func error(_ predicted: Int?, _ measured: Int?) -> String? {
    guard let predicted, let measured, measured > 0 else { return nil }
    return NumberText.percent(Double(predicted) / Double(measured) - 1)
  }

  /// The memory of each rank.
  var rankMemoryTable: Table {
    var table = Table(["ranks", "rank", "measured", "predicted", "error"])
    for measurement in measurements {
      for memory in measurement.memory {
        table.add([
          NumberText.count(measurement.ranks), NumberText.count(memory.rank),
          memory.measuredBytes.map(NumberText.bytes), memory.predictedBytes.map(NumberText.bytes),
          Self.error(memory.predictedBytes, memory.measuredBytes),
        ])
      }
    }
    return table.withoutEmptyColumns
  }

  /// Predictions beyond the machine; nil where there are none.
  var simulatedTable: Table? {
    guard !simulated.isEmpty else { return nil }
    var table = Table(
      ["ranks", "cluster", "plan", "step, simulated", "speed-up", "efficiency"], wordColumns: 3)
    for point in simulated {
      table.add([
        NumberText.count(point.ranks), point.cluster, point.plan,
        NumberText.seconds(point.seconds),
        NumberText.significant(point.efficiency * Double(point.ranks)),
        NumberText.percent(point.efficiency),
      ])
    }
    return table
  }

  /// Predictions against measurements, plan by plan; nil where there are none.
  var planTable: Table? {
    guard !plans.isEmpty else { return nil }
    var table = Table(["plan", "predicted", "measured", "error"])
    for plan in plans {
      table.add([
        plan.plan, NumberText.seconds(plan.predictedSeconds),
        NumberText.seconds(plan.measuredSeconds), NumberText.percent(plan.error),
      ])
    }
    return table
  }

  /// What was run, and where.
  var machineTable: Table {
    var table = Table(["", ""], wordColumns: 2)
    table.add(["processor", machine.processor])
    table.add(["cores for ranks", NumberText.count(machine.cores)])
    if let bytes = machine.memoryBytes { table.add(["memory", NumberText.bytes(bytes)]) }
    for fact in machine.facts + configuration { table.add([fact.name, fact.value]) }
    return table
  }
}
