package import PartitaDevice
package import PartitaPlan
internal import PartitaSchedule
package import PartitaTransport

/// Times messages between ranks, at most 30 times each. Every rank must call it; all get the same
/// numbers.
///
/// - Parameters:
///   - device: in whose memory messages leave and arrive.
///   - scalars: the scalars of a step's exchange.
///   - observe: told after each kind of message how far it is.
package func measureMessages(
  over transport: any Transport, device: any Device, scalars: Int, repeats: Int,
  observe: (ProfilingProgress) throws -> Void
) throws -> MessageProfile {
  func measure<D: Device>(on device: D) throws -> MessageProfile {
    try MessageTimer(transport, device: device, scalars: scalars)
      .measure(repeats: repeats, observe: observe)
  }
  return try measure(on: device)
}

/// Times messages between ranks with the means of the runtime: persistent messages, sums.
private final class MessageTimer<D: Device> {
  private let transport: any Transport
  private let scalars: Int
  private let arena: DeviceArena<D>
  private let messenger: Messenger
  private var nextTag = 0

  /// 8 bytes to 16 MiB.
  private static var sizes: [Int] { stride(from: 3, through: 24, by: 3).map { 1 << $0 } }
  private var largest: Int { Self.sizes[Self.sizes.count - 1] }

  init(_ transport: any Transport, device: D, scalars: Int) throws(DeviceError) {
    self.transport = transport
    self.scalars = scalars
    // What leaves, what arrives, and a partial sum of every other rank.
    arena = try DeviceArena(on: device, bytes: 4 * (1 << 24), stagingBytes: 0)
    messenger = Messenger(transport, memory: arena.memory)
  }

  func measure(
    repeats wanted: Int, observe: (ProfilingProgress) throws -> Void
  ) throws -> MessageProfile {
    let repeats = min(wanted, 30)
    let groups = Self.groups(upTo: transport.size)
    let sums = [1, max(2, scalars), 64, 1024]
    let total = 2 * Self.sizes.count + groups.count * (Self.sizes.count - 3) + sums.count
    var done = 0
    func curve(_ sizes: [Int], _ measure: (Int) throws -> [Double]) throws -> MessageProfile.Curve {
      var points: [MessageProfile.Curve.Point] = []
      for bytes in sizes {
        points.append(.init(bytes: bytes, seconds: Timing(measured: try slowest(measure(bytes)))))
        done += 1
        try observe(ProfilingProgress(what: "messages", done: done, total: total))
      }
      return MessageProfile.Curve(points)
    }
    let between = try curve(Self.sizes) { try pingPong(bytes: $0, repeats: repeats) }
    let within = try curve(Self.sizes) { try selfMessages(bytes: $0, repeats: repeats) }
    var reductions: [MessageProfile.Collective] = []
    for ranks in groups {
      reductions.append(
        MessageProfile.Collective(
          ranks: ranks,
          curve: try curve(Self.sizes.filter { $0 >= 4096 }) {
            try reduction(bytes: $0, ranks: ranks, repeats: repeats)
          }))
    }
    let exchange = try curve(Set(sums.map { 8 * $0 }).sorted()) {
      try sum(count: $0 / 8, repeats: repeats)
    }
    return MessageProfile(
      ranks: transport.size,
      links: [
        .init(from: 0, to: 1, curve: between), .init(from: 0, to: 0, curve: within),
      ],
      reductions: reductions, exchanges: [.init(ranks: transport.size, curve: exchange)])
  }

  /// 2, 4, 8 ... and all ranks.
  private static func groups(upTo size: Int) -> [Int] {
    var groups: [Int] = []
    var ranks = 2
    while ranks < size {
      groups.append(ranks)
      ranks *= 2
    }
    return groups + [size]
  }

  /// Of each repetition the slowest rank's seconds; idle ranks say nothing.
  private func slowest(_ own: [Double]) throws -> [Double] {
    let board = UnsafeMutableBufferPointer<Double>.allocate(capacity: own.count * transport.size)
    defer { board.deallocate() }
    board.initialize(repeating: 0)
    for (index, seconds) in own.enumerated() {
      board[transport.rank * own.count + index] = seconds
    }
    try transport.sum(board)
    return own.indices.map { index in
      (0..<transport.size).reduce(0) { max($0, board[$1 * own.count + index]) }
    }
  }

