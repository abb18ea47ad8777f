import PartitaGraph
import PartitaONNX
import Testing

/// What PyTorch calls a network's weights. scripts/check-onnx loads them into these modules and compares
/// what they say.
@Suite struct TorchNamesTests {
  private func names(
    _ layers: [LayerDescription], _ input: ValueType, classes: Int? = nil
  ) throws -> (names: TorchNames, weights: Set<String>) {
    var graph = Graph()
    let x = try graph.variable("input", input, .input)
    _ = try graph.buildNetwork(layers, on: x, mode: .prediction, seed: 1, classes: classes)
    return (TorchNames(layers, in: graph), Set(graph.weights.map { graph[$0].name }))
  }

  /// Each weight has a name of its own, and none is left over.
  private func expectComplete(_ found: (names: TorchNames, weights: Set<String>)) {
    #expect(Set(found.names.names.keys) == found.weights)
    let theirs = found.names.names.values.flatMap(\.self)
    #expect(Set(theirs).count == theirs.count && theirs.count == found.names.ours.count)
    #expect(found.names.names.values.allSatisfy { !$0.isEmpty })
  }

  /// A chain goes by the places of its modules, activations and layers without weights among them.
  @Test func chains() throws {
    let mlp = try names(
      .mlp(widths: [5, 6, 3], activation: .gelu, bias: false, dropout: 0.25), .perSample([5]))
    expectComplete(mlp)
    #expect(
      mlp.names.names == ["linear1.weight": ["0.weight"], "linear2.weight": ["3.weight"]])
    #expect(
      mlp.names.module
        == "torch.nn.Sequential(torch.nn.Linear(5, 6, bias=False), torch.nn.GELU(), "
        + "torch.nn.Dropout(0.25), torch.nn.Linear(6, 3, bias=False))")

    let lenet = try names(
      .lenet(activation: .sigmoid, pooling: .average, classes: 10), .perSample([1, 28, 28]))
    expectComplete(lenet)
    #expect(lenet.names.ours["3.bias"] == "conv2.bias")
    #expect(lenet.names.ours["11.weight"] == "linear3.weight")
    #expect(
      lenet.names.module?.hasPrefix(
        "torch.nn.Sequential(torch.nn.Conv2d(1, 6, 5, stride=1, padding=2), torch.nn.Sigmoid(), "
          + "torch.nn.AvgPool2d(2, stride=2, padding=0), ") ?? false)
  }

  /// A reshape is two modules, so what follows moves; a tied weight has the name of both layers.
  @Test func placesAndTiedWeights() throws {
    let found = try names(
      [
        LayerDescription("embed", .embedding(vocabulary: 7, features: 4)),
        LayerDescription("norm", .layerNorm(epsilon: 0.5)),
        LayerDescription("shape", .reshape([3, 4])),
        LayerDescription("head", .linear(features: nil, bias: true, tiedTo: "embed")),
      ], .perSample([3], .int32), classes: 7)
    expectComplete(found)
    #expect(found.names.names["embed.weight"] == ["0.weight", "4.weight"])
    #expect(found.names.names["head.bias"] == ["4.bias"])
    #expect(
      found.names.module
        == "torch.nn.Sequential(torch.nn.Embedding(7, 4), torch.nn.LayerNorm(4, eps=0.5), "
        + "torch.nn.Flatten(), torch.nn.Unflatten(1, (3, 4)), torch.nn.Linear(4, 7))")
  }

  /// Norms of channels have their running values; measures are said where they aren't the usual ones.
  @Test func images() throws {
    let found = try names(
      [
        LayerDescription(
          "conv",
          .convolution(
            channels: 6, kernel: RowsAndColumns(rows: 3, columns: 1), stride: 2,
            padding: Margins(RowsAndColumns(rows: 1, columns: 0)), dilation: 1, groups: 2,
            bias: false, activation: .silu)),
        LayerDescription("norm", .batchNorm(epsilon: 0.25, momentum: 0.5)),
        LayerDescription("pool", .maxPool(kernel: 2, stride: 2, roundsUp: true)),
        LayerDescription("all", .globalAveragePool),
        LayerDescription("flat", .batchNorm(activation: .relu)),
        LayerDescription("prelu", .prelu()),
        LayerDescription("clip", .clip(minimum: 0)),
      ], .perSample([4, 9, 9]))
    expectComplete(found)
    #expect(found.names.ours["2.running_var"] == "norm.running_var")
    #expect(found.names.ours["6.running_mean"] == "flat.running_mean")
    #expect(
      found.names.module
        == "torch.nn.Sequential(torch.nn.Conv2d(4, 6, (3, 1), stride=2, padding=(1, 0), groups=2, "
        + "bias=False), torch.nn.SiLU(), torch.nn.BatchNorm2d(6, eps=0.25, momentum=0.5), "
        + "torch.nn.MaxPool2d(2, stride=2, padding=0, ceil_mode=True), "
        + "torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), "
        + "torch.nn.BatchNorm1d(6, eps=1e-05, momentum=0.1), torch.nn.ReLU(), torch.nn.PReLU(6), "
        + "torch.nn.Hardtanh(0.0, float('inf')))")
  }

  /// A GPT has nanoGPT's names, its output layer two where it is tied.
  @Test(arguments: [true, false]) func gpt(tied: Bool) throws {
    let found = try names(
      .gpt(depth: 2, width: 8, heads: 2, vocabulary: 7, tied: tied), .perSample([5], .int32),
      classes: 7)
    expectComplete(found)
    let ours = found.names.ours
    #expect(ours["transformer.wte.weight"] == "embed.token.weight")
    #expect(ours["lm_head.weight"] == (tied ? "embed.token.weight" : "head.weight"))
    #expect(ours["transformer.h.1.attn.c_attn.bias"] == "block2.attention.qkv.bias")
    #expect(ours["transformer.h.0.ln_2.weight"] == "block1.mlp.norm.weight")
    #expect(ours["transformer.ln_f.bias"] == "norm.bias")
    #expect(
      found.names.module
        == "GPT(GPTConfig(block_size=5, vocab_size=7, n_layer=2, n_head=2, n_embd=8, "
        + "dropout=0.0, bias=True))")
  }

  /// What is no chain, or has a layer that torch.nn hasn't, keeps its names.
  @Test func others() throws {
    let skip = try names(
      [
        LayerDescription("one", .linear(features: 4)),
        LayerDescription("two", .linear(features: 4)),
        LayerDescription("sum", .add, inputs: ["one", "two"]),
      ], .perSample([4]))
    let attention = try names(
      [LayerDescription("attention", .attention(heads: 2))], .perSample([3, 4]))
    for found in [skip, attention] {
      expectComplete(found)
      #expect(found.names.module == nil)
      #expect(found.names.names.allSatisfy { [$0.key] == $0.value })
    }
    #expect(skip.names.ours["two.weight"] == "two.weight")
  }
}
