public import PartitaPlan
public import PartitaSchedule

/// A plan and the order in which its ranks work: what the planner chooses.
public struct StepChoice: Hashable, Sendable {
  /// Who decides the order of compute actions.
  public enum Order: Hashable, Sendable {
    /// A schedule of the catalogue.
    case named(String)
    /// An order that was looked for.
    case found(ScheduleTable)

    /// The schedule's name, or `search`.
    public var words: String {
      switch self {
      case .named(let name): name
      case .found: "search"
      }
    }
  }

  /// Who holds which layers.
  public let plan: Plan
  /// Who does what in which order.
  public let order: Order

  /// A plan and an order for it.
  public init(plan: Plan, order: Order) {
    self.plan = plan
    self.order = order
  }
}
