internal import PartitaFiles
internal import PartitaGraph

/// What messages cost on the ranks that measured them.
public struct MessageProfile: Hashable, Sendable {
  /// Seconds by bytes, measured at some sizes.
  public struct Curve: Hashable, Sendable {
    /// One size.
    public struct Point: Hashable, Sendable {
      /// Bytes.
      public let bytes: Int
      /// Their seconds.
      public let seconds: Timing

      /// What so many bytes take.
      public init(bytes: Int, seconds: Timing) {
        self.bytes = bytes
        self.seconds = seconds
      }
    }

    /// The sizes, ascending; at least one.
    public let points: [Point]

    /// Sizes must ascend, and there must be one.
    public init(_ points: [Point]) { self.points = points }

    /// Seconds of the smallest message.
    public var latencySeconds: Double { points.first?.seconds.median ?? 0 }

    /// Seconds of any size: on the line between the two nearest; below the smallest its own, above
    /// the largest at the bandwidth of the largest.
    public func seconds(bytes: Int) -> Double {
      guard let first = points.first, let last = points.last else { return 0 }
      if bytes <= first.bytes { return first.seconds.median }
      guard let place = points.firstIndex(where: { $0.bytes >= bytes }) else {
        return last.seconds.median * Double(bytes) / Double(max(last.bytes, 1))
      }
      let (lower, upper) = (points[place - 1], points[place])
      let share = Double(bytes - lower.bytes) / Double(upper.bytes - lower.bytes)
      return lower.seconds.median + share * (upper.seconds.median - lower.seconds.median)
    }
  }

  /// Messages from one rank to another, or to itself.
  public struct Link: Hashable, Sendable {
    /// The two ranks.
    public let from, to: Int
    /// From the start of the send until the receiver has it.
    public let curve: Curve

    /// What messages between two ranks took.
    public init(from: Int, to: Int, curve: Curve) {
      self.from = from
      self.to = to
      self.curve = curve
    }
  }

  /// A collective operation of some number of ranks.
  public struct Collective: Hashable, Sendable {
    /// The ranks that take part.
    public let ranks: Int
    /// Seconds of the slowest rank, by the bytes that each contributes.
    public let curve: Curve

    /// What a collective took, by bytes.
    public init(ranks: Int, curve: Curve) {
      self.ranks = ranks
      self.curve = curve
    }
  }

  /// The ranks that there were.
  public let ranks: Int
  /// Messages between pairs of ranks.
  public let links: [Link]
  /// The reduction of a bucket of gradients over replicas, by the number of replicas.
  public let reductions: [Collective]
  /// The exchange of scalars.
  public let exchanges: [Collective]

  /// What was measured; a kind that nobody measured is an empty list.
  public init(
    ranks: Int, links: [Link], reductions: [Collective], exchanges: [Collective]
  ) {
    self.ranks = ranks
    self.links = links
    self.reductions = reductions
    self.exchanges = exchanges
  }
}

extension MessageProfile: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case ranks, links, reductions, exchanges
  }

  /// Reads what messages cost.
  /// - Throws: `DecodingError` with the key, for one that is unknown or has no such value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    ranks = try container.count(forKey: .ranks, atLeast: 1, atMost: Int(Int32.max))
    links = try container.decode([Link].self, forKey: .links)
    reductions = try container.decode([Collective].self, forKey: .reductions)
    exchanges = try container.decode([Collective].self, forKey: .exchanges)
  }
}

extension MessageProfile.Curve: Codable {
  /// Reads a list of points.
  /// - Throws: `DecodingError` where there is none, or sizes don't ascend.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    points = try container.decode([Point].self)
    guard !points.isEmpty, zip(points, points.dropFirst()).allSatisfy({ $0.bytes < $1.bytes })
    else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected at least one size, with ascending bytes")
    }
  }

  /// Writes a list of points.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(points)
  }
}

extension MessageProfile.Curve.Point: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case bytes, seconds
  }

  /// Reads a point.
  /// - Throws: `DecodingError` with the key, for one that is unknown or has no such value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    bytes = try container.count(forKey: .bytes, atMost: Graph.byteLimit)
    seconds = try container.decode(Timing.self, forKey: .seconds)
  }
}

extension MessageProfile.Link: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case from, to, curve
  }

  /// Reads a link.
  /// - Throws: `DecodingError` with the key, for one that is unknown or has no such value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    from = try container.count(forKey: .from, atMost: Int(Int32.max))
    to = try container.count(forKey: .to, atMost: Int(Int32.max))
    curve = try container.decode(MessageProfile.Curve.self, forKey: .curve)
  }
}

extension MessageProfile.Collective: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case ranks, curve
  }

  /// Reads a collective.
  /// - Throws: `DecodingError` with the key, for one that is unknown or has no such value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    ranks = try container.count(forKey: .ranks, atLeast: 1, atMost: Int(Int32.max))
    curve = try container.decode(MessageProfile.Curve.self, forKey: .curve)
  }
}
