import PartitaConfig
import PartitaData
import PartitaGraph
import PartitaKeys
import PartitaSchedule

// How does a configuration find them?
//
// By a catalogue: a value, of which everybody may have their own.

extension Catalogue {
  /// All that Partita has, and what this package adds.
  /// - Throws: `ScheduleCatalogueError` or `CatalogueError` for a name that is taken.
  static func extended() throws -> Catalogue {
    var catalogue = Catalogue.standard
    try catalogue.schedules.add(GPipeInRounds())
    try catalogue.data.add(Spirals.self)
    try catalogue.layers.add(SoftsignLayer.self)
    return catalogue
  }
}
