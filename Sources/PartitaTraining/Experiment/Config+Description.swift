internal import PartitaConfig
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

extension TrainingConfig {
  /// The layers that the configuration describes, for data with this many classes or tokens.
  func layers(classes: Int) -> [LayerDescription] {
    switch model.architecture {
    case .mlp(let mlp):
      .mlp(
        widths: mlp.widths, activation: mlp.activation.function, bias: mlp.bias,
        dropout: mlp.dropout)
    case .lenet(let lenet):
      .lenet(
        activation: lenet.activation.function, pooling: lenet.pooling == .max ? .max : .average,
        classes: classes)
    case .gpt(let gpt):
      .gpt(
        depth: gpt.depth, width: gpt.width, heads: gpt.heads,
        vocabulary: gpt.vocabulary ?? classes, tied: gpt.tied, dropout: gpt.dropout)
    case .layers(let layers):
      layers.map { layer in
        LayerDescription(layer.name, layer.operation.kind(tokens: classes), inputs: layer.inputs)
      }
    }
  }

  /// The shape in which the network reads a sample: flat for an MLP, as the data has it otherwise.
  func inputShape(of data: Shape) -> Shape {
    if case .mlp = model.architecture { [data.count] } else { data }
  }

  var objectiveDescription: Objective {
    Objective(
      loss: objective.loss == .crossEntropy ? .crossEntropy : .squaredError,
      weightDecay: objective.weightDecay, decaysBiases: objective.decayBiases)
  }

  var optimizer: Optimizer {
    switch training.optimizer {
    case .sgd(let momentum, let nesterov):
      Optimizer(.sgd(momentum: momentum, nesterov: nesterov), clipNorm: training.clipNorm)
    case .adamw(let beta1, let beta2, let epsilon, let decay):
      Optimizer(
        .adamW(beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: decay),
        clipNorm: training.clipNorm)
    }
  }

  /// What is asked of a plan; a table of a schedule decides where the stages lie.
  func planRequest(_ source: ScheduleSource) throws -> PlanRequest {
    let replicas: [Int]? =
      switch parallel.replicas {
      case .every(let count): [count]
      case .perStage(let counts): counts
      case nil: nil
      }
    var request = PlanRequest(
      stages: parallel.stages, replicas: replicas, cuts: parallel.cuts ?? [],
      virtual: parallel.virtual)
    switch source {
    case .named(let schedule): request.stageOrder = schedule.stageOrder
    case .table:
      request.ranks = try source.ranks(gradientGroups: training.gradientGroups)
      request.replicas = nil
      request.virtual = 1
    }
    return request
  }
}

extension ActivationConfig {
  var function: Activation {
    switch self {
    case .relu: .relu
    case .sigmoid: .sigmoid
    case .tanh: .tanh
    case .gelu: .gelu
    }
  }
}

extension LayerOperation {
  /// The graph's word for the operation.
  func kind(tokens: Int) -> LayerKind {
    switch self {
    case .linear(let linear):
      .linear(
        features: linear.features, bias: linear.bias, activation: linear.activation?.function,
        tiedTo: linear.tied)
    case .conv2d(let conv):
      .convolution(
        channels: conv.channels, kernel: conv.kernel, stride: conv.stride, padding: conv.padding,
        bias: conv.bias, activation: conv.activation?.function)
    case .pool(.average, let window):
      .averagePool(kernel: window.kernel, stride: window.stride, padding: window.padding)
    case .pool(.max, let window):
      .maxPool(kernel: window.kernel, stride: window.stride, padding: window.padding)
    case .activation(let activation): .activation(activation.function)
    case .add: .add
    case .multiply: .multiply
    case .flatten: .flatten
    case .reshape(let shape): .reshape(Shape(shape))
    case .transpose(let axes): .transpose(axes)
    case .dropout(let rate): .dropout(rate: rate)
    case .layerNorm(let epsilon): .layerNorm(epsilon: epsilon)
    case .embedding(let vocabulary, let features):
      .embedding(vocabulary: vocabulary ?? tokens, features: features)
    case .positionalEmbedding: .positionalEmbedding
    case .attention(let heads): .attention(heads: heads)
    }
  }
}
