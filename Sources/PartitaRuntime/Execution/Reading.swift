internal import PartitaDevice
internal import PartitaGraph

/// A value of one microbatch that the host reads when a list has run.
struct Reading {
  let samples: Range<Int>
  let source: UnsafeRawPointer
  let bytes: Int

  /// The readings of some values.
  ///
  /// - Parameters:
  ///   - samples: places in the global batch.
  ///   - address: where a value lies.
  static func all(
    _ values: [ValueID], of graph: Graph, samples: Range<Int>,
    address: (ValueID) -> UnsafeMutableRawPointer
  ) -> [Reading] {
    values.map { value in
      Reading(
        samples: samples, source: UnsafeRawPointer(address(value)),
        bytes: graph.type(of: value).bytes(samples: samples.count))
    }
  }
}
