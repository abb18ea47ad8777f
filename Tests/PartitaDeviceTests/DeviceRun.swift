import PartitaDevice
import PartitaGraph
import PartitaReference

/// Nodes of a graph on the CPU device, as one compiled list over memory of their own.
struct DeviceRun {
  private let graph: Graph
  private let samples: Int
  private let device: CPUDevice
  private let executable: CPUDevice.Executable
  private let memory: CPUDevice.Memory
  private let workspace: CPUDevice.Memory
  private var places: [ValueID: Place] = [:]

  /// Compiles nodes; variables and wanted values get places, all else is workspace.
  init(
    _ graph: Graph, nodes: [Int], wanted: [ValueID], samples: Int, device: CPUDevice = CPUDevice()
  ) throws {
    self.graph = graph
    self.device = device
    self.samples = samples
    var bytes = 0
    let read = Set(nodes.flatMap { graph.nodes[$0].inputs }).filter { graph[$0].role != nil }
    for value in read.union(wanted).sorted() {
      places[value] = Place(.shared, bytes)
      bytes += Place.aligned(graph.type(of: value).bytes(samples: samples))
    }
    executable = try device.compile(
      KernelList(graph: graph, nodes: nodes, samples: samples, places: places, workspaceStart: 0))
    memory = try device.allocate(bytes: bytes)
    workspace = try device.allocate(bytes: executable.workspaceBytes)
    // Every byte is NaN: a kernel that adds to what it should write shows.
    memory.address.initializeMemory(as: UInt8.self, repeating: 0xFF, count: memory.bytes)
    workspace.address.initializeMemory(as: UInt8.self, repeating: 0xFF, count: workspace.bytes)
  }

  /// The variables that the nodes read.
  var variables: [ValueID] { places.keys.filter { graph[$0].role != nil }.sorted() }

  /// Writes a variable.
  func write(_ tensor: Tensor, to variable: ValueID) {
    guard let address = address(of: variable) else { return }
    for (index, element) in tensor.elements.enumerated() {
      switch graph.type(of: variable).element {
      case .float32: address.storeBytes(of: Float(element), toByteOffset: 4 * index, as: Float.self)
      case .float64: address.storeBytes(of: element, toByteOffset: 8 * index, as: Double.self)
      case .int32: address.storeBytes(of: Int32(element), toByteOffset: 4 * index, as: Int32.self)
      case .bfloat16:
        address.storeBytes(
          of: BFloat16.bits(of: Float(element)), toByteOffset: 2 * index, as: UInt16.self)
      }
    }
  }

  /// Reads a value that has a place.
  func read(_ value: ValueID) -> Tensor {
    let type = graph.type(of: value)
    var tensor = Tensor(repeating: .nan, type, samples: samples)
    guard let address = address(of: value) else { return tensor }
    for index in tensor.elements.indices {
      tensor.elements[index] =
        switch type.element {
        case .float32: Double(address.load(fromByteOffset: 4 * index, as: Float.self))
        case .float64: address.load(fromByteOffset: 8 * index, as: Double.self)
        case .int32: Double(address.load(fromByteOffset: 4 * index, as: Int32.self))
        case .bfloat16:
          Double(
            Float(
              bitPattern: UInt32(address.load(fromByteOffset: 2 * index, as: UInt16.self)) << 16))
        }
    }
    return tensor
  }

  /// Runs all nodes.
  func run(accumulates: Bool = false) throws {
    let bindings = Region.allCases.map { $0 == .workspace ? workspace.address : memory.address }
    try device.run(executable, bindings, accumulates: accumulates, on: device.makeStream())
  }

  private func address(of value: ValueID) -> UnsafeMutableRawPointer? {
    places[value].map { memory.address + $0.offset }
  }
}

/// The largest |got - want| / max(1, |want|); infinite where one is no number.
func worstError(_ got: Tensor, _ want: Tensor) -> Double {
  guard got.shape == want.shape, got.elements.count == want.elements.count else { return .infinity }
  return zip(got.elements, want.elements).reduce(0) { worst, pair in
    let error = abs(pair.0 - pair.1) / max(1, abs(pair.1))
    return error.isNaN ? .infinity : max(worst, error)
  }
}
