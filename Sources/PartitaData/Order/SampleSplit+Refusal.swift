internal import PartitaKeys

extension SampleSplit {
  /// Refuses the keys of a split where `key` says already what is tested on.
  /// - Throws: `ConfigError.conflict` at the first of them.
  static func refuse(in section: ConfigSection, beside key: String) throws(ConfigError) {
    for own in [CodingKeys.testFraction, .splitSeed] where section.has(own) {
      throw section.conflict(own, "\(key) says what is tested on; remove one of them")
    }
  }
}
