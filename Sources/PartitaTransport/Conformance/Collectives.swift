extension TransportConformance {
  /// Slots with one speaker come through bit for bit; the others are added.
  static func sums(_ bench: Bench) throws {
    let told = [0.1, -1e300, .leastNonzeroMagnitude, 1 / 3, .pi, .infinity]
    let slots = bench.size * told.count
    let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: slots + 1)
    defer { values.deallocate() }
    for round in 0..<20 {
      values.initialize(repeating: 0)
      for (number, value) in told.enumerated() {
        values[bench.rank * told.count + number] = value * Double(1 + bench.rank)
      }
      values[slots] = Double(bench.rank + round)
      try bench.transport.sum(values)
      for peer in bench.peers {
        for (number, value) in told.enumerated() {
          let sum = values[peer * told.count + number]
          try expect(
            sum.bitPattern == (value * Double(1 + peer)).bitPattern, "\(value) became \(sum)")
        }
      }
      let expected = bench.size * round + bench.size * (bench.size - 1) / 2
      try expect(values[slots] == Double(expected), "the sum is \(values[slots])")
    }
    try bench.transport.sum(UnsafeMutableBufferPointer(start: nil, count: 0))
  }

  /// The lowest failing rank is heard by all, whoever else fails.
  static func agreement(_ bench: Bench) throws {
    let ranks = bench.peers
    let words = { (rank: Int) in
      "rang \(rank) kann nicht: é\n" + String(repeating: "x", count: rank * 9999)
    }
    var cases: [Set<Int>] = [[], Set(ranks), Set(ranks.suffix(2))]
    cases += ranks.map { [$0] }
    for failing in cases {
      let mine = failing.contains(bench.rank) ? words(bench.rank) : nil
      let expected = failing.min().map { RankFailure(rank: $0, message: words($0)) }
      let agreed = try bench.transport.agree(on: mine)
      try expect(agreed == expected, "with \(failing.sorted()) failing: \(agreed, default: "none")")
    }
    let agreed = try bench.transport.agree(on: "")
    try expect(agreed == RankFailure(rank: 0, message: ""), "no words are a failure too")
  }

  /// What ranks bring, nothing and much included, comes to all in the order of ranks.
  static func gathering(_ bench: Bench) throws {
    let bytes = { (rank: Int, round: Int) in
      [UInt8](repeating: UInt8(rank + round), count: rank * 70_001 + round)
    }
    for round in 0..<3 {
      let all = try bench.transport.gather(bytes(bench.rank, round))
      try expect(all == bench.peers.map { bytes($0, round) }, "round \(round) brought others")
    }
    try expect(try bench.transport.gather([]).allSatisfy(\.isEmpty), "nothing became something")
  }
}
