internal import CKernels
public import PartitaGraph

extension Embedding: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (count, table) = (call.count(call.inputs[0]), call.inputs[1].shape)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        try call.check(
          pk_embedding(
            run.integers(operands.inputs[0]), run.floats(operands.inputs[1]), count, table[0],
            table[1], run.floats(operands.outputs[0])),
          limit: table[0])
      }
    }
  }
}

extension EmbeddingGradient: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (count, table) = (call.count(call.inputs[0]), call.outputs[0].shape)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        try call.check(
          pk_embedding_gradient(
            run.integers(operands.inputs[0]), run.floats(operands.inputs[1]), count, table[0],
            table[1], call.accumulate(run), run.floats(operands.outputs[0])),
          limit: table[0])
      }
    }
  }
}

extension LayerNorm: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (rows, width) = (call.rows(call.inputs[0]), call.inputs[0].shape.last)
    let epsilon = Float(self.epsilon)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        pk_layer_norm(
          run.floats(operands.inputs[0]), run.floats(operands.inputs[1]),
          run.floats(operands.inputs[2]), epsilon, rows, width, run.floats(operands.outputs[0]),
          run.floats(operands.outputs[1]), run.floats(operands.outputs[2]))
      }
    }
  }
}

extension LayerNormInputGradient: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (rows, width) = (call.rows(call.inputs[0]), call.inputs[0].shape.last)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        pk_layer_norm_input_gradient(
          run.floats(operands.inputs[0]), run.floats(operands.inputs[1]),
          run.floats(operands.inputs[2]), run.floats(operands.inputs[3]),
          run.floats(operands.inputs[4]), rows, width, run.floats(operands.outputs[0]))
      }
    }
  }
}

extension LayerNormScaleGradient: CPUOperator {
  /// The C kernel sums both gradients in one pass; the shift's goes to scratch, for its node is a
  /// plain `BiasGradient`.
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (rows, width) = (call.rows(call.inputs[0]), call.inputs[0].shape.last)
    return CPUPrepared(scratchBytes: width * 4) { operands in
      { (run) throws(DeviceError) in
        pk_layer_norm_parameter_gradient(
          run.floats(operands.inputs[0]), run.floats(operands.inputs[1]),
          run.floats(operands.inputs[2]), run.floats(operands.inputs[3]), rows, width,
          call.accumulate(run), run.floats(operands.outputs[0]), run.floats(operands.scratch))
      }
    }
  }
}

extension CausalAttention: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (samples, length, width) = (
      call.samples, call.outputs[0].shape[0], call.outputs[0].shape[1]
    )
    let heads = self.heads
    return CPUPrepared(scratchBytes: pk_attention_workspace(length, width, heads)) { operands in
      { (run) throws(DeviceError) in
        pk_attention(
          run.floats(operands.inputs[0]), samples, length, width, heads,
          run.floats(operands.outputs[0]), run.floats(operands.outputs[1]),
          run.floats(operands.outputs[2]), run.raw(operands.scratch))
      }
    }
  }
}

extension CausalAttentionGradient: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (samples, length, width) = (
      call.samples, call.inputs[3].shape[0], call.inputs[3].shape[1]
    )
    let heads = self.heads
    return CPUPrepared(scratchBytes: pk_attention_workspace(length, width, heads)) { operands in
      { (run) throws(DeviceError) in
        pk_attention_gradient(
          run.floats(operands.inputs[0]), run.floats(operands.inputs[1]),
          run.floats(operands.inputs[2]), run.floats(operands.inputs[3]), samples, length, width,
          heads, run.floats(operands.outputs[0]), run.raw(operands.scratch))
      }
    }
  }
}
