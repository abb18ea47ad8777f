internal import PartitaDevice

/// The regions' addresses for each run of a list: a row for every run, all in one piece of memory.
final class BindingTable {
  private let memory: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private let capacity: Int
  private var count = 0

  /// Takes room for some rows.
  init(rows: Int) {
    capacity = rows * Region.allCases.count
    memory = .allocate(capacity: capacity)
  }

  deinit { memory.deallocate() }

  /// Adds a row, which lives as long as the table.
  func add(_ address: (Region) -> UnsafeMutableRawPointer) -> UnsafePointer<UnsafeMutableRawPointer>
  {
    let row = memory + count
    count += Region.allCases.count
    precondition(count <= capacity, "the table has no room for another row")
    for region in Region.allCases { (row + region.rawValue).initialize(to: address(region)) }
    return UnsafePointer(row)
  }
}
