internal import PartitaDevice

/// The arena in which layers are timed, and the regions' addresses for each gradient group.
final class LayerMemory<D: Device> {
  private let arena: D.Memory
  private let starts: [Int]
  private let slotBytes: [Int]
  private let groups: Int
  private let table: UnsafeMutablePointer<UnsafeMutableRawPointer>

  /// Takes memory for one stash slot, as one stage has under 1F1B, and an accumulator a group.
  init(_ layout: LayerLayout, workspaceBytes: Int, groups: Int, device: D) throws(DeviceError) {
    func page(_ bytes: Int) -> Int { (bytes + 4095) / 4096 * 4096 }
    var starts: [Int] = []
    var end = 0
    for region in Region.allCases {
      starts.append(end)
      let bytes = layout.slotBytes[region.rawValue]
      switch region {
      case .accumulator, .sampleScalars: end += page(groups * bytes)
      case .workspace: end += page(workspaceBytes)
      default: end += page(bytes)
      }
    }
    arena = try device.allocate(bytes: end)
    self.starts = starts
    self.slotBytes = layout.slotBytes
    self.groups = groups
    let regions = Region.allCases.count
    table = .allocate(capacity: groups * regions)
    for group in 0..<groups {
      for region in Region.allCases {
        (table + group * regions + region.rawValue).initialize(
          to: arena.address + start(of: region, group: group))
      }
    }
  }

  deinit { table.deallocate() }

  /// The regions' addresses for a microbatch of a group.
  func bindings(group: Int) -> UnsafePointer<UnsafeMutableRawPointer> {
    UnsafePointer(table + group * Region.allCases.count)
  }

  /// The address of a place, for a group where it lies in one.
  func address(_ place: Place, group: Int = 0) -> UnsafeMutableRawPointer {
    arena.address + start(of: place.region, group: group) + place.offset
  }

  private func start(of region: Region, group: Int) -> Int {
    let isGrouped = region == .accumulator || region == .sampleScalars
    return starts[region.rawValue] + (isGrouped ? group * slotBytes[region.rawValue] : 0)
  }
}
