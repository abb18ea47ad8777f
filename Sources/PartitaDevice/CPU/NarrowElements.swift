internal import CKernels
internal import PartitaGraph

/// An elementwise operator together with the widening of its operands and the rounding of its result, run
/// block by block: what is between stays in the first-level cache, and memory sees two bytes an element.
///
/// Exact: each element is what the nodes one by one would make.
struct NarrowElements {
  /// Elements of a block.
  private static let blockSize = 1024

  /// The operator's node, what widens its operands, what rounds its result.
  let node: Node
  let widenings: [Node]
  let rounding: Node?
  /// Whether the result is wanted in float32 too.
  let keepsResult: Bool

  /// All nodes, in graph order.
  var nodes: [Node] { widenings + [node] + (rounding.map { [$0] } ?? []) }

  /// What is read and made, operands in the node's order.
  var outside: (inputs: [ValueID], outputs: [ValueID]) {
    let widened = Dictionary(uniqueKeysWithValues: widenings.map { ($0.outputs[0], $0.inputs[0]) })
    return (
      node.inputs.map { widened[$0] ?? $0 },
      (keepsResult ? node.outputs : []) + (rounding?.outputs ?? [])
    )
  }

  /// The kernel.
  /// - Throws: `DeviceError.unsupported` where the operator isn't elementwise.
  func prepared(in graph: Graph, samples: Int) throws(DeviceError) -> CPUPrepared {
    guard let op = node.op as? any ElementwiseOperator else {
      throw .unsupported(operator: node.op.name, device: "CPU")
    }
    let kernel = op.elementKernel
    let type = graph.type(of: node.outputs[0])
    let count = type.count(samples: type.isPerSample ? samples : 1)
    let isNarrow = outside.inputs.map { graph.type(of: $0).element == .bfloat16 }
    let (block, rounds, keeps) = (Self.blockSize, rounding != nil, keepsResult)
    return CPUPrepared(scratchBytes: (isNarrow.count + 1) * block * 4) { operands in
      { (run) throws(DeviceError) in
        let scratch = run.floats(operands.scratch)
        for start in stride(from: 0, to: count, by: block) {
          let length = min(block, count - start)
          for index in isNarrow.indices where isNarrow[index] {
            pk_widen_bfloat16(
              run.halves(operands.inputs[index]) + start, scratch + (index + 1) * block, length)
          }
          let result = keeps ? run.floats(operands.outputs[0]) + start : scratch
          kernel.run(
            { index in
              isNarrow[index]
                ? UnsafePointer(scratch + (index + 1) * block)
                : UnsafePointer(run.floats(operands.inputs[index]) + start)
            }, result, length)
          if rounds {
            pk_round_bfloat16(result, run.halves(operands.outputs[keeps ? 1 : 0]) + start, length)
          }
        }
      }
    }
  }
}
