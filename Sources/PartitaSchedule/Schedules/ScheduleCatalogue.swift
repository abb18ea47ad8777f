/// The schedules that can be asked for by name.
///
/// A value: whoever wants more schedules than the standard ones adds them to a copy, and hands the
/// copy to what reads names.
///
///     var schedules = ScheduleCatalogue.standard
///     try schedules.add(MySchedule())
///
/// Complexity: looking a name up is O(schedules).
public struct ScheduleCatalogue: Sendable {
  /// The published schedules that Partita comes with.
  public static let standard = ScheduleCatalogue([
    GPipe(), OneForwardOneBackward(), InterleavedOneForwardOneBackward(), LoopedBFS(), ZBH1(),
    ZBH2(), ZBV(),
  ])

  /// The schedules, in the order in which they were added; messages list them so.
  public private(set) var schedules: [any Schedule]

  /// No schedule at all.
  public init() { schedules = [] }

  private init(_ schedules: [any Schedule]) { self.schedules = schedules }

  /// The names, in the order in which they were added.
  public var names: [String] { schedules.map(\.name) }

  /// The schedule of a name, nil where there is none.
  public subscript(name: String) -> (any Schedule)? { schedules.first { $0.name == name } }

  /// Adds a schedule.
  ///
  /// - Throws: `ScheduleCatalogueError.name` for a name that lists, files and command lines could
  ///   not hold, `.taken` for one that a schedule has already, `.virtualStages` for a schedule that
  ///   works without stages.
  public mutating func add(_ schedule: any Schedule) throws(ScheduleCatalogueError) {
    let name = schedule.name
    let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789-_")
    guard !name.isEmpty, name.allSatisfy(letters.contains),
      !ScheduleCatalogueError.reservedNames.contains(name)
    else { throw .name(name) }
    guard self[name] == nil else { throw .taken(name) }
    guard schedule.virtualStages.lowerBound >= 1 else { throw .virtualStages(name) }
    schedules.append(schedule)
  }
}

/// Why a schedule can't be added to a catalogue.
public enum ScheduleCatalogueError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The words that ask for all schedules, and for one that is looked for.
  static let reservedNames = ["all", "search"]

  /// The name isn't one that can be written everywhere.
  case name(String)
  /// There is a schedule of this name.
  case taken(String)
  /// The schedule of this name says that it works with no stage on a rank.
  case virtualStages(String)

  public var description: String {
    switch self {
    case .name(let name):
      "'\(name)' is no name for a schedule: use small letters, digits, - and _, and neither "
        + Self.reservedNames.joined(separator: " nor ")
    case .taken(let name):
      "there is a schedule called '\(name)' already: choose another name"
    case .virtualStages(let name):
      "the schedule '\(name)' has to work with at least one stage on a rank"
    }
  }
}
