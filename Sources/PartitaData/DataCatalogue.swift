public import PartitaKeys

/// The data sets that a configuration can ask for by name.
///
///     var sets = DataCatalogue.standard
///     try sets.add(Circle.self)
public struct DataCatalogue: ConfigCatalogue {
  /// The data sets that Partita comes with.
  public static let standard = DataCatalogue([
    Digits.self, FashionMNIST.self, IDX.self, ImageFolder.self, TableFile.self, NumPyFiles.self,
    NumPyArchive.self, TextFile.self, SyntheticData.self,
  ])

  public var items: [any DataSource.Type]

  /// No data sets but these.
  public init(_ items: [any DataSource.Type] = []) { self.items = items }

  public static func name(of item: any DataSource.Type) -> String { item.name }
}
