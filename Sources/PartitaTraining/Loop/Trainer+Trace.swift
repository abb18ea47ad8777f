internal import PartitaData
internal import PartitaDevice
internal import PartitaGraph
internal import PartitaRuntime

/// The step of a run that is traced where there are so many: the first two touch fresh memory.
private let tracedStep = 3

extension Trainer {
  /// The step of `run` that is traced.
  var stepToTrace: Int { min(tracedStep, experiment.stepCount) }

  /// Makes room to record steps of the program that this step runs. Every rank must call it.
  package func prepareRecording(ofStep step: Int, steps: Int = 1) throws {
    let batches = experiment.batches
    let range = batches.range(ofBatch: (step - 1) % batches.batchCount)
    guard let program = experiment.trainingProgram(batch: range.count) else {
      preconditionFailure("no program for a batch of \(range.count)")
    }
    recorder = try runtime.makeRecorder(
      ofProgram: program, steps: steps, tag: experiment.firstFreeTag + weightTags)
  }

  /// Tags behind `firstFreeTag` that the gathering of weights uses.
  private var weightTags: Int { experiment.training.graph.weights.count }

  /// Where the step writes its times, if it is recorded: a recording is of one program.
  func recording(ofProgram program: Int, place: Int?) -> (into: StepRecording, place: Int)? {
    guard let place, let recording = recorder?.recording, recording.program == program else {
      return nil
    }
    return (recording, place)
  }
}
