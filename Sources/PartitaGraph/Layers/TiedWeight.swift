internal import PartitaKeys

extension NetworkBuilder {
  /// The weight [rows, columns] of another layer, linear or embedding, for a layer that shares it.
  ///
  /// - Parameters:
  ///   - owner: the layer that made the weight.
  ///   - features: the rows that it should have; nil for any.
  ///   - name: the layer that shares it, for errors.
  /// - Throws: `GraphError` where there is no such weight, or it has other rows.
  public func weight(of owner: String, features: Int? = nil, for name: String)
    throws(GraphError) -> ValueID
  {
    let names = ["\(owner).weight", "\(owner).token.weight"]
    let found = names.compactMap { graph.variable(named: $0) }
    guard let weight = found.first(where: { graph.type(of: $0).shape.rank == 2 }) else {
      let nearest = nearestName(to: owner, in: graph.layers.map(\.name).filter { $0 != owner })
      throw .name(
        name,
        problem: "is tied to \(owner), which is no linear or embedding layer before it with a "
          + "weight of its own" + (nearest.map { "; did you mean \($0)?" } ?? ""))
    }
    let rows = graph.type(of: weight).shape[0]
    guard features ?? rows == rows else {
      throw .name(
        name,
        problem: "wants \(features ?? 0) features, but is tied to \(owner), whose weight has "
          + "\(rows) rows")
    }
    return weight
  }
}
