internal import PartitaGraph

/// A list as kernels that only lack places, with a place in the workspace for what lives only within.
struct PreparedList {
  /// One kernel, and the values that it reads and writes.
  struct Kernel {
    let prepared: CPUPrepared
    let inputs, outputs: [ValueID]
  }

  private let kernels: [Kernel]
  /// Bytes from the start of the workspace, of values and of each kernel's scratch.
  private let transients: [ValueID: Int]
  private let scratch: [Int]
  /// Bytes of the workspace that the list needs.
  let workspaceBytes: Int
  /// Those that its values alone would need.
  let transientBytes: Int

  /// - Parameters:
  ///   - placed: the values that have a place outside of the list.
  ///   - bytes: the size of a value.
  init(_ kernels: [Kernel], placed: Set<ValueID>, bytes: (ValueID) -> Int) {
    // Lives: from the step that makes a value to the last that reads it; scratch for one step.
    var first: [ValueID: Int] = [:]
    var last: [ValueID: Int] = [:]
    for (index, kernel) in kernels.enumerated() {
      for value in kernel.outputs where !placed.contains(value) {
        (first[value], last[value]) = (index, index)
      }
      for value in kernel.inputs where first[value] != nil { last[value] = index }
    }
    let values = first.keys.sorted()
    var lives = values.map { value in
      WorkspaceLayout.Life(
        bytes: bytes(value), range: (first[value] ?? 0)...(last[value] ?? 0))
    }
    transientBytes = WorkspaceLayout(lives).bytes
    lives += kernels.enumerated().map { index, kernel in
      WorkspaceLayout.Life(bytes: kernel.prepared.scratchBytes, range: index...index)
    }
    let workspace = WorkspaceLayout(lives)
    self.kernels = kernels
    transients = Dictionary(uniqueKeysWithValues: zip(values, workspace.offsets))
    scratch = Array(workspace.offsets[values.count...])
    workspaceBytes = workspace.bytes
  }

  /// The kernels.
  ///
  /// - Parameters:
  ///   - places: where the values lie that have a place outside of the list.
  ///   - workspaceStart: the first byte of the workspace that the list may use.
  func bind(_ places: [ValueID: Place], workspaceStart: Int) -> [CPUKernel] {
    func place(_ value: ValueID) -> Place {
      if let offset = transients[value] { return Place(.workspace, workspaceStart + offset) }
      guard let place = places[value] else {
        preconditionFailure("\(value) is read by a list that neither makes nor is given it")
      }
      return place
    }
    return kernels.enumerated().map { index, kernel in
      kernel.prepared.bind(
        CPUOperands(
          inputs: kernel.inputs.map(place), outputs: kernel.outputs.map(place),
          scratch: Place(.workspace, workspaceStart + scratch[index])))
    }
  }
}
