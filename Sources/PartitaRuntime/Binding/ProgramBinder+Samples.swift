internal import PartitaDevice
internal import PartitaGraph
internal import PartitaSchedule

/// What passes between a microbatch's samples and the host.
extension ProgramBinder {
  func fills(_ microbatch: Int, of place: Int) -> [Fill] {
    Fill.all(
      stages[place].graph.microbatchVariables, of: graph, samples: samples(of: microbatch)
    ) { address(of: $0, in: place, microbatch: microbatch) }
  }

  func readings(_ microbatch: Int, of place: Int) -> [Reading] {
    Reading.all(stages[place].graph.told, of: graph, samples: samples(of: microbatch)) {
      address(of: $0, in: place, microbatch: microbatch)
    }
  }

  /// The places of a microbatch's samples in the global batch.
  private func samples(of microbatch: Int) -> Range<Int> {
    let first = firstSample[microbatch]
    return first..<first + program.microbatchSizes[microbatch]
  }
}
