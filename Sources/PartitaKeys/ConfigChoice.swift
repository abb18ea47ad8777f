/// What a configuration can choose by a name: a kind of layer, an optimizer, a model, a data set.
///
/// The description stands in the file of what it describes. The keys that a mapping may have, and
/// the tables of `Documentation/Configuration.md`, come from it.
public protocol ConfigChoice {
  /// The name that a configuration chooses it by.
  static var name: String { get }
  /// What it is, in a few words of Markdown.
  static var summary: String { get }
  /// The keys that measure it, in the order in which errors and documentation list them.
  static var keys: [KeyDescription] { get }
}

extension ConfigChoice {
  /// No keys: the name says it all.
  public static var keys: [KeyDescription] { [] }
}

/// Things that a configuration chooses among by name, in the order in which errors list them.
///
/// A catalogue is a value: take the standard one, add what is your own, hand it to what reads a
/// configuration.
public protocol ConfigCatalogue: Sendable {
  /// A choice.
  associatedtype Item: Sendable
  /// The choices, each with a name of its own.
  var items: [Item] { get set }
  /// The name that a configuration chooses an item by.
  static func name(of item: Item) -> String
}

extension ConfigCatalogue {
  /// The names, in order.
  public var names: [String] { items.map { Self.name(of: $0) } }

  /// The item of this name, nil where there is none.
  ///
  /// Complexity: O(items).
  public func item(named name: String) -> Item? { items.first { Self.name(of: $0) == name } }

  /// Adds an item at the end.
  /// - Throws: `CatalogueError.taken` where an item has its name already.
  public mutating func add(_ item: Item) throws(CatalogueError) {
    let name = Self.name(of: item)
    guard self.item(named: name) == nil else { throw .taken(name: name) }
    items.append(item)
  }

  /// One of the names, read as its item.
  package var form: ConfigForm<Item> {
    .choice(among: names) { item(named: $0) }
  }
}

/// Why something can't be added to a catalogue.
public enum CatalogueError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The catalogue has something of this name.
  case taken(name: String)

  public var description: String {
    switch self {
    case .taken(let name): "there is a \"\(name)\" already: choose another name"
    }
  }
}
