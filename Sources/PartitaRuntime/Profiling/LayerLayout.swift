internal import PartitaDevice
internal import PartitaGraph

/// Where the values of a model lie while its layers are timed on one rank.
///
/// As in a run with a single stage: what crosses from one list to another has a place, everything
/// else lives in the workspace of its list.
struct LayerLayout {
  /// Bytes of one slot, or of one group, of each region.
  private(set) var slotBytes = Array(repeating: 0, count: Region.allCases.count)
  /// Bytes at the start of the workspace that keep weights that were rounded, and what passes between
  /// update lists.
  private(set) var keptBytes = 0
  /// The places that update lists see.
  private(set) var update: [ValueID: Place] = [:]
  /// The places of shared variables and sums over samples: the same for every list.
  private var common: [ValueID: Place] = [:]
  private let graph: Graph
  private let largest: Int

  /// Lays out what update lists share with the lists of microbatches.
  init(_ staged: StagedModel, largest: Int) {
    graph = staged.model.graph
    self.largest = largest
    for value in graph.values where value.role != nil && !value.type.isPerSample {
      common[value.id] = take(.shared, value.type.bytes(samples: 0))
    }
    for stage in staged.stages {
      for value in stage.contributions {
        common[value] = take(.accumulator, graph.type(of: value).bytes(samples: 0))
      }
      for value in stage.sampleScalars { common[value] = take(.sampleScalars, 8) }
    }
    for node in staged.stages.flatMap(\.roundings) {
      for value in graph.nodes[node].outputs {
        common[value] = Place(.workspace, keptBytes)
        keptBytes += Place.aligned(graph.type(of: value).bytes(samples: 0))
      }
    }
    update = common.filter { $0.value.region != .sampleScalars }
    for assignment in staged.model.assignments {
      update[assignment.value] = common[assignment.variable]
    }
    let lists =
      staged.stages.flatMap { [$0.updateBeforeExchange, $0.updateAfterExchange] }
      + [staged.stages[0].everywhere]
    for value in staged.exchangedScalars + Self.crossing(lists, in: graph)
    where update[value] == nil {
      update[value] = Place(.workspace, keptBytes)
      keptBytes += Place.aligned(graph.type(of: value).bytes(samples: 0))
    }
  }

  /// The places that the lists of microbatches see; regions grow to hold them.
  mutating func places(for lists: [[Int]]) -> [ValueID: Place] {
    var places = common
    // Each cut has its own lists, and uses the same memory anew.
    var used: [Region: Int] = [:]
    for value in Self.crossing(lists, in: graph) where places[value] == nil {
      let isGradient = graph[value].producer.map { graph.nodes[$0].isBackward } ?? false
      let region: Region = isGradient ? .gradientsOut : .stash
      places[value] = Place(region, used[region, default: 0])
      used[region, default: 0] += Place.aligned(graph.type(of: value).bytes(samples: largest))
    }
    for (region, bytes) in used {
      slotBytes[region.rawValue] = max(slotBytes[region.rawValue], bytes)
    }
    return places
  }

  private mutating func take(_ region: Region, _ bytes: Int) -> Place {
    let place = Place(region, slotBytes[region.rawValue])
    slotBytes[region.rawValue] += Place.aligned(bytes)
    return place
  }

  /// What comes into a list from outside of it, be it another list or the host, in graph order.
  private static func crossing(_ lists: [[Int]], in graph: Graph) -> [ValueID] {
    var values: Set<ValueID> = []
    for list in lists {
      let own = Set(list)
      for input in list.flatMap({ graph.nodes[$0].inputs })
      where !(graph[input].producer.map(own.contains) ?? false) {
        values.insert(input)
      }
    }
    return values.sorted()
  }
}
