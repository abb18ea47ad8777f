public import PartitaKeys

/// The optimizers that a configuration's `training.optimizer` can choose among.
public struct OptimizerCatalogue: ConfigCatalogue {
  public var items: [any OptimizerRule.Type]

  /// A catalogue of these rules alone.
  public init(_ items: [any OptimizerRule.Type] = []) { self.items = items }

  public static func name(of rule: any OptimizerRule.Type) -> String { rule.name }

  /// All rules of this package.
  public static let standard = OptimizerCatalogue([SGD.self, AdamW.self])
}
