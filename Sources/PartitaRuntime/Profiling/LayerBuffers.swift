internal import PartitaDevice
internal import PartitaGraph

/// The arena in which layers are timed: one stash slot, as one stage has under 1F1B, and an
/// accumulator for each gradient group.
struct LayerBuffers {
  private let memory: ProgramMemory
  private let groups: Int

  /// How the arena is laid out.
  static func layout(_ layout: LayerLayout, workspaceBytes: Int, groups: Int) -> ArenaLayout {
    var part = ArenaLayout.Part(
      slotBytes: layout.slotBytes, workspaceBytes: workspaceBytes, keptBytes: layout.keptBytes)
    for region in [Region.accumulator, .sampleScalars] { part.slots[region.rawValue] = groups }
    return ArenaLayout([part], sharedBytes: layout.slotBytes[Region.shared.rawValue])
  }

  init(_ layout: ArenaLayout, arena: UnsafeMutableRawPointer, groups: Int) {
    memory = ProgramMemory(layout: layout, arena: arena)
    self.groups = groups
  }

  /// The address of a region, for a group where it has one for each.
  private func address(_ region: Region, group: Int) -> UnsafeMutableRawPointer {
    let isGrouped = region == .accumulator || region == .sampleScalars
    return memory.address(region, of: 0, slot: isGrouped ? group : 0)
  }

  /// The address of a place, for a group where it lies in one.
  func address(_ place: Place, group: Int = 0) -> UnsafeMutableRawPointer {
    address(place.region, group: group) + place.offset
  }

  /// The regions' addresses for a microbatch of each group.
  func bindings(in table: BindingTable) -> [UnsafePointer<UnsafeMutableRawPointer>] {
    (0..<groups).map { group in table.add { address($0, group: group) } }
  }

  /// What adds a layer's gradients: those of every group to those of the first, as many additions
  /// as the tree of law 2 has.
  func additions(of stage: StageGraph, _ layout: LayerLayout, in graph: Graph) -> [BoundAddition] {
    (1..<max(1, groups)).flatMap { group in
      stage.contributions.compactMap { value in
        layout.update[value].map { place in
          let sum = address(place)
          return BoundAddition(
            a: sum, b: address(place, group: group), result: sum,
            count: graph.type(of: value).shape.count)
        }
      }
    }
  }

  /// The exchange of a step's scalars; a scalar that no sum over samples makes stays where it is.
  func exchange(
    _ scalars: [ValueID], _ layout: LayerLayout, sums: [ValueID: Place],
    board: UnsafeMutableBufferPointer<Double>
  ) -> ScalarExchange {
    var own: [ScalarExchange.Told] = []
    var additions: [(into: Int, other: Int)] = []
    var results: [(slot: Int, target: UnsafeMutableRawPointer)] = []
    for (index, scalar) in scalars.enumerated() {
      guard let target = layout.update[scalar], let place = sums[scalar],
        place.region == .sampleScalars
      else { continue }
      let slot = index * groups
      for group in 0..<groups {
        own.append(
          .init(slot: slot + group, source: UnsafeRawPointer(address(place, group: group))))
        if group > 0 { additions.append((slot, slot + group)) }
      }
      results.append((slot, address(target)))
    }
    return ScalarExchange(
      board: board, own: own, additions: additions, blocks: [], results: results)
  }
}
