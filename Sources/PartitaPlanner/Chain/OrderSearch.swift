internal import PartitaWorkload

/// Plans along orders of the units. Where an order has more prefixes than a table takes, those at equal
/// distances come first, then those near the borders of the best plan, closer and closer.
struct OrderSearch {
  let graph: UnitGraph
  /// The most prefixes of a table.
  let most: Int
  let meter: SearchMeter

  /// The best plan that was found; nil where none was.
  ///
  /// - Parameters:
  ///   - known: a plan that another one must be better than.
  ///   - solve: the best plan between some prefixes; nil where none is better than a known one.
  func best(
    than known: Partition?, solve: (PrefixPool, Partition?) -> Partition?
  ) -> Partition? {
    let orders = graph.orders
    if graph.count * orders.count < most {
      return solve(.along(orders, of: graph), known) ?? known
    }
    var best = known
    for order in orders where !meter.isOver {
      var step = max(1, order.count / most)
      var keeps = even(order, most)
      while let found = solve(.along([order], of: graph, keeps: keeps), best) {
        best = found
        if step == 1 || meter.isOver { break }
        // A border may lie anywhere between the places beside it.
        let borders = borders(of: found, along: order)
        let near = 2 * most / 3 / max(1, borders.count)
        let reach = 2 * step
        step = max(1, 2 * reach / max(1, near))
        keeps = even(order, most / 3)
        for border in borders {
          for place in stride(from: border - reach, through: border + reach, by: step)
          where keeps.indices.contains(place) { keeps[place] = true }
        }
      }
    }
    return best
  }

  /// Keeps so many places at equal distances.
  private func even(_ order: [Int], _ count: Int) -> [Bool] {
    order.indices.map { ($0 + 1) * count / order.count > $0 * count / order.count }
  }

  /// The places behind which a plan along an order has its borders.
  private func borders(of partition: Partition, along order: [Int]) -> [Int] {
    var ends: Set<Int> = []
    var nodes = 0
    for part in partition.parts {
      nodes += part.nodes.count
      ends.insert(nodes)
    }
    nodes = 0
    return order.indices.filter { place in
      nodes += graph.units[order[place]].count
      return ends.contains(nodes)
    }
  }
}
