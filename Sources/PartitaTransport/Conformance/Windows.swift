extension TransportConformance {
  /// A window whose messages have these tags; nil where ranks share no memory.
  private static func window(_ bench: Bench, bytes: Int, tags: Range<Int>) throws -> SharedWindow? {
    let window = try bench.transport.openWindow(bytes: bytes, tags: tags)
    guard let window else { return nil }
    try expect(window.own.count == bytes, "a part of \(window.own.count) bytes, not \(bytes)")
    try expect(window.own.allSatisfy { $0 == 0 }, "a part doesn't begin with zeros")
    try expect(window.reaches(bench.rank), "a rank doesn't reach its own part")
    return window
  }

  /// One rank that wants no window is enough: nobody gets one, and messages go on.
  static func noWindow(_ bench: Bench) throws {
    let last = bench.rank == bench.size - 1
    let window = try bench.transport.openWindow(bytes: last ? nil : 4096, tags: 0..<4)
    try expect(window == nil, "there is a window though a rank wants none")
    try toItself(bench)
  }

  /// Lent bytes are read where they lie, hundreds of times: the lender's send is complete no sooner than
  /// the reader gives them back, and the reader sees each time what was written before.
  static func borrowing(_ bench: Bench) throws {
    let count = 20_000
    guard let window = try window(bench, bytes: 3 * count, tags: 20..<24),
      window.reaches(bench.next), window.reaches(bench.previous), bench.size > 1
    else { return }
    let transport = bench.transport
    let send = try transport.makeSend(of: count..<2 * count, in: window, to: bench.next, tag: 21)
    let receive = try transport.makeReceive(
      .borrowed(bytes: count), in: window, from: bench.previous, tag: 21)
    try transport.barrier()
    let own = Block(bytes: UnsafeMutableRawBufferPointer(rebasing: window.own[count..<2 * count]))
    let lent = Block(bytes: .init(start: transport.address(of: receive), count: count))
    for round in 0..<300 {
      own.fill(round + bench.rank)
      try transport.start(send)
      try transport.start(receive)
      try transport.wait(for: receive)
      try lent.expect(round + bench.previous, "borrowed, round \(round)")
      // In every other round all have lent, and nobody gives back before all have looked.
      if round % 2 == 0 {
        try transport.barrier()
        let isBack = try transport.isComplete(send)
        try expect(!isBack, "bytes are back that nobody has given back")
        try transport.barrier()
      }
      transport.giveBack(receive)
      try transport.wait(for: send)
    }
  }

  /// What the borrower writes is there when the bytes are back.
  static func writing(_ bench: Bench) throws {
    let count = 4096
    guard let window = try window(bench, bytes: count, tags: 0..<1),
      window.reaches(bench.next), window.reaches(bench.previous), bench.size > 1
    else { return }
    let transport = bench.transport
    let send = try transport.makeSend(of: 0..<count, in: window, to: bench.next, tag: 0)
    let receive = try transport.makeReceive(
      .borrowed(bytes: count), in: window, from: bench.previous, tag: 0)
    try transport.barrier()
    let own = Block(bytes: window.own)
    let lent = Block(bytes: .init(start: transport.address(of: receive), count: count))
    for round in 0..<300 {
      own.fill(round)
      try transport.start(send)
      try transport.start(receive)
      try transport.wait(for: receive)
      lent.fill(1000 + round + bench.rank)
      transport.giveBack(receive)
      try transport.wait(for: send)
      try own.expect(1000 + round + bench.next, "written by the borrower, round \(round)")
    }
  }

  /// Copied messages are complete when both sides have started, whichever waits first, and nobody need wait
  /// for a receive before its bytes are taken.
  static func copying(_ bench: Bench) throws {
    let count = 70_001
    guard let window = try window(bench, bytes: count, tags: 5..<8), window.reaches(bench.next),
      window.reaches(bench.previous), bench.size > 1
    else { return }
    let transport = bench.transport
    let `in` = bench.block(count)
    let send = try transport.makeSend(of: 0..<count, in: window, to: bench.next, tag: 6)
    let receive = try transport.makeReceive(
      .copied(into: `in`.bytes), in: window, from: bench.previous, tag: 6)
    let (told, heard) = (
      try transport.makeSend(of: 0..<0, in: window, to: bench.next, tag: 7),
      try transport.makeReceive(.heard(bytes: 0), in: window, from: bench.previous, tag: 7)
    )
    try transport.barrier()
    let own = Block(bytes: window.own)
    for round in 0..<100 {
      own.fill(round + bench.rank)
      `in`.clear()
      let ends = round % 2 == 0 ? [send, receive, told, heard] : [heard, receive, told, send]
      // All wait for their sends first: what the others have started is copied meanwhile.
      for message in ends { try transport.start(message) }
      for message in [send, told, receive, heard] { try transport.wait(for: message) }
      try `in`.expect(round + bench.previous, "copied, round \(round)")
    }
  }

  /// A receive of other bytes than were lent throws, a lonely one ends, and a second start is refused.
  static func windowFailures(_ bench: Bench) throws {
    guard let window = try window(bench, bytes: 64, tags: 0..<2), window.reaches(bench.next),
      window.reaches(bench.previous), bench.size > 1
    else { return }
    let transport = bench.transport
    let send = try transport.makeSend(of: 0..<64, in: window, to: bench.next, tag: 0)
    let receive = try transport.makeReceive(
      .heard(bytes: 32), in: window, from: bench.previous, tag: 0)
    let lonely = try transport.makeReceive(
      .heard(bytes: 8), in: window, from: bench.previous, tag: 1)
    try expect(.noSuchRank(rank: bench.size, size: bench.size), from: "a rank outside") {
      _ = try transport.makeReceive(.heard(bytes: 8), in: window, from: bench.size, tag: 0)
    }
    try transport.barrier()
    try transport.start(send)
    try expect(.underWay(peer: bench.next, tag: 0), from: "a second start") {
      try transport.start(send)
    }
    try transport.start(receive)
    try expect(
      .wrongSize(peer: bench.previous, tag: 0, expected: 32), from: "64 bytes for 32"
    ) { try transport.wait(for: receive) }
    try transport.wait(for: send)
    let usual = transport.timeoutSeconds
    defer { transport.timeoutSeconds = usual }
    transport.timeoutSeconds = 0.05
    try transport.start(lonely)
    try expect(
      .timedOut(peer: bench.previous, tag: 1, bytes: 8, sending: false, seconds: 0.05),
      from: "a lonely message"
    ) { try transport.wait(for: lonely) }
  }
}
