internal import PartitaKeys

/// What keeps a profile from being one, or from being this model's.
public enum ProfileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Its parts contradict each other.
  case invalid(String)
  /// It is of another model; the problem is the first difference.
  case otherModel(problem: String)

  public var description: String {
    switch self {
    case .invalid(let problem): problem.shortened(to: 1200)
    case .otherModel(let problem):
      "the profile is of another model: \(problem.shortened(to: 600)): measure one of this configuration"
    }
  }
}

extension Profile {
  /// Checks that the profile's layers have these names, in this order.
  /// - Throws: `ProfileError` with the first difference.
  public func check(layers names: [String]) throws(ProfileError) {
    for (index, (own, name)) in zip(layers, names).enumerated() where own.name != name {
      throw .otherModel(
        problem: "its layer \(index) is '\(own.name.shortened())', the model's is "
          + "'\(name.shortened())'")
    }
    guard layers.count == names.count else {
      throw .otherModel(problem: "it has \(layers.count) layers, the model has \(names.count)")
    }
  }

  /// Checks that the profile is of this model: the same layers, with parameters of the same size.
  ///
  /// Complexity: O(layers).
  /// - Throws: `ProfileError` with the first difference.
  public func check(fits model: LayerGraph) throws(ProfileError) {
    for (own, layer) in zip(layers, model.layers)
    where own.name == layer.name && own.bytes.parameters != layer.parameterBytes {
      throw .otherModel(
        problem:
          "its layer '\(own.name.shortened())' has \(own.bytes.parameters) bytes of parameters, the "
          + "model's has \(layer.parameterBytes)")
    }
    try check(layers: model.layers.map(\.name))
  }
}
