internal import PartitaFiles
public import PartitaTransport

/// The comparison of what each rank found out by itself.
public enum Agreement {
  /// Compares the ranks' facts; every rank must call it, and each gets the same answer.
  ///
  /// Only digests travel, and the facts themselves where those differ.
  /// - Returns: the first difference in words, with its two ranks; nil where all agree.
  /// - Throws: `TransportError` where the message layer fails.
  public static func difference(
    in facts: [Fact], over transport: any Transport
  ) throws(TransportError) -> String? {
    guard transport.size > 1 else { return nil }
    let text = Array(JSON(facts).description.utf8)
    let digests = try transport.gather(Array(SHA256.hexadecimal(of: text).utf8))
    if digests.allSatisfy({ $0 == digests[0] }) { return nil }
    let ranks = try transport.gather(text).map { bytes in
      (try? JSON.value([Fact].self, from: bytes)) ?? []
    }
    return firstDifference(ranks)
  }

  /// The first difference between ranks' lists of facts: the lowest rank that differs from one
  /// below it, and the first fact in which it does.
  package static func firstDifference(_ ranks: [[Fact]]) -> String? {
    var known: [String: (rank: Int, fact: Fact)] = [:]
    for (rank, facts) in ranks.enumerated() {
      for fact in facts where fact.value != nil {
        guard let other = known[fact.name] else {
          // What no rank below has is only fine where its own list has it without a value.
          if rank > 0, !ranks[0].contains(where: { $0.name == fact.name }) {
            return words(rank, fact, 0, nil)
          }
          known[fact.name] = (rank, fact)
          continue
        }
        if other.fact != fact { return words(rank, fact, other.rank, other.fact) }
      }
      let names = Set(facts.map(\.name))
      if let missing = ranks[0].first(where: { !names.contains($0.name) }) {
        return words(0, missing, rank, nil)
      }
    }
    return nil
  }

  private static func words(_ rank: Int, _ fact: Fact, _ other: Int, _ otherFact: Fact?) -> String {
    if fact.isDigest, otherFact != nil {
      return "rank \(rank) read other bytes from \(fact.name) than rank \(other)"
    }
    return "rank \(rank) has \(fact.name) \(fact.value ?? "none"), rank \(other) has "
      + (otherFact?.value ?? "none") + ": all ranks of a run need the same"
  }
}

extension JSON {
  fileprivate init(_ facts: [Fact]) {
    self = .array(
      facts.map { fact in
        [
          "name": .string(fact.name), "value": fact.value.map { .string($0) } ?? .null,
          "isDigest": .bool(fact.isDigest),
        ]
      })
  }
}

extension Transport {
  /// What rank 0 has, on every rank. Every rank must call it.
  /// - Throws: `TransportError`, or what the value's encoder throws.
  public func share<Value: Codable>(_ value: Value) throws -> Value {
    guard size > 1 else { return value }
    let own = rank == 0 ? Array(try JSON.text(of: [value], .line).utf8) : []
    let all = try gather(own)
    return rank == 0 ? value : try JSON.value([Value].self, from: all[0])[0]
  }

  /// What every rank has, on every rank, in the order of ranks. Every rank must call it.
  /// - Throws: `TransportError`, or what the value's encoder throws.
  public func collect<Value: Codable>(_ value: Value) throws -> [Value] {
    guard size > 1 else { return [value] }
    return try gather(Array(try JSON.text(of: [value], .line).utf8)).map {
      try JSON.value([Value].self, from: $0)[0]
    }
  }
}
