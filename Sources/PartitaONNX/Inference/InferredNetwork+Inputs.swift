internal import PartitaKeys

extension InferredNetwork {
  /// Follows the shapes through a graph for so many samples.
  ///
  /// - Parameters:
  ///   - graph: the network.
  ///   - samples: the extent of the first axis of each input that leaves it open.
  ///   - shapes: shapes of inputs, in place of those of the file.
  /// - Throws: `ONNXError.input` for an input whose shape isn't known, or one that isn't there;
  ///   `ONNXError.node` for the first node that can't be understood.
  public init(
    _ graph: ONNXGraph, samples: Int = 1, shapes: [String: [Int]] = [:]
  ) throws(ONNXError) {
    // What can't be understood at all is said before shapes are asked for.
    for node in graph.nodes {
      do { _ = try node.rule() } catch {
        throw .node(name: node.name, operation: node.operation, problem: error.words)
      }
    }
    let names = graph.inputs.map(\.name)
    for name in shapes.keys.sorted() where !names.contains(name) {
      let nearest = nearestName(to: name, in: names).map { "; did you mean '\($0)'?" } ?? ""
      throw .input(
        name: name,
        problem:
          "the network has no such input\(nearest.isEmpty ? "; it has " + names.joined(separator: ", ") : nearest)"
      )
    }
    var inputs: [(name: String, type: TensorType)] = []
    for port in graph.inputs {
      inputs.append((port.name, try port.type(samples: samples, given: shapes[port.name])))
    }
    try self.init(graph, inputs: inputs)
  }
}

extension ONNXPort {
  /// Its type for so many samples.
  fileprivate func type(samples: Int, given: [Int]?) throws(ONNXError) -> TensorType {
    guard let element else {
      throw .input(name: name, problem: "it is no tensor of numbers, and only those are read")
    }
    if let given {
      if let extents, extents.count != given.count {
        throw .input(
          name: name,
          problem: "it has \(extents.count) axes, \(words), and was given \(given.count)")
      }
      for (extent, number) in zip(extents ?? [], given) {
        if case .known(let extent) = extent, extent != number, extent != 1 {
          throw .input(name: name, problem: "its shape is \(words), which \(given) doesn't fit")
        }
      }
      return TensorType(element, given)
    }
    guard let extents else {
      throw .input(name: name, problem: "its shape is open: say it, as \(name)=1,3,224,224")
    }
    var shape: [Int] = []
    for (axis, extent) in extents.enumerated() {
      switch extent {
      case .known(let count) where count > 0: shape.append(count)
      case .open, .known:
        guard axis == 0 else {
          let example = extents.enumerated().map { axis, extent in
            if case .known(let count) = extent, count > 0 {
              "\(count)"
            } else {
              axis == 0 ? "1" : "64"
            }
          }
          throw .input(
            name: name,
            problem: "its shape is \(words), and more than the first axis is open: say it, as "
              + "\(name)=\(example.joined(separator: ","))")
        }
        shape.append(samples)
      }
    }
    return TensorType(element, shape)
  }

  /// Its shape as the file has it, as "[N, 3, ?, ?]".
  public var words: String {
    guard let extents else { return "[...]" }
    let words = extents.map { extent in
      switch extent {
      case .known(let count) where count > 0: "\(count)"
      case .known: "?"
      case .open(let name): name.isEmpty ? "?" : name
      }
    }
    return "[\(words.joined(separator: ", "))]"
  }
}
