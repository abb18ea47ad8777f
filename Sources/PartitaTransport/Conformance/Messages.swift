extension TransportConformance {
  /// Sizes that take different ways through a message layer: in the envelope, eager, rendezvous.
  private static let byteCounts = [0, 1, 7, 4095, 65537, 3 << 20 | 1]

  static func bounds(_ bench: Bench) throws {
    try expect((0..<bench.size).contains(bench.rank), "a rank outside the size")
    // MPI 4.0, section 9.1.2.
    try expect(bench.transport.largestTag >= 32767, "largest tag \(bench.transport.largestTag)")
  }

  static func sizes(_ bench: Bench) throws {
    for count in byteCounts {
      let (out, `in`) = (bench.block(count), bench.block(count))
      out.fill(bench.rank)
      try bench.exchange([
        bench.receive(`in`, from: bench.previous, tag: 1),
        bench.send(out, to: bench.next, tag: 1),
      ])
      try `in`.expect(bench.previous, "\(count) bytes")
    }
  }

  /// Every rank has many messages for every other, received in the opposite order.
  static func tags(_ bench: Bench) throws {
    let tags = [0, 1, 2, 100, 32766, bench.transport.largestTag]
    var blocks: [Block] = []
    var sends: [Message] = []
    var receives: [Message] = []
    for peer in bench.peers {
      for tag in tags {
        let (out, `in`) = (bench.block(33), bench.block(33))
        out.fill(tag &+ 7 * bench.rank)
        blocks.append(`in`)
        blocks.append(out)
        sends.append(try bench.send(out, to: peer, tag: tag))
        receives.append(try bench.receive(`in`, from: peer, tag: tag))
      }
    }
    try bench.exchange(sends + receives.reversed())
    for peer in bench.peers {
      for (number, tag) in tags.enumerated() {
        try blocks[2 * (peer * tags.count + number)].expect(
          tag &+ 7 * peer, "from rank \(peer), tag \(tag)")
      }
    }
  }

  /// Messages with the same envelope arrive in the order in which they were started.
  static func order(_ bench: Bench) throws {
    let outs = (0..<8).map { _ in bench.block(1000) }
    let ins = (0..<8).map { _ in bench.block(1000) }
    for (number, out) in outs.enumerated() { out.fill(number) }
    let sends = try outs.map { try bench.send($0, to: bench.next, tag: 5) }
    let receives = try ins.map { try bench.receive($0, from: bench.previous, tag: 5) }
    // Made in one order, started in another: only the start counts.
    try bench.exchange(receives.reversed() + sends)
    for (number, `in`) in ins.reversed().enumerated() {
      try `in`.expect(number, "message \(number)")
    }
  }

  /// Large messages between all pairs, under way together.
  static func bothWays(_ bench: Bench) throws {
    let peers = bench.peers
    let outs = peers.map { _ in bench.block(1 << 20) }
    let ins = peers.map { _ in bench.block(1 << 20) }
    for peer in peers { outs[peer].fill(peer + 10 * bench.rank) }
    let sends = try peers.map { try bench.send(outs[$0], to: $0, tag: 6) }
    let receives = try peers.map { try bench.receive(ins[$0], from: $0, tag: 6) }
    try bench.exchange(sends + receives)
    for peer in peers {
      try ins[peer].expect(bench.rank + 10 * peer, "from rank \(peer)")
    }
  }

  /// One pair of messages, hundreds of times, with other bytes each time.
  static func restart(_ bench: Bench) throws {
    for (count, rounds) in [(64, 500), (100_000, 50)] {
      let (out, `in`) = (bench.block(count), bench.block(count))
      let messages = [
        try bench.send(out, to: bench.next, tag: 7),
        try bench.receive(`in`, from: bench.previous, tag: 7),
      ]
      for round in 0..<rounds {
        out.fill(round + bench.rank)
        `in`.clear()
        try bench.exchange(messages)
        try `in`.expect(round + bench.previous, "\(count) bytes, round \(round)")
      }
    }
  }

  static func toItself(_ bench: Bench) throws {
    for count in byteCounts {
      let (out, `in`) = (bench.block(count), bench.block(count))
      let send = try bench.send(out, to: bench.rank, tag: 8)
      let receive = try bench.receive(`in`, from: bench.rank, tag: 8)
      for (round, messages) in [[send, receive], [receive, send]].enumerated() {
        out.fill(round)
        `in`.clear()
        try bench.exchange(messages)
        try `in`.expect(round, "\(count) bytes")
      }
    }
  }

  /// Polling is enough, and takes nothing away from a receive that starts late.
  static func progress(_ bench: Bench) throws {
    let (out, `in`) = (bench.block(1 << 20), bench.block(1 << 20))
    out.fill(bench.rank)
    let send = try bench.send(out, to: bench.next, tag: 9)
    let receive = try bench.receive(`in`, from: bench.previous, tag: 9)
    try bench.transport.start(send)
    for _ in 0..<1000 { try bench.transport.progress() }
    try bench.transport.start(receive)
    var patience = Patience()
    while try !bench.transport.isComplete(receive) {
      try expect(patience.look() < bench.transport.timeoutSeconds, "nothing came")
    }
    try `in`.expect(bench.previous, "polled")
    try bench.transport.wait(for: send)
  }
}
