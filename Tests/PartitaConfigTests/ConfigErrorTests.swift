import PartitaConfig
import PartitaData
import PartitaKeys
import TestFiles
import Testing

/// A wrong configuration and all that its error must say.
struct WrongConfig: CustomTestStringConvertible, Sendable {
  let yaml: String
  var overrides: [String] = []
  let message: String

  var testDescription: String { message }
}

@Suite struct ConfigErrorTests {
  @Test(arguments: syntax + keys + values + sections + layers + overrides)
  func wrongConfig(_ wrong: WrongConfig) {
    let error = #expect(throws: ConfigError.self) {
      try TrainingConfig(yaml: wrong.yaml, file: "run.yaml", overrides: wrong.overrides)
    }
    #expect(error.map { "\($0)" } == wrong.message)
  }

  @Test func missingFile() {
    let error = #expect(throws: ConfigError.self) {
      try TrainingConfig(contentsOf: "/nowhere/run.yaml")
    }
    #expect(
      error?.description
        == "/nowhere/run.yaml: can't read this configuration: No such file or directory")
  }

  @Test func notUTF8() throws {
    let folder = try TemporaryFolder()
    try folder.write([0x73, 0xFF, 0xFE], to: "run.yaml")
    let error = #expect(throws: ConfigError.self) {
      try TrainingConfig(contentsOf: folder.file("run.yaml"))
    }
    #expect(error?.description.hasSuffix("it is not UTF-8 text") == true)
  }

  static let syntax = [
    WrongConfig(
      yaml: "seed: 0\ndata: {name: digits\n",
      message: "run.yaml:3: this is not YAML: did not find expected ',' or '}' "
        + "(while parsing a flow mapping)"),
    WrongConfig(
      yaml: "seed: 0\nseed: 1\n",
      message: "run.yaml:1: \"seed\" stands twice in one mapping; keep one"),
    WrongConfig(
      yaml: "seed: 0\n\"seed\": 1\n",
      message: "run.yaml:1: \"seed\" stands twice in one mapping; keep one"),
    WrongConfig(
      yaml: "seed: 0\n[a, b]: 1\n",
      message: "run.yaml:2: a key is a list or a mapping; it must be a word"),
    WrongConfig(
      yaml: "[1, 2]\n",
      message: "run.yaml:1: the configuration: found [1, 2], expected a mapping of keys to values"),
    WrongConfig(
      yaml: "seed: 0\n---\nseed: 1\n",
      message: "run.yaml:2: this is not YAML: but found another document "
        + "(expected a single document in the stream)"),
  ]

  static let keys = [
    WrongConfig(
      yaml: "",
      message:
        "run.yaml:1: data.name: this key is missing; it takes one of digits, fashion-mnist, "
        + "idx, image-folder, csv, npy, npz, text, synthetic"
    ),
    WrongConfig(
      yaml: "sed: 0\n" + base,
      message: "run.yaml:1: sed: there is no such key; did you mean \"seed\"? "
        + "Known here: seed, data, model, objective, training, parallel, output"),
    WrongConfig(
      yaml: base + "training:\n  epochs: 3\n  bacth: 5\n",
      message: "run.yaml:5: training.bacth: there is no such key with optimizer: sgd, schedule: "
        + "constant; did you mean \"batch\"? Known here: epochs, batch, microbatches, "
        + "gradient_groups, gradient_order, precision, clip_norm, steps, stop_after, validation, patience, "
        + "optimizer, momentum, nesterov, "
        + "learning_rate, schedule, warmup_steps"),
    WrongConfig(
      yaml: base + "training:\n  optimizer: adamw\n  momentum: 0.9\n",
      message: "run.yaml:5: training.momentum: there is no such key with optimizer: adamw, "
        + "schedule: constant. Known here: epochs, batch, microbatches, gradient_groups, "
        + "gradient_order, precision, clip_norm, steps, stop_after, validation, patience, optimizer, beta1, "
        + "beta2, epsilon, decoupled_weight_decay, "
        + "learning_rate, schedule, warmup_steps"),
    WrongConfig(
      yaml: "data: {nam: digits}\n",
      message: "run.yaml:1: data.nam: there is no such key; did you mean \"name\"? "
        + "Known here: name"),
    WrongConfig(
      yaml: "data: {name: digits}\nmodel:\n  kind: mlp\n  widhts: [64, 10]\n",
      message: "run.yaml:4: model.widhts: there is no such key with kind: mlp; did you mean "
        + "\"widths\"? Known here: kind, weights, rename, widths, activation, bias, dropout"),
    WrongConfig(
      yaml: "data: {name: digits, path: here}\n",
      message: "run.yaml:1: data.path: there is no such key with name: digits. "
        + "Known here: name, train_samples, test_samples, normalize"),
    WrongConfig(
      yaml: "data: {name: digits}\nmodel: {kind: mlp}\n",
      message: "run.yaml:2: model.widths: this key is missing; it takes a list of 2 or more "
        + "items, each a whole number from 1 to 2147483647"),
    WrongConfig(
      yaml: base + "parallel: {virtaul: 2}\n",
      message: "run.yaml:3: parallel.virtaul: there is no such key; did you mean \"virtual\"? "
        + "Known here: plan, stages, virtual, replicas, cuts, schedule, recompute, sharded_update, "
        + "shared_memory, progress, timeout"
    ),
    WrongConfig(
      yaml: base + "output: {dir: x}\n",
      message: "run.yaml:3: output.dir: there is no such key. Known here: directory, "
        + "existing, keep_best, checkpoint"),
    WrongConfig(
      yaml: base + "output: {keep_best: true}\n",
      message: "run.yaml:3: output.keep_best: the best needs samples to judge by: give "
        + "training.validation"),
    WrongConfig(
      yaml: base + "output: {checkpoint: {keep: 2}}\n",
      message: "run.yaml:3: output.checkpoint.every_steps: this key is missing; it takes a whole "
        + "number above 0, or every_minutes"),
    WrongConfig(
      yaml: base + "training: {patience: 2}\n",
      message: "run.yaml:3: training.patience: patience needs samples to judge by: give "
        + "training.validation"),
    WrongConfig(
      yaml: base + "training: {stop_after: 55}\n",
      message: "run.yaml:3: training.stop_after: found 55, expected a length of time above 0 with "
        + "its unit, as 90s, 55min or 2h"),
    WrongConfig(
      yaml: base + "objective: {wieght_decay: 0}\n",
      message: "run.yaml:3: objective.wieght_decay: there is no such key; did you mean "
        + "\"weight_decay\"? Known here: loss, weight_decay, decay_biases"),
  ]

  static let values = [
    WrongConfig(
      yaml: base + "objective: {loss: cros-entropy}\n",
      message: "run.yaml:3: objective.loss: there is no choice \"cros-entropy\"; did you mean "
        + "\"cross-entropy\"? Known here: cross-entropy, squared-error"),
    WrongConfig(
      yaml: base + "parallel: {schedule: zb-h9}\n",
      message: "run.yaml:3: parallel.schedule: there is no choice \"zb-h9\"; did you mean "
        + "\"zb-h1\"? Known here: gpipe, 1f1b, interleaved-1f1b, looped-bfs, zb-h1, zb-h2, zb-v"),
    WrongConfig(
      yaml: base + "training: {epochs: ten}\n",
      message: "run.yaml:3: training.epochs: found ten, expected a whole number from 1 to "
        + "2147483647"),
    WrongConfig(
      yaml: base + "training: {epochs: 1e3}\n",
      message: "run.yaml:3: training.epochs: found 1e3, expected a whole number from 1 to "
        + "2147483647"),
    WrongConfig(
      yaml: base + "training: {epochs: \"10\"}\n",
      message: "run.yaml:3: training.epochs: found the text \"10\", expected a whole number "
        + "from 1 to 2147483647"),
    WrongConfig(
      yaml: base + "training: {batch: 0}\n",
      message: "run.yaml:3: training.batch: found 0, expected a whole number from 1 to "
        + "2147483647"),
    WrongConfig(
      yaml: base + "training: {steps: 99999999999}\n",
      message: "run.yaml:3: training.steps: found 99999999999, expected a whole number from 1 "
        + "to 2147483647"),
    WrongConfig(
      yaml: "seed: -1\n" + base,
      message: "run.yaml:1: seed: found -1, expected a whole number from 0 to "
        + "9223372036854775807"),
    WrongConfig(
      yaml: base + "training: {learning_rate: .inf}\n",
      message: "run.yaml:3: training.learning_rate: found .inf, expected a finite number above 0"),
    WrongConfig(
      yaml: base + "training: {learning_rate: 1e999}\n",
      message: "run.yaml:3: training.learning_rate: found 1e999, expected a finite number above 0"),
    WrongConfig(
      yaml: base + "training: {learning_rate: nan}\n",
      message: "run.yaml:3: training.learning_rate: found nan, expected a finite number above 0"),
    WrongConfig(
      yaml: base + "training: {learning_rate: [0.1]}\n",
      message: "run.yaml:3: training.learning_rate: found [0.1], expected a finite number above 0"),
    WrongConfig(
      yaml: base + "training: {momentum: 1}\n",
      message: "run.yaml:3: training.momentum: found 1, expected a number from 0 up to 1, "
        + "without 1"),
    WrongConfig(
      yaml: base + "objective: {weight_decay: -1}\n",
      message: "run.yaml:3: objective.weight_decay: found -1, expected a finite number of at "
        + "least 0"),
    WrongConfig(
      yaml: base + "objective: {decay_biases: no}\n",
      message: "run.yaml:3: objective.decay_biases: found no, expected true or false"),
    WrongConfig(
      yaml: "data: {name: digits}\nmodel: {kind: mlp, widths: [64, 0, 10]}\n",
      message: "run.yaml:2: model.widths: found [64, 0, 10], expected a list of 2 or more items, "
        + "each a whole number from 1 to 2147483647"),
    WrongConfig(
      yaml: "data: {name: digits}\nmodel: {kind: mlp, widths: [64]}\n",
      message: "run.yaml:2: model.widths: found [64], expected a list of 2 or more items, each "
        + "a whole number from 1 to 2147483647"),
    WrongConfig(
      yaml: base + "training: 5\n",
      message: "run.yaml:3: training: found 5, expected a mapping of keys to values"),
    WrongConfig(
      yaml: base + "output: {directory: \"\"}\n",
      message: "run.yaml:3: output.directory: found the text \"\", expected a folder"),
  ]

  static let sections = [
    WrongConfig(
      yaml: base + "training:\n  gradient_order: downwards\n",
      message: "run.yaml:4: training.gradient_order: there is no choice \"downwards\". Known here: "
        + "ascending, descending"),
    WrongConfig(
      yaml: base + "training:\n  precision: half\n",
      message: "run.yaml:4: training.precision: there is no choice \"half\". Known here: float32, "
        + "bfloat16"),
    WrongConfig(
      yaml: base + "training:\n  microbatches: 8\n  gradient_groups: 6\n",
      message: "run.yaml:5: training.gradient_groups: 6 is no power of two; take 4 or 8"),
    WrongConfig(
      yaml: base + "training:\n  microbatches: 2\n  gradient_groups: 4\n",
      message: "run.yaml:5: training.gradient_groups: 4 groups need as many microbatches; "
        + "training.microbatches is 2"),
    WrongConfig(
      yaml: base + "training: {nesterov: true}\n",
      message: "run.yaml:3: training.nesterov: Nesterov's step needs training.momentum above 0"),
    WrongConfig(
      yaml: base + "training: {schedule: step}\n",
      message: "run.yaml:3: training.decay_steps: this key is missing; it takes a whole number "
        + "from 1 to 2147483647"),
    WrongConfig(
      yaml: base + "training: {microbatches: 2}\nparallel: {replicas: 4}\n",
      message: "run.yaml:4: parallel.replicas: 4 replicas need training.gradient_groups of at "
        + "least 4; it is 2"),
    WrongConfig(
      yaml: base + "parallel: {replicas: [1, 0]}\n",
      message: "run.yaml:3: parallel.replicas: found [1, 0], expected a whole number above 0, "
        + "or a list with one for each stage"),
    WrongConfig(
      yaml: base + "parallel: {stages: 3, replicas: [1, 1]}\n",
      message: "run.yaml:3: parallel.replicas: 3 stages need 3 numbers, or one for all; found 2"),
    WrongConfig(
      yaml: base + "parallel: {recompute: some}\n",
      message: "run.yaml:3: parallel.recompute: found some, expected none, all, a list of layer "
        + "names, or {stages: [0, ...]}"),
    WrongConfig(
      yaml: base + "parallel: {recompute: {stages: [first]}}\n",
      message: "run.yaml:3: parallel.recompute: found {stages: [first]}, expected none, all, a "
        + "list of layer names, or {stages: [0, ...]}"),
    WrongConfig(
      yaml: base + "parallel: {stages: 3, cuts: [a]}\n",
      message: "run.yaml:3: parallel.cuts: 3 stages need 2 names, each stage's first layer but "
        + "the first's; found 1"),
    WrongConfig(
      yaml: base + "parallel: {cuts: [a, a]}\n",
      message: "run.yaml:3: parallel.cuts: a layer stands twice; no stage may be empty"),
    WrongConfig(
      yaml: "data: {name: digits}\nmodel:\n  kind: gpt\n  depth: 1\n  width: 4\n  heads: 2\n"
        + "  context: 8\n",
      message: "run.yaml:3: model.kind: gpt reads tokens, and data.name digits gives real values"),
    WrongConfig(
      yaml: "data: {name: text, path: a.txt, context: 8}\nmodel: {kind: lenet}\n",
      message: "run.yaml:2: model.kind: lenet reads real values, and data.name text gives tokens"),
    WrongConfig(
      yaml: "data: {name: text, path: a.txt, context: 8}\n"
        + "model: {kind: gpt, depth: 1, width: 4, heads: 2, context: 9}\n",
      message: "run.yaml:1: data.context: 8 is not model.context, 9; give one of them"),
    WrongConfig(
      yaml: "data: {name: text, path: a.txt, context: 8}\n"
        + "model: {kind: gpt, depth: 1, width: 5, heads: 2}\n",
      message: "run.yaml:2: model.heads: 2 heads don't divide a width of 5 evenly"),
    WrongConfig(
      yaml: "data: {name: fashion-mnist}\nmodel: {kind: resnet, depth: 18}\n",
      message: "run.yaml:2: model.depth: 18 isn't two more than a multiple of 6: take 14 or 20"),
    WrongConfig(
      yaml: "data: {name: text, context: 8}\n",
      message: "run.yaml:1: data.path: this key is missing; it takes a text file"),
    WrongConfig(
      yaml: "data: {name: text, path: a.txt}\nmodel: {kind: gpt}\n",
      message: "run.yaml:1: data.context: this key is missing; it takes a whole number above 0"),
    WrongConfig(
      yaml: "data: {name: synthetic, samples: 4, classes: 2}\n",
      message: "run.yaml:1: data.features: this key is missing; it takes a whole number; or give "
        + "shape, or context for tokens"),
    WrongConfig(
      yaml: "data: {name: synthetic, samples: 4, classes: 2, features: 3, shape: [3]}\n",
      message: "run.yaml:1: data.features: an input has one of features, shape and context; "
        + "remove the others"),
  ]

  static let layers = [
    layer(
      "{kind: relu}",
      "model.layers[1].name: this key is missing; it takes a name of letters, "
        + "digits, dots, dashes and underscores"),
    layer(
      "{name: \"a b\", kind: relu}",
      "model.layers[1].name: found the text \"a b\", expected a "
        + "name of letters, digits, dots, dashes and underscores"),
    layer(
      "{name: first, kind: relu}",
      "model.layers[1].name: \"first\" is taken; give this layer another name"),
    layer(
      "{name: input, kind: relu}",
      "model.layers[1].name: \"input\" is taken; give this layer another name"),
    layer(
      "{name: a, kind: relu, inputs: [frist]}",
      "model.layers[1].inputs: there is no choice \"frist\"; did you mean \"first\"? "
        + "Known here: input, first"),
    layer(
      "{name: a, kind: relu, inputs: [first, input]}",
      "model.layers[1].inputs: kind relu reads one layer; here it has 2"),
    layer(
      "{name: a, kind: add}",
      "model.layers[1].inputs: kind add reads two or more layers; here it has 1"),
    layer(
      "{name: a, kind: con2d}",
      "model.layers[1].kind: there is no choice \"con2d\"; did you "
        + "mean \"conv2d\"? Known here: linear, conv2d, average-pool, max-pool, relu, sigmoid, "
        + "tanh, gelu, silu, hard-swish, softplus, leaky-relu, elu, hard-sigmoid, clip, prelu, "
        + "softmax, log-softmax, add, subtract, multiply, divide, matmul, concat, slice, bias, scale, "
        + "add-constant, multiply-constant, flatten, reshape, transpose, dropout, layer-norm, "
        + "embedding, positional-embedding, attention, batch-norm, global-average-pool"),
    layer(
      "{name: a, kind: clip}",
      "model.layers[1].minimum: this key is missing; it takes a finite number here or as maximum"),
    layer(
      "{name: a, kind: clip, minimum: 6, maximum: 0}",
      "model.layers[1].maximum: 0.0 isn't above the minimum, 6.0"),
    layer(
      "{name: a, kind: slice, from: 3, to: 3}", "model.layers[1].to: 3 isn't above from, 3"),
    layer(
      "{name: a, kind: elu, alpha: nan}",
      "model.layers[1].alpha: found nan, expected a finite number"),
    layer(
      "{name: a, kind: dropout, rat: 0.5}",
      "model.layers[1].rat: there is no such key with kind: dropout; did you mean \"rate\"? "
        + "Known here: name, kind, inputs, rate"),
    layer(
      "{name: a, kind: dropout, rate: 1}",
      "model.layers[1].rate: found 1, expected a number from 0 up to 1, without 1"),
    layer(
      "{name: a, kind: transpose, axes: [0, 2]}",
      "model.layers[1].axes: [0, 2] is no order of the axes 0 to 1, each once"),
    layer(
      "{name: a, kind: max-pool, kernel: 2, padding: 2}",
      "model.layers[1].padding: 2 isn't less than the kernel, 2"),
    layer(
      "{name: a, kind: conv2d, channels: 4, kernel: [3, 1, 1]}",
      "model.layers[1].kernel: found [3, 1, 1], expected a whole number from 1 to 2147483647, or "
        + "[rows, columns]"),
    layer(
      "{name: a, kind: conv2d, channels: 4, kernel: 3, padding: [1, 1, 1]}",
      "model.layers[1].padding: found [1, 1, 1], expected a whole number from 0, [rows, columns] or "
        + "[top, left, bottom, right]"),
    layer(
      "{name: a, kind: conv2d, channels: 4, kernel: 3, groups: 3}",
      "model.layers[1].groups: 3 doesn't divide 4 channels"),
    layer(
      "{name: a, kind: linear, tied: frist}",
      "model.layers[1].tied: there is no choice \"frist\"; did you mean \"first\"? "
        + "Known here: first"),
    layer(
      "{name: a, kind: linear, tied: first, features: 3}",
      "model.layers[1].features: a tied weight has its own; remove this key"),
    layer("relu", "model.layers[1]: found relu, expected a mapping of keys to values"),
    WrongConfig(
      yaml: "data: {name: digits}\nmodel: {kind: layers, layers: []}\n",
      message: "run.yaml:2: model.layers: found [], expected a list of mappings, not empty"),
    WrongConfig(
      yaml: "data: {name: digits}\nmodel: {kind: layers, layers: [{name: a, kind: linear, "
        + "tied: b}]}\n",
      message: "run.yaml:2: model.layers[0].tied: there is no choice \"b\"; there is nothing to "
        + "choose from"),
  ]

  static let overrides = [
    WrongConfig(
      yaml: base, overrides: ["training.epochs"],
      message: "--set training.epochs: an override reads key.path=value"),
    WrongConfig(
      yaml: base, overrides: ["training..epochs=3"],
      message: "--set training..epochs=3: the key before \"=\" has an empty part"),
    WrongConfig(
      yaml: base, overrides: ["training.epochs=many"],
      message: "--set training.epochs=many: training.epochs: found many, expected a whole number "
        + "from 1 to 2147483647"),
    WrongConfig(
      yaml: base, overrides: ["training.epochs=3", "trianing.epochs=4"],
      message: "--set trianing.epochs=4: trianing: there is no such key; did you mean "
        + "\"training\"? Known here: seed, data, model, objective, training, parallel, output"),
    WrongConfig(
      yaml: base, overrides: ["data.name.x=1"],
      message: "--set data.name.x=1: \"x\" can't stand inside digits, which is a single value"),
    WrongConfig(
      yaml: base, overrides: ["model.widths.7=1"],
      message: "--set model.widths.7=1: \"7\" is no index of a list of 2; they count from 0"),
    WrongConfig(
      yaml: base, overrides: ["model.widths=[1"],
      message: "--set model.widths=[1: this is not YAML: did not find expected ',' or ']' "
        + "(while parsing a flow sequence)"),
  ]

  static let base = "data: {name: digits}\nmodel: {kind: mlp, widths: [64, 10]}\n"

  /// A list of a sound layer and one that is wrong.
  static func layer(_ entry: String, _ message: String) -> WrongConfig {
    let list = "    - {name: first, kind: linear, features: 4}\n    - \(entry)\n"
    return WrongConfig(
      yaml: "data: {name: digits}\nmodel:\n  kind: layers\n  layers:\n" + list,
      message: "run.yaml:6: " + message)
  }
}
