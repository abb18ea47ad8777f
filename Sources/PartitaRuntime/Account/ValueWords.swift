internal import PartitaGraph

/// How accounts speak of the values and nodes of a graph.
extension Graph {
  /// A value's name; where it has none, its number.
  func words(of value: ValueID) -> String {
    self[value].name.isEmpty ? value.description : self[value].name
  }

  /// The layer that makes a value, or owns a weight; nil where none does.
  func layerName(of value: ValueID) -> String? {
    let layer = self[value].producer.map { nodes[$0].layer } ?? owner(of: value)
    return layer.map { layers[$0].name }
  }

  /// The nodes of a list that read a value, by their first result, as `%24 (linear1)`.
  func readers(of value: ValueID, among list: [Int]) -> [String] {
    list.filter { nodes[$0].inputs.contains(value) }.compactMap { index in
      nodes[index].outputs.first.map { result in
        words(of: result) + (nodes[index].layer.map { " (\(layers[$0].name))" } ?? "")
      }
    }
  }
}
