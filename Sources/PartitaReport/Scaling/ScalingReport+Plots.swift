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

  /// The cuts of all numbers of ranks on the layers; nil where nobody knows them.
  var cutPicture: SVG? {
    guard let network else { return nil }
    let rows = network.cuts.sorted { $0.key < $1.key }.filter { $0.key > 1 }.map { ranks, cut in
      (name: "\(NumberText.count(ranks)) ranks", colour: Colour(0x7fa3cf), cut: cut)
    }
    guard !rows.isEmpty else { return nil }
    return CutDrawing(
      title: "Who has which layers", layers: network.layers, connections: network.connections,
      crossing: network.crossing, rows: rows
    ).picture
  }

  private var timelineChoice: ScalingMeasurement? {
    let traced = measurements.filter { $0.predictedTrace != nil || $0.measuredTrace != nil }
    return traced.last { $0.ranks <= machine.cores && $0.ranks > 1 } ?? traced.last
  }

  /// A step, predicted above measured, of the most ranks that have either and, where there are such,
  /// a core each; nil without traces.
  public var timeline: (ranks: Int, picture: SVG)? {
    guard let choice = timelineChoice else { return nil }
    let traces = [
      ("predicted", choice.predictedTrace), ("measured", choice.measuredTrace),
    ].compactMap { name, trace in
      trace.map { (name: "\(name): \(NumberText.seconds($0.makespan))", trace: $0) }
    }
    var options = ScheduleDrawing.Options()
    options.width = 1060
    return (choice.ranks, ScheduleDrawing.picture(traces, options: options))
  }

  /// Which step the timeline shows, against the one that is reported.
  var timelineWords: String {
    guard let choice = timelineChoice, let trace = choice.measuredTrace else { return "" }
    return "The measured step drawn takes \(NumberText.seconds(trace.makespan)), the one reported "
      + "\(NumberText.seconds(choice.seconds)): where its time goes is read off the one drawn."
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
