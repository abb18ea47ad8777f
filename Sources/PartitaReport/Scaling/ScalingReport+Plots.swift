internal import PartitaSchedule

extension ScalingReport {
  /// Speed-up over ranks: measured, predicted, ideal.
  public var speedUpPlot: LinePlot {
    LinePlot("Speed-up", .factor, measuredSeries(.factor) + [ideal(.factor, to: mostRanks)])
  }

  /// Parallel efficiency over ranks: measured, predicted, ideal.
  public var efficiencyPlot: LinePlot {
    LinePlot(
      "Parallel efficiency", .share, measuredSeries(.share) + [ideal(.share, to: mostRanks)])
  }

  /// Speed-up and efficiency on from what was measured; nil without simulated points.
  var simulatedPlots: [LinePlot]? {
    guard let last = simulated.last else { return nil }
    return [(LinePlot.Measure.factor, "Speed-up"), (.share, "Parallel efficiency")]
      .map { measure, title in
        let points = simulated.map { point in
          let scale = measure == .factor ? Double(point.ranks) : 1
          return LinePlot.Point(x: Double(point.ranks), y: point.efficiency * scale)
        }
        return LinePlot(
          "\(title), simulated beyond this machine", measure,
          measuredSeries(measure).filter { $0.kind == .measured }
            + [
              LinePlot.Series("simulated", .simulated, points),
              ideal(measure, to: max(last.ranks, mostRanks)),
            ])
      }
  }

  /// Where the seconds of a step go, for each number of ranks.
  public var lostPlot: StackedBars {
    StackedBars(
      "A step against the ideal, and where the difference goes",
      figures.map { figure in
        let ranks = figure.measurement.ranks
        return StackedBars.Bar(
          "\(NumberText.count(ranks)) \(ranks == 1 ? "rank" : "ranks")",
          note: figure.isOversubscribed
            ? "on \(machine.cores) \(machine.cores == 1 ? "core" : "cores")"
            : figure.measurement.plan,
          idealSeconds: figure.idealSeconds, lost: figure.lost)
      })
  }

  /// A step, predicted above measured, of the most ranks that have either and, where there are such,
  /// a core each; nil without traces.
  public var timeline: (ranks: Int, picture: SVG)? {
    let traced = measurements.filter { $0.predictedTrace != nil || $0.measuredTrace != nil }
    let choice =
      traced.last { $0.ranks <= machine.cores && $0.ranks > 1 } ?? traced.last
    guard let choice else { return nil }
    let traces = [
      ("predicted", choice.predictedTrace), ("measured", choice.measuredTrace),
    ].compactMap { name, trace in
      trace.map { (name: "\(name): \(NumberText.seconds($0.makespan))", trace: $0) }
    }
    var options = ScheduleDrawing.Options()
    options.width = 1060
    return (choice.ranks, ScheduleDrawing.picture(traces, options: options))
  }

  private var mostRanks: Int { measurements.last?.ranks ?? 1 }

  private func measuredSeries(_ measure: LinePlot.Measure) -> [LinePlot.Series] {
    let figures = figures
    func scale(_ ranks: Int) -> Double { measure == .factor ? 1 : 1 / Double(ranks) }
    let measured = figures.map { figure in
      let (ranks, spread) = (figure.measurement.ranks, figure.speedUpSpread)
      let scale = scale(ranks)
      return LinePlot.Point(
        x: Double(ranks), y: figure.speedUp * scale,
        spread: spread.lowerBound * scale...spread.upperBound * scale,
        isHollow: figure.isOversubscribed)
    }
    let predicted = figures.compactMap { figure in
      figure.predictedSpeedUp.map {
        LinePlot.Point(
          x: Double(figure.measurement.ranks), y: $0 * scale(figure.measurement.ranks))
      }
    }
    return [LinePlot.Series("measured", .measured, measured)]
      + (predicted.isEmpty ? [] : [LinePlot.Series("predicted", .predicted, predicted)])
  }

  private func ideal(_ measure: LinePlot.Measure, to ranks: Int) -> LinePlot.Series {
    let ends = ranks > 1 ? [1, Double(ranks)] : [1]
    return LinePlot.Series(
      "ideal", .ideal, ends.map { LinePlot.Point(x: $0, y: measure == .factor ? $0 : 1) })
  }
}
