import Foundation
import PartitaGraph
import PartitaTraining

/// The words about a run's progress: a bar on a terminal; otherwise plain lines, one for each epoch, and
/// in an epoch that is long one each ten seconds.
final class TrainingProgress {
  private let isShown: Bool
  private let bar: ProgressBar
  private var samples = 0
  private var timedSteps = 0
  private var seconds = 0.0
  private var epochSamples = 0
  private var epochSeconds = 0.0
  private var stepsLeft = 0
  private var lastLine = ContinuousClock.now
  private static let pause = Duration.seconds(10)

  init(isShown: Bool) {
    self.isShown = isShown
    bar = ProgressBar(on: Console.results, isShown: isShown)
  }

  func step(_ step: StepRecord) {
    guard isShown else { return }
    // The first steps touch fresh memory: they don't tell how long the others take.
    if step.step > 2 {
      samples += step.samples
      timedSteps += 1
      seconds += step.seconds
    }
    epochSamples += step.samples
    epochSeconds += step.seconds
    stepsLeft = step.stepCount - step.step
    func words() -> String {
      "step \(step.step)/\(step.stepCount)  loss \(number(step.loss))  \(rate) samples/s  "
        + "\(timeLeft) left"
    }
    bar.show(step.step, of: step.stepCount, words())
    let now = ContinuousClock.now
    if !Console.results.isWatched, now - lastLine > Self.pause {
      lastLine = now
      Console.print(words())
    }
  }

  func epoch(_ epoch: EpochRecord) {
    guard isShown else { return }
    bar.clear()
    lastLine = .now
    let train = means(of: "", epoch.trainLoss, epoch.trainAccuracy)
    let validation =
      epoch.validationLoss.map { means(of: "validation ", $0, epoch.validationAccuracy) } ?? ""
    let test = epoch.testLoss.map { means(of: "test ", $0, epoch.testAccuracy) } ?? ""
    Console.print(
      "epoch \(epoch.epoch)\(train)\(validation)\(test)  "
        + "\(Int(clamping: Double(epochSamples) / max(epochSeconds, 1e-9))) samples/s  \(timeLeft) left"
    )
    (epochSamples, epochSeconds) = (0, 0)
  }

  func clear() { if isShown { bar.clear() } }

  func end(_ end: EndRecord, fileDigest: String, directory: String) {
    guard isShown else { return }
    bar.clear()
    let accuracy = end.testAccuracy.map { ", test accuracy \(percent($0))" } ?? ""
    Console.print(
      "done: \(end.steps) steps in \(String(format: "%.2f", end.seconds)) s, "
        + "loss \(number(end.loss))\(accuracy)")
    Console.print("weights \(directory)/weights.safetensors, sha256 \(fileDigest.prefix(16))…")
  }

  private var rate: String { seconds > 0 ? "\(Int(clamping: Double(samples) / seconds))" : "-" }

  private var timeLeft: String {
    guard timedSteps > 0 else { return "-" }
    let left = Int(clamping: seconds / Double(timedSteps) * Double(stepsLeft))
    return left >= 60 ? "\(left / 60) min \(left % 60) s" : "\(left) s"
  }

  private func means(of name: String, _ loss: Double, _ accuracy: Double?) -> String {
    "  \(name)loss \(number(loss))" + (accuracy.map { "  \(name)accuracy \(percent($0))" } ?? "")
  }

  private func number(_ value: Double) -> String { String(format: "%.4f", value) }
  private func percent(_ value: Double) -> String { String(format: "%.2f %%", 100 * value) }
}
