internal import CKernels
internal import PartitaGraph

/// A chain of elementwise operators on shared float arrays of one length, run block by block.
///
/// An optimizer's update is such a chain: each block of 4,096 elements stays in the first-level
/// cache while all operators pass over it, so memory is read and written once however many nodes
/// the update graph has. Norms are summed a block at a time, then by one tree (law 2).
struct ElementwiseProgram {
  /// Elements of a block.
  static let blockSize = SquaredNorm.blockSize

  /// Where an instruction finds or leaves an array's block.
  private enum Operand {
    case input(Int)
    case output(Int)
    case temporary(Int)
  }

  private enum Code {
    case add, multiply, squareRoot, reciprocal
    case scale(Float)
    case addConstant(Float)
    /// Times the scalar that is this input.
    case scaleBy(scalar: Int, isDouble: Bool)
    /// a - s·b with the scalar that is this input.
    case descend(scalar: Int, isDouble: Bool)
    /// factor · Σ a², to the scalar that is this output.
    case squaredNorm(output: Int, factor: Double, row: Int)
    /// Σ a² of the block, to its place in this output.
    case blockSquares(output: Int)
  }

  private struct Instruction {
    let code: Code
    let a: Operand
    let b: Operand
    let result: Operand
  }

  private let count: Int
  private let instructions: [Instruction]
  private let temporaries: Int
  private let norms: Int

  /// Whether a node can be part of such a program.
  static func canHold(_ node: Node, in graph: Graph) -> Bool {
    guard let first = node.inputs.first, !graph.type(of: first).isPerSample,
      graph.type(of: first).element == .float32
    else { return false }
    switch node.op {
    case is Add, is Multiply:
      let shape = graph.type(of: first).shape
      return node.inputs.allSatisfy {
        !graph.type(of: $0).isPerSample && graph.type(of: $0).shape == shape
      }
    case is Scale, is ScaleBy, is AddConstant, is SquareRoot, is Reciprocal, is Descend,
      is SquaredNorm, is L2Penalty, is BlockSquares:
      return true
    default: return false
    }
  }

  /// The scalar that a node multiplies by.
  static func scalarOperand(of node: Node) -> ValueID? {
    switch node.op {
    case is ScaleBy: node.inputs[1]
    case is Descend: node.inputs[2]
    default: nil
    }
  }

  /// The values that a program reads from outside, and those that it makes for others.
  ///
  /// - Parameter isWanted: whether a value is read elsewhere, or has a place there; told how often
  ///   the program itself reads it.
  static func outside(of nodes: [Node], isWanted: (ValueID, Int) -> Bool)
    -> (inputs: [ValueID], outputs: [ValueID])
  {
    var reads: [ValueID: Int] = [:]
    for node in nodes { for input in node.inputs { reads[input, default: 0] += 1 } }
    let made = nodes.flatMap(\.outputs)
    let read = Set(reads.keys).subtracting(made).sorted()
    return (read, made.filter { isWanted($0, reads[$0, default: 0]) })
  }

  init(_ nodes: [Node], in graph: Graph, inputs: [ValueID], outputs: [ValueID]) {
    count = nodes.first.map { graph.type(of: $0.inputs[0]).shape.count } ?? 0
    var operands: [ValueID: Operand] = [:]
    for (index, value) in inputs.enumerated() { operands[value] = .input(index) }
    for (index, value) in outputs.enumerated() { operands[value] = .output(index) }
    let inputIndex = Dictionary(uniqueKeysWithValues: inputs.enumerated().map { ($1, $0) })
    let outputIndex = Dictionary(uniqueKeysWithValues: outputs.enumerated().map { ($1, $0) })

    // A temporary's slot is free again after its last reader.
    var lastRead: [ValueID: Int] = [:]
    for (step, node) in nodes.enumerated() { for input in node.inputs { lastRead[input] = step } }
    var free: [Int] = []
    var slots = 0
    var norms = 0
    var instructions: [Instruction] = []
    for (step, node) in nodes.enumerated() {
      let a = operands[node.inputs[0]] ?? .temporary(0)
      let b = node.inputs.count > 1 ? operands[node.inputs[1]] ?? a : a
      for input in Set(node.inputs) where lastRead[input] == step {
        if case .temporary(let slot)? = operands[input] { free.append(slot) }
      }
      let output = node.outputs[0]
      func scalar(_ position: Int) -> (scalar: Int, isDouble: Bool) {
        let value = node.inputs[position]
        return (inputIndex[value] ?? 0, graph.type(of: value).element == .float64)
      }
      func norm(_ factor: Double) -> Code {
        defer { norms += 1 }
        return .squaredNorm(output: outputIndex[output] ?? 0, factor: factor, row: norms)
      }
      let code: Code
      switch node.op {
      case is Add: code = .add
      case is Multiply: code = .multiply
      case is SquareRoot: code = .squareRoot
      case is Reciprocal: code = .reciprocal
      case let op as Scale: code = .scale(Float(op.factor))
      case let op as AddConstant: code = .addConstant(Float(op.constant))
      case is ScaleBy: code = .scaleBy(scalar: scalar(1).scalar, isDouble: scalar(1).isDouble)
      case is Descend: code = .descend(scalar: scalar(2).scalar, isDouble: scalar(2).isDouble)
      case is SquaredNorm: code = norm(1)
      case let op as L2Penalty: code = norm(op.weightDecay / 2)
      case is BlockSquares: code = .blockSquares(output: outputIndex[output] ?? 0)
      default: preconditionFailure("\(node.op) is not elementwise")
      }
      if operands[output] == nil {
        let slot = free.popLast() ?? slots
        slots = max(slots, slot + 1)
        operands[output] = .temporary(slot)
      }
      instructions.append(
        Instruction(code: code, a: a, b: b, result: operands[output] ?? .temporary(0)))
    }
    self.instructions = instructions
    self.temporaries = slots
    self.norms = norms
  }

