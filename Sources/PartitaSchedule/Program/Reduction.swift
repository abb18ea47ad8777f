/// How the gradient groups of one stage become one sum: the fixed tree of law 2.
///
/// The tree pairs group j with j + g/2 first, then on with half as many. A replica adds up every
/// subtree that it owns as a whole by itself; what is left, a *partial* for each maximal subtree,
/// is added by the same tree wherever the partials meet. So the grouping of every sum, and with
/// it every bit, is the same for any number of replicas. Groups without samples are left out.
public struct Reduction: Hashable, Sendable {
  /// A sum that one replica can form alone; it ends in the accumulator of its first group.
  public struct Partial: Hashable, Sendable {
    /// The replica.
    public let replica: Int
    /// The group whose accumulator holds it.
    public let group: Int
  }

  /// One addition: the accumulator `into` takes `into + other`.
  public struct Addition: Hashable, Sendable {
    /// The left operand, and where the sum goes.
    public let into: Int
    /// The right operand.
    public let other: Int

    package init(into: Int, other: Int) {
      self.into = into
      self.other = other
    }
  }

  /// Additions within a replica's own accumulators, by replica, in order; operands are groups.
  public let local: [[Addition]]
  /// The partials, in the order of the tree.
  public let partials: [Partial]
  /// The additions of the partials, in order; operands are indices into `partials`, the sum ends
  /// in the first.
  public let across: [Addition]

  /// The reduction of the groups in `filled` over `replicas` replicas of a stage.
  ///
  /// Complexity: O(groups).
  /// - Parameters:
  ///   - groups: g, a power of two.
  ///   - replicas: r; group j runs on replica j mod r.
  ///   - filled: the groups that have samples.
  public init(groups: Int, replicas: Int, filled: Set<Int>) {
    var builder = Builder(groups: groups, replicas: replicas, filled: filled)
    if let root = builder.sum(residue: 0, modulus: 1) { _ = builder.close(root) }
    // A partial is numbered when it is needed; put them in the order of the tree, from the left.
    let order = builder.partials.indices.sorted {
      builder.place(ofGroup: builder.partials[$0].group)
        < builder.place(ofGroup: builder.partials[$1].group)
    }
    var rank = order
    for (place, index) in order.enumerated() { rank[index] = place }
    local = builder.local
    partials = order.map { builder.partials[$0] }
    across = builder.across.map { Addition(into: rank[$0.into], other: rank[$0.other]) }
  }

  private struct Builder {
    let groups: Int
    let replicas: Int
    let filled: Set<Int>
    var local: [[Addition]]
    var partials: [Partial] = []
    var across: [Addition] = []

    init(groups: Int, replicas: Int, filled: Set<Int>) {
      self.groups = groups
      self.replicas = replicas
      self.filled = filled
      local = Array(repeating: [], count: replicas)
    }

    enum Sum {
      /// All of it is on one replica, in the accumulator of a group.
      case owned(replica: Int, group: Int)
      /// It is the sum of partials, which ends in this one.
      case spread(partial: Int)
    }

    /// The sum of all groups j with j mod `modulus` = `residue`.
    mutating func sum(residue: Int, modulus: Int) -> Sum? {
      if modulus == groups {
        return filled.contains(residue)
          ? .owned(replica: residue % replicas, group: residue) : nil
      }
      let left = sum(residue: residue, modulus: 2 * modulus)
      let right = sum(residue: residue + modulus, modulus: 2 * modulus)
      switch (left, right) {
      case (nil, let only), (let only, nil):
        return only
      case (.owned(let a, let group)?, .owned(let b, let other)?) where a == b:
        local[a].append(Addition(into: group, other: other))
        return .owned(replica: a, group: group)
      case (let left?, let right?):
        let (into, other) = (close(left), close(right))
        across.append(Addition(into: into, other: other))
        return .spread(partial: into)
      }
    }

    /// The place of a group's leaf in the tree, from the left: its bits in reverse order.
    func place(ofGroup group: Int) -> Int {
      var (place, rest, width) = (0, group, groups)
      while width > 1 {
        place = 2 * place + rest % 2
        (rest, width) = (rest / 2, width / 2)
      }
      return place
    }

    /// Makes a sum that is owned by one replica into a partial.
    mutating func close(_ sum: Sum) -> Int {
      switch sum {
      case .spread(let partial): return partial
      case .owned(let replica, let group):
        partials.append(Partial(replica: replica, group: group))
        return partials.count - 1
      }
    }
  }
}
