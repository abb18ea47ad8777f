internal import PartitaGraph

/// A GPT as nanoGPT has it: the same computation, other names.
struct NanoGPT {
  let module: String
  let names: [String: [String]]

  /// Nil where the layers aren't those of a GPT.
  init?(_ layers: [LayerDescription], shapes: [String: Shape]) {
    guard layers.count >= 5, layers.count.isMultiple(of: 2) == false,
      layers.allSatisfy({ $0.inputs.isEmpty }),
      let embedding = layers[0].kind as? TokenEmbeddingLayer,
      layers[layers.count - 2].kind is LayerNormLayer,
      let head = layers[layers.count - 1].kind as? LinearLayer, !head.bias,
      head.activation == nil
    else { return nil }
    let (embed, norm, output) = (
      layers[0].name, layers[layers.count - 2].name, layers[layers.count - 1].name
    )
    var names = [
      "\(embed).token.weight": ["transformer.wte.weight"],
      "\(embed).position.weight": ["transformer.wpe.weight"],
    ]
    func add(_ ours: String, _ theirs: String) {
      for part in ["weight", "bias"] {
        names["\(ours).\(part)"] = ["transformer.\(theirs).\(part)"]
      }
    }
    var heads: Int?
    let blocks = layers[1..<layers.count - 2]
    for (place, layer) in blocks.enumerated() {
      let block = "h.\(place / 2)"
      if place.isMultiple(of: 2) {
        guard let attention = layer.kind as? AttentionBlockLayer,
          heads == nil || heads == attention.heads
        else { return nil }
        heads = attention.heads
        add("\(layer.name).norm", "\(block).ln_1")
        add("\(layer.name).qkv", "\(block).attn.c_attn")
        add("\(layer.name).proj", "\(block).attn.c_proj")
      } else {
        guard let forward = layer.kind as? FeedForwardBlockLayer, forward.expansion == 4 else {
          return nil
        }
        add("\(layer.name).norm", "\(block).ln_2")
        add("\(layer.name).up", "\(block).mlp.c_fc")
        add("\(layer.name).down", "\(block).mlp.c_proj")
      }
    }
    add(norm, "ln_f")
    guard let heads, let context = shapes["\(embed).position.weight"]?[0] else { return nil }
    if let owner = head.tied {
      guard owner == embed else { return nil }
      names["\(embed).token.weight"]?.append("lm_head.weight")
    } else {
      guard shapes["\(output).weight"]?[0] == embedding.vocabulary else { return nil }
      names["\(output).weight"] = ["lm_head.weight"]
    }
    self.names = names
    module =
      "GPT(GPTConfig(block_size=\(context), vocab_size=\(embedding.vocabulary), "
      + "n_layer=\(blocks.count / 2), n_head=\(heads), n_embd=\(embedding.features), "
      + "dropout=\(embedding.dropout), bias=True))"
  }
}
