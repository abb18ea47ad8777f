internal import PartitaPlan
internal import PartitaPlanner
internal import PartitaWorkload

extension ComparisonReport {
  /// A workload's values over the number of devices, with the lower bound.
  package func valuePlot(_ subject: Subject) -> SVG {
    let scale = subject.unit.seconds
    var plot = MethodPlot(
      title: "\(subject.name): \(subject.unit.title)", measure: .seconds,
      series: series(subject) { _, median, range in
        (median.value * scale, range.lowerBound * scale...range.upperBound * scale)
      })
    plot.bound = subject.comparisons.compactMap { comparison in
      comparison.lowerBound.flatMap {
        $0 > 0 ? MethodPlot.Point(devices: comparison.devices, value: $0 * scale) : nil
      }
    }
    return plot.picture
  }

  /// A workload's values as multiples of the best.
  package func ratioPlot(_ subject: Subject) -> SVG {
    RatioPlot(
      title: "\(subject.name): multiple of the best value",
      series: series(subject) { comparison, median, range in
        guard let best = comparison.best, best > 0 else { return nil }
        return (median.value / best, range.lowerBound / best...range.upperBound / best)
      }
    ).picture
  }

  /// Seconds to plan over the number of devices.
  package func secondsPlot(_ subject: Subject) -> SVG {
    MethodPlot(
      title: "\(subject.name): seconds to plan", measure: .seconds,
      series: subject.methods.compactMap { method in
        let points = subject.comparisons.compactMap { comparison in
          comparison.seconds(of: method).flatMap { seconds in
            seconds > 0 ? MethodPlot.Point(devices: comparison.devices, value: seconds) : nil
          }
        }
        return points.isEmpty
          ? nil : MethodPlot.Series(method: method, name: method.rawValue, points: points)
      }
    ).picture
  }

  /// The multiples of the best of all cases.
  package var ratioStrip: SVG {
    StripPlot(
      title: "Multiple of the best value, all cases", measure: .factor,
      rows: strip(Self.ratio) { values in
        "\(NumberText.factor(values.median)) / \(NumberText.factor(values.most))"
      }, noteTitle: "median / most (cases)"
    ).picture
  }

  /// Seconds to plan of all cases.
  package var secondsStrip: SVG {
    StripPlot(
      title: "Seconds to plan, all cases", measure: .seconds,
      rows: strip({ $1.seconds(of: $0) }) { values in
        "\(NumberText.seconds(values.median)) / \(NumberText.seconds(values.most))"
      }, noteTitle: "median / most (cases)"
    ).picture
  }

  private func series(
    _ subject: Subject,
    _ value: (
      _ comparison: PartitionComparison, _ median: PartitionTrial.Score,
      _ range: ClosedRange<Double>
    ) -> (Double, ClosedRange<Double>)?
  ) -> [MethodPlot.Series] {
    subject.methods.compactMap { method in
      let points = subject.comparisons.compactMap { comparison -> MethodPlot.Point? in
        guard case .scores(let median, let range, _) = comparison.summary(of: method),
          let (value, spread) = value(comparison, median, range), value > 0
        else { return nil }
        return MethodPlot.Point(devices: comparison.devices, value: value, spread: spread)
      }
      return points.isEmpty
        ? nil : MethodPlot.Series(method: method, name: method.rawValue, points: points)
    }
  }

  private func strip(
    _ value: (PartitionMethod, PartitionComparison) -> Double?,
    note: ((median: Double, most: Double)) -> String
  ) -> [StripPlot.Row] {
    methods.map { method in
      let dots = cases.compactMap { subject, comparison -> (value: Double, tip: String)? in
        value(method, comparison).flatMap {
          $0 > 0 ? ($0, "\(subject.name) on \(comparison.devices)") : nil
        }
      }
      let words = dots.lowerMedian(by: \.value).map { median in
        let most = dots.reduce(median.value) { max($0, $1.value) }
        return note((median: median.value, most: most)) + " (\(dots.count))"
      }
      return StripPlot.Row(
        method: method, name: method.rawValue, dots: dots, note: words ?? "no plan")
    }
  }
}
