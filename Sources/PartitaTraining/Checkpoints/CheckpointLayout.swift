internal import PartitaGraph

/// The files of a checkpoint and what stands in them: a function of the model alone.
///
/// Every layer that owns weights has a file of its own for them, and one for what its optimizer
/// remembers. So a file is written by one rank, whatever the cut, and the bytes of a checkpoint are
/// the same for every plan.
struct CheckpointLayout: Hashable, Sendable {
  /// What a file is part of.
  enum Part: String, CaseIterable, Hashable, Sendable {
    /// The parameters and running values.
    case model
    /// What the optimizer remembers.
    case optimizer

    /// The name of its index, as other programs look for it.
    var index: String { "\(rawValue).safetensors.index.json" }
  }

  /// One tensor.
  struct Tensor: Hashable, Sendable {
    let name: String
    /// The element type as safetensors calls it.
    let type: String
    let shape: [Int]
    let byteCount: Int
  }

  /// One file.
  struct Shard: Hashable, Sendable {
    let part: Part
    let file: String
    /// The layer whose tensors they are.
    let layer: Int
    /// In name order.
    let tensors: [Tensor]

    var byteCount: Int { tensors.reduce(0) { $0 + $1.byteCount } }

    /// The bytes before the tensors.
    var header: [UInt8] {
      SafetensorsHeader.text(
        of: tensors.map { ($0.name, $0.type, $0.shape, $0.byteCount) }, metadata: ["format": "pt"])
    }
  }

  /// The files, the model's first, each part in the order of layers.
  let shards: [Shard]

  /// Element types of tensors, with the bytes of an element.
  static let types = ["F32": 4, "F64": 8, "I32": 4]

  init(_ model: ModelGraph) {
    let graph = model.graph
    var owners: [String: Int] = [:]
    for weight in graph.weights { owners[graph[weight].name] = model.owner(of: weight) }
    var tensors: [Part: [Int: [Tensor]]] = [:]
    for value in graph.values {
      let part: Part
      switch value.role {
      case .parameter, .running: part = .model
      case .state: part = .optimizer
      default: continue
      }
      // A state is called as its parameter is, and a word more.
      let parameter = value.name.split(separator: ".").dropLast(part == .model ? 0 : 1)
      guard let layer = owners[parameter.joined(separator: ".")] else { continue }
      tensors[part, default: [:]][layer, default: []].append(Tensor(value))
    }
    shards = Part.allCases.flatMap { part -> [Shard] in
      let layers = (tensors[part] ?? [:]).sorted { $0.key < $1.key }
      return layers.enumerated().map { index, entry in
        Shard(
          part: part,
          file: "\(part)-\(Self.digits(index + 1))-of-\(Self.digits(layers.count)).safetensors",
          layer: entry.key,
          tensors: entry.value.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
      }
    }
  }

  /// The index of a part in the ecosystem's form: which file each tensor is in.
  func index(of part: Part) -> JSONIndex {
    let shards = shards.filter { $0.part == part }
    var files: [String: String] = [:]
    for shard in shards { for tensor in shard.tensors { files[tensor.name] = shard.file } }
    return JSONIndex(
      metadata: .init(totalSize: shards.reduce(0) { $0 + $1.byteCount }), weightMap: files)
  }

  /// `NAME.safetensors.index.json`.
  struct JSONIndex: Codable, Hashable {
    struct Metadata: Codable, Hashable {
      let totalSize: Int
      enum CodingKeys: String, CodingKey { case totalSize = "total_size" }
    }
    let metadata: Metadata
    let weightMap: [String: String]
    enum CodingKeys: String, CodingKey {
      case metadata
      case weightMap = "weight_map"
    }
  }

  private static func digits(_ number: Int) -> String {
    let text = "\(number)"
    return String(repeating: "0", count: max(0, 5 - text.count)) + text
  }
}

extension CheckpointLayout.Tensor {
  fileprivate init(_ value: Value) {
    name = value.name
    type =
      switch value.type.element {
      case .float32: "F32"
      case .bfloat16: "BF16"
      case .float64: "F64"
      case .int32: "I32"
      }
    shape = value.type.shape.extents
    byteCount = value.type.bytes(samples: 0)
  }
}