  /// The program as a kernel; its scratch holds the temporaries' blocks and the norms' partials.
  func prepared() -> CPUPrepared {
    let blocks = (count + Self.blockSize - 1) / Self.blockSize
    let temporaryBytes = temporaries * Self.blockSize * 4
    return CPUPrepared(scratchBytes: temporaryBytes + norms * blocks * 8) { operands in
      { (run) throws(DeviceError) in
        self.run(run, operands, blocks: blocks, temporaryBytes: temporaryBytes)
      }
    }
  }

  private func run(_ run: CPURun, _ operands: CPUOperands, blocks: Int, temporaryBytes: Int) {
    let temporaries = run.floats(operands.scratch)
    let partials = (run.raw(operands.scratch) + temporaryBytes)
      .assumingMemoryBound(to: Double.self)
    for block in 0..<blocks {
      let start = block * Self.blockSize
      let length = min(Self.blockSize, count - start)
      func pointer(_ operand: Operand) -> UnsafeMutablePointer<Float> {
        switch operand {
        case .input(let index): run.floats(operands.inputs[index]) + start
        case .output(let index): run.floats(operands.outputs[index]) + start
        case .temporary(let slot): temporaries + slot * Self.blockSize
        }
      }
      func scalar(_ index: Int, _ isDouble: Bool) -> Float {
        isDouble
          ? Float(run.doubles(operands.inputs[index]).pointee)
          : run.floats(operands.inputs[index]).pointee
      }
      for instruction in instructions {
        let a = pointer(instruction.a)
        switch instruction.code {
        case .add: pk_add(a, pointer(instruction.b), pointer(instruction.result), length)
        case .multiply: pk_multiply(a, pointer(instruction.b), pointer(instruction.result), length)
        case .squareRoot: pk_square_root(a, pointer(instruction.result), length)
        case .reciprocal: pk_reciprocal(a, pointer(instruction.result), length)
        case .scale(let factor): pk_scale(a, factor, pointer(instruction.result), length)
        case .addConstant(let constant):
          pk_add_constant(a, constant, pointer(instruction.result), length)
        case .scaleBy(let index, let isDouble):
          pk_scale(a, scalar(index, isDouble), pointer(instruction.result), length)
        case .descend(let index, let isDouble):
          pk_axpy(
            -scalar(index, isDouble), pointer(instruction.b), a, pointer(instruction.result),
            length)
        case .squaredNorm(_, _, let row):
          partials[row * blocks + block] = pk_squared_norm(a, length)
        case .blockSquares(let output):
          run.doubles(operands.outputs[output])[block] = pk_squared_norm(a, length)
        }
      }
    }
    for instruction in instructions {
      guard case .squaredNorm(let output, let factor, let row) = instruction.code else { continue }
      run.doubles(operands.outputs[output]).pointee =
        factor * Self.treeSum(partials + row * blocks, count: blocks)
    }
  }

  /// The sum by the tree that pairs i with i + ⌈n/2⌉, level by level; the array is used up.
  private static func treeSum(_ values: UnsafeMutablePointer<Double>, count: Int) -> Double {
    var count = count
    while count > 1 {
      let half = (count + 1) / 2
      for index in 0..<count - half { values[index] += values[index + half] }
      count = half
    }
    return count == 1 ? values[0] : 0
  }
}
