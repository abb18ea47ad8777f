/// A stage's update in which some weights are updated in slices alone.
///
/// The model's graph grows by the nodes of the slices; those that they stand for run on no list.
public struct UpdateSlices: Sendable {
  /// Some elements of an array.
  public struct Slice: Hashable, Sendable {
    /// The slice, a value of the grown graph.
    public let value: ValueID
    /// The array.
    public let whole: ValueID
    /// Which of the array's elements they are.
    public let elements: Range<Int>
  }

  /// A slice of a norm: sums of some blocks.
  public struct BlockSums: Hashable, Sendable {
    /// The sums, a value of the grown graph.
    public let value: ValueID
    /// The norm.
    public let scalar: ValueID
    /// Which of its blocks they are.
    public let blocks: Range<Int>
  }

  /// Some elements of one weight.
  public struct Piece: Hashable, Sendable {
    /// Whose update is cut.
    public let update: SliceableUpdate
    /// The elements; they start with a block, and end with one or with the weight.
    public let elements: Range<Int>

    /// Elements of the weight of an update.
    public init(_ update: SliceableUpdate, _ elements: Range<Int>) {
      self.update = update
      self.elements = elements
    }
  }

  /// The model's graph, and behind it the slices' nodes.
  public private(set) var graph: Graph
  /// The update as far as it needs nothing from other layers' scalars.
  public private(set) var beforeExchange: [Int]
  /// The update of what depends on those scalars.
  public private(set) var afterExchange: [Int]
  /// The variables that are no longer updated as a whole.
  public let cutVariables: Set<ValueID>
  /// The slices that come from outside: of variables, and of gradients.
  public private(set) var operands: [Slice] = []
  /// The new values of variables' slices; the whole is the variable.
  public private(set) var assigned: [Slice] = []
  /// The slices of norms.
  public private(set) var norms: [BlockSums] = []

  /// Cuts a stage's update.
  ///
  /// Complexity: O(nodes of the pieces), and a copy of the graph.
  /// - Parameters:
  ///   - graph: the model's.
  ///   - stage: whose update is cut.
  ///   - updates: what is no longer updated as a whole.
  ///   - pieces: what is updated instead.
  public init(
    _ graph: Graph, _ stage: StageGraph, without updates: [SliceableUpdate], pieces: [Piece]
  ) {
    self.graph = graph
    cutVariables = Set(updates.flatMap(\.assignments).map(\.variable))
    let cut = Set(updates.flatMap(\.nodes))
    beforeExchange = stage.updateBeforeExchange.filter { !cut.contains($0) }
    afterExchange = stage.updateAfterExchange.filter { !cut.contains($0) }
    let isBefore = Set(stage.updateBeforeExchange)
    do throws(GraphError) {
      for piece in pieces { try append(piece, isBefore: isBefore) }
    } catch {
      preconditionFailure("a slice of what the graph has can't be computed: \(error)")
    }
  }

  private mutating func append(_ piece: Piece, isBefore: Set<Int>) throws(GraphError) {
    let elements = piece.elements
    let assigned = Dictionary(
      piece.update.assignments.map { ($0.value, $0.variable) },
      uniquingKeysWith: { first, _ in first })
    var sliceOf: [ValueID: ValueID] = [:]
    for node in piece.update.nodes.map({ graph.nodes[$0] }) {
      let isElementwise: Bool
      let operands: Int
      switch node.op.slicing {
      case .elementwise(let arrays): (isElementwise, operands) = (true, arrays)
      case .squares, nil: (isElementwise, operands) = (false, 1)
      }
      var inputs = node.inputs
      for place in 0..<operands {
        let whole = node.inputs[place]
        if sliceOf[whole] == nil { sliceOf[whole] = try outside(whole, elements) }
        inputs[place] = sliceOf[whole] ?? whole
      }
      let arguments = inputs
      let made = try graph.inLayer(node.layer, backward: false) {
        (graph) throws(GraphError) in
        isElementwise
          ? try graph.appendAll(node.op, arguments)
          : try graph.appendAll(BlockSquares(), arguments)
      }[0]
      let index = graph.nodes.count - 1
      if isBefore.contains(node.index) {
        beforeExchange.append(index)
      } else {
        afterExchange.append(index)
      }
      let whole = node.outputs[0]
      guard isElementwise else {
        let first = elements.lowerBound / SquaredNorm.blockSize
        norms.append(
          BlockSums(
            value: made, scalar: whole,
            blocks: first..<first + SquaredNorm.blocks(elements.count)))
        continue
      }
      sliceOf[whole] = made
      if let variable = assigned[whole] {
        self.assigned.append(Slice(value: made, whole: variable, elements: elements))
      }
    }
  }

  /// A slice of what comes from outside, as a variable of its own.
  private mutating func outside(
    _ whole: ValueID, _ elements: Range<Int>
  ) throws(GraphError) -> ValueID {
    let value = graph[whole]
    let name = value.name.isEmpty ? whole.description : value.name
    let slice = try graph.variable(
      "\(name)[\(elements)]", value.type.with(shape: [elements.count]), value.role ?? .state)
    operands.append(Slice(value: slice, whole: whole, elements: elements))
    return slice
  }
}
