public import PartitaKeys

/// The families that a configuration's `model.kind` can choose among.
public struct ModelCatalogue: ConfigCatalogue {
  public var items: [any ModelFamily.Type]

  /// A catalogue of these families alone.
  public init(_ items: [any ModelFamily.Type] = []) { self.items = items }

  public static func name(of family: any ModelFamily.Type) -> String { family.name }

  /// All families of this package.
  public static let standard = ModelCatalogue([
    MLP.self, LeNet.self, ResNet.self, GPT.self, LayerList.self,
  ])
}