  /// Seconds of `action`, timed so often at once that the clock doesn't matter, `repeats` times.
  private func time(
    bytes: Int, repeats: Int, takesPart: Bool, _ action: () throws -> Void
  ) throws -> [Double] {
    let calls = max(1, min(100, (1 << 17) / bytes))
    var seconds: [Double] = []
    var stopwatch = Stopwatch()
    for repetition in -2..<repeats {
      try transport.barrier()
      guard takesPart else {
        if repetition >= 0 { seconds.append(0) }
        continue
      }
      stopwatch.start()
      for _ in 0..<calls { try action() }
      if repetition >= 0 { seconds.append(stopwatch.lap() / Double(calls)) }
    }
    return seconds
  }

  /// One way of a message between ranks 0 and 1.
  private func pingPong(bytes: Int, repeats: Int) throws -> [Double] {
    let tag = takeTags(2)
    let rank = transport.rank
    guard rank < 2 else { return try time(bytes: bytes, repeats: repeats, takesPart: false) {} }
    let send = try messenger.makeSend(of: part(0, bytes), to: 1 - rank, tag: tag + rank)
    let receive = try messenger.makeReceive(
      into: part(1, bytes), from: 1 - rank, tag: tag + 1 - rank)
    let trips = try time(bytes: bytes, repeats: repeats, takesPart: true) {
      if rank == 0 {
        try messenger.start(send)
        try messenger.wait(for: send)
      }
      try messenger.start(receive)
      try messenger.wait(for: receive)
      if rank == 1 {
        try messenger.start(send)
        try messenger.wait(for: send)
      }
    }
    return trips.map { $0 / 2 }
  }

  /// A message of each rank to itself.
  private func selfMessages(bytes: Int, repeats: Int) throws -> [Double] {
    let tag = takeTags(1)
    let send = try messenger.makeSend(of: part(0, bytes), to: transport.rank, tag: tag)
    let receive = try messenger.makeReceive(into: part(1, bytes), from: transport.rank, tag: tag)
    return try time(bytes: bytes, repeats: repeats, takesPart: true) {
      try messenger.start(receive)
      try messenger.start(send)
      try messenger.wait(for: receive)
      try messenger.wait(for: send)
    }
  }

  private func sum(count: Int, repeats: Int) throws -> [Double] {
    let board = UnsafeMutableBufferPointer<Double>.allocate(capacity: count)
    defer { board.deallocate() }
    board.initialize(repeating: 0)
    return try time(bytes: 8 * count, repeats: repeats, takesPart: true) {
      try transport.sum(board)
    }
  }

  /// The reduction of one bucket over the first `ranks` ranks: chunks to all, sums, chunks to all.
  private func reduction(bytes: Int, ranks: Int, repeats: Int) throws -> [Double] {
    let tag = takeTags(2 * ranks)
    let rank = transport.rank
    guard rank < ranks else {
      return try time(bytes: bytes, repeats: repeats, takesPart: false) {}
    }
    func chunk(_ index: Int) -> Range<Int> {
      let range = GradientLayout.chunk(index, of: ranks, in: 0..<bytes / 4)
      return 4 * range.lowerBound..<4 * range.upperBound
    }
    let own = chunk(rank)
    let sum = arena.memory.address + own.lowerBound
    let others = (0..<ranks).filter { $0 != rank }
    var (partials, sums): ([ArenaMessage], [ArenaMessage]) = ([], [])
    var additions: [BoundAddition] = []
    for (index, other) in others.enumerated() {
      let start = largest + index * Place.aligned(own.count)
      additions.append(
        BoundAddition(
          a: sum, b: arena.memory.address + start, result: sum, count: own.count / 4))
      partials.append(
        try messenger.makeReceive(into: start..<start + own.count, from: other, tag: tag + other))
      partials.append(try messenger.makeSend(of: chunk(other), to: other, tag: tag + rank))
      sums.append(
        try messenger.makeReceive(into: chunk(other), from: other, tag: tag + ranks + other))
      sums.append(try messenger.makeSend(of: own, to: other, tag: tag + ranks + rank))
    }
    return try time(bytes: bytes, repeats: repeats, takesPart: true) {
      for message in partials { try messenger.start(message) }
      for message in partials { try messenger.wait(for: message) }
      for addition in additions { arena.add(addition) }
      try arena.finish()
      for message in sums { try messenger.start(message) }
      for message in sums { try messenger.wait(for: message) }
    }
  }

  /// Bytes at one of the places for messages.
  private func part(_ index: Int, _ bytes: Int) -> Range<Int> {
    index * largest..<index * largest + bytes
  }

  /// Tags that nobody else has.
  private func takeTags(_ count: Int) -> Int {
    defer { nextTag += count }
    return nextTag
  }
}
