internal import PartitaGraph

extension OneHot: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) throws(ReferenceError) -> [Tensor] {
    var result = call.zeros()
    for (i, number) in call.inputs[0].elements.enumerated() {
      result.elements[i * classes + (try call.index(number, below: classes, self))] = 1
    }
    return [result]
  }
}

extension Embedding: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) throws(ReferenceError) -> [Tensor] {
    let (tokens, table) = (call.inputs[0], call.inputs[1])
    let (vocabulary, features) = (table.shape[0], table.shape[1])
    var result = call.zeros()
    for (i, token) in tokens.elements.enumerated() {
      let row = try call.index(token, below: vocabulary, self)
      for feature in 0..<features {
        result.elements[i * features + feature] = table.elements[row * features + feature]
      }
    }
    return [result]
  }
}

extension EmbeddingGradient: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) throws(ReferenceError) -> [Tensor] {
    let (tokens, dy) = (call.inputs[0], call.inputs[1])
    let features = dy.shape.last
    var result = call.zeros()
    for (i, token) in tokens.elements.enumerated() {
      let row = try call.index(token, below: vocabulary, self)
      for feature in 0..<features {
        result.elements[row * features + feature] += dy.elements[i * features + feature]
      }
    }
    return [result]
  }
}
