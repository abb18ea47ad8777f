public import PartitaKeys

/// A residual network for small images (He, Zhang, Ren and Sun, arXiv 1512.03385, section 4.2).
public struct ResNet: ModelFamily {
  public static let name = "resnet"
  public static let summary = "a residual network for small images; reads real values"
  public static let readsTokens: Bool? = false

  /// Layers of a block, in each of three groups.
  private static let layersOfBlocks = 6
  private static let mostBlocks = 256

  public static let keys = [
    KeyDescription(
      "depth", type: "8, 14, 20, ...: two more than a multiple of \(layersOfBlocks)", standard: nil,
      meaning: "convolutions and linear layers in a row"),
    KeyDescription(
      "channels", type: "whole number from 1", standard: "16",
      meaning: "channels of the first group; the second has twice, the third four times as many"),
  ]

  /// Weight layers in a row: 6n + 2 for n blocks a group.
  public let depth: Int
  /// Channels of the first group.
  public let channels: Int

  enum CodingKeys: String, CodingKey {
    case depth
    case channels
  }

  /// Rows and columns of an image of which the third group has a pixel for each stride.
  private static let smallestImage = 4

  public init(
    _ section: ConfigSection, _ surroundings: ModelSurroundings
  ) throws(ConfigError) {
    let size = Self.layersOfBlocks
    depth = try section.require(
      CodingKeys.depth, .integer(atLeast: size + 2, atMost: size * Self.mostBlocks + 2))
    guard (depth - 2).isMultiple(of: size) else {
      let below = depth - (depth - 2) % size
      throw section.conflict(
        CodingKeys.depth,
        "\(depth) isn't two more than a multiple of \(size): take \(below) or \(below + size)")
    }
    channels = try section.value(CodingKeys.channels, .integer(atLeast: 1)) ?? 16
  }

  public var depthMeasure: ModelDepth? {
    let size = Self.layersOfBlocks
    return ModelDepth(
      unit: "block of each group", count: (depth - 2) / size, most: Self.mostBlocks
    ) { "model.depth=\(size * $0 + 2)" }
  }

  public func layers(for data: ModelData) throws(GraphError) -> [LayerDescription] {
    let (shape, least) = (data.sample, Self.smallestImage)
    guard shape.rank == 3, shape[1] >= least, shape[2] >= least else {
      throw .model(
        problem: "resnet reads images of \(least) x \(least) pixels or more, but a sample of "
          + "\(data.name) is \(data.sampleWords): use kind mlp or layers")
    }
    return .resnet(
      blocks: (depth - 2) / Self.layersOfBlocks, channels: channels, classes: data.classes)
  }
}

extension [LayerDescription] {
  /// A residual network of images [C, H, W]: a convolution, three groups of `blocks` blocks with once,
  /// twice and four times the channels, the second and third at half the pixels of the group before,
  /// the mean of each channel, a linear layer.
  ///
  /// Layers are called as PyTorch's torchvision calls its ResNets': `conv1`, `bn1`, `layer1.0.conv1`,
  /// ..., `layer2.0.downsample.0`, ..., `fc`; beside them `layer1.0.add` and `layer1.0.relu` end a
  /// block. Where a block changes the channels its shortcut is a convolution of 1 x 1 with a norm
  /// (option B of section 4.1).
  public static func resnet(blocks: Int, channels: Int, classes: Int) -> [LayerDescription] {
    var layers = convolution("conv1", norm: "bn1", of: "input", channels, activation: .relu)
    var last = "bn1"
    for group in 0..<3 {
      for block in 0..<blocks {
        let name = "layer\(group + 1).\(block)"
        layers += residualBlock(
          name, on: last, channels: channels << group, isFirst: block == 0 && group > 0)
        last = "\(name).relu"
      }
    }
    return layers + [
      LayerDescription("avgpool", .globalAveragePool),
      LayerDescription("fc", .linear(features: classes)),
    ]
  }

  /// Two convolutions with norms beside a shortcut; the first of a later group halves the pixels.
  private static func residualBlock(
    _ name: String, on input: String, channels: Int, isFirst: Bool
  ) -> [LayerDescription] {
    let stride = isFirst ? 2 : 1
    let main =
      convolution(
        "\(name).conv1", norm: "\(name).bn1", of: input, channels, stride: stride,
        activation: .relu)
      + convolution("\(name).conv2", norm: "\(name).bn2", of: "\(name).bn1", channels)
    let shortcut =
      isFirst
      ? convolution(
        "\(name).downsample.0", norm: "\(name).downsample.1", of: input, channels, kernel: 1,
        stride: stride) : []
    return main + shortcut + [
      LayerDescription(
        "\(name).add", .add, inputs: ["\(name).bn2", isFirst ? "\(name).downsample.1" : input]),
      LayerDescription("\(name).relu", .relu),
    ]
  }

  private static func convolution(
    _ name: String, norm: String, of input: String, _ channels: Int, kernel: Int = 3,
    stride: Int = 1, activation: Activation? = nil
  ) -> [LayerDescription] {
    [
      LayerDescription(
        name,
        .convolution(
          channels: channels, kernel: RowsAndColumns(kernel), stride: RowsAndColumns(stride),
          padding: Margins(kernel / 2), bias: false),
        inputs: [input]),
      LayerDescription(norm, .batchNorm(activation: activation)),
    ]
  }
}
