internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaSimulator

/// What follows from one measurement of a report.
public struct ScalingFigures: Hashable, Sendable {
  /// The measurement.
  public let measurement: ScalingMeasurement
  /// Seconds of a step if the serial step were shared out without loss.
  public let idealSeconds: Double
  /// How much faster samples pass than on one rank.
  public let speedUp: Double
  /// The speed-ups of the slowest and the fastest launch.
  public let speedUpSpread: ClosedRange<Double>
  /// The speed-up that the predicted seconds would give.
  public let predictedSpeedUp: Double?
  /// How much too long the prediction is, as a share of what was measured.
  public let predictionError: Double?
  /// Where the seconds beyond the ideal go.
  public let lost: LostTime
  /// What says where they go; nil for one rank, and where nothing does.
  public let lostBy: Witness?
  /// Whether ranks had to share cores.
  public let isOversubscribed: Bool

  /// What the causes of lost time are read off.
  public enum Witness: String, Hashable, Sendable {
    /// A step as it went.
    case trace
    /// The simulator's step, scaled to the measured one.
    case prediction
  }

  /// Speed-up over the number of ranks.
  public var efficiency: Double { speedUp / Double(measurement.ranks) }
}

extension ScalingReport {
  /// What follows from each measurement.
  ///
  /// The ideal of n ranks is the serial seconds times the batch's growth, over n: in strong scaling
  /// T(1) / n, in weak scaling T(1).
  public var figures: [ScalingFigures] {
    let serial = measurements[0]
    return measurements.map { measurement in
      let growth = Double(measurement.batch) / Double(serial.batch)
      let ideal = serial.seconds * growth / Double(measurement.ranks)
      func speedUp(_ seconds: Double) -> Double { serial.seconds * growth / seconds }
      let repeats = measurement.repeats
      let predicted = measurement.prediction?.makespanSeconds
      return ScalingFigures(
        measurement: measurement, idealSeconds: ideal, speedUp: speedUp(measurement.seconds),
        speedUpSpread: speedUp(repeats.max() ?? .nan)...speedUp(repeats.min() ?? .nan),
        predictedSpeedUp: predicted.map(speedUp),
        predictionError: predicted.map { $0 / measurement.seconds - 1 },
        lost: LostTime(
          measured: measurement.seconds, ideal: ideal, ranks: measurement.ranks,
          cores: machine.cores, prediction: measurement.prediction,
          account: measurement.account),
        lostBy: measurement.ranks == 1
          ? nil
          : measurement.measuredTrace != nil && measurement.ranks <= machine.cores
            ? .trace : measurement.prediction != nil ? .prediction : nil,
        isOversubscribed: measurement.ranks > machine.cores)
    }
  }

  /// Whether plans come in the predicted order, of pairs 5 % and 15 % apart.
  public var planOrders: [PlanOrder] { [0.05, 0.15].map { PlanOrder(plans, apart: $0) } }

  /// The median and the worst error of predictions against measurements, without their signs; nil
  /// where there are none.
  public var planErrors: (median: Double, worst: Double)? {
    let errors = plans.map { abs($0.error) }
    guard let worst = errors.max() else { return nil }
    return (errors.median, worst)
  }
}
