internal import PartitaDevice
internal import PartitaGraph

/// A variable of one microbatch, to be filled by the host.
struct Fill {
  private let role: VariableRole
  private let samples: Range<Int>
  /// The bytes of the staging memory where the host writes it.
  let staged: Range<Int>
  /// Where it goes.
  let target: UnsafeMutableRawPointer

  /// The fills of some variables, side by side in the staging memory.
  ///
  /// - Parameters:
  ///   - samples: places in the global batch.
  ///   - address: where a variable lies.
  static func all(
    _ variables: [ValueID], of graph: Graph, samples: Range<Int>,
    address: (ValueID) -> UnsafeMutableRawPointer
  ) -> [Fill] {
    var next = 0
    return variables.compactMap { variable in
      guard let role = graph[variable].role else { return nil }
      let start = next
      let bytes = graph.type(of: variable).bytes(samples: samples.count)
      next += Place.aligned(bytes)
      return Fill(
        role: role, samples: samples, staged: start..<start + bytes, target: address(variable))
    }
  }

  /// The staging memory that the fills of these variables need, in bytes.
  static func stagingBytes(_ variables: [ValueID], of graph: Graph, samples: Int) -> Int {
    variables.reduce(0) { $0 + Place.aligned(graph.type(of: $1).bytes(samples: samples)) }
  }

  /// Writes the variable to memory of the host.
  func write(to room: UnsafeMutableRawBufferPointer, from feeder: any BatchFeeder) {
    guard role == .sampleIndex else { return feeder.fill(role, samples: samples, into: room) }
    let indices = room.bindMemory(to: Int32.self)
    for (offset, sample) in samples.enumerated() { indices[offset] = Int32(sample) }
  }
}
