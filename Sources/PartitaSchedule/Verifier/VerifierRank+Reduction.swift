internal import PartitaGraph

extension RankWalk {
  private func bucket(_ stage: Int, _ bucket: Int) throws(ProgramFault) -> Int {
    let place = try held(stage)
    try beforeExchange()
    guard holdings[place].isReduced.indices.contains(bucket) else {
      throw fault(
        .reduction, "stage \(stage) has no bucket \(bucket)",
        "it has \(holdings[place].isReduced.count) buckets")
    }
    return place
  }

  /// Proves the first half of a bucket's reduction: all contributions are in.
  mutating func reduce(_ stage: Int, _ bucket: Int) throws(ProgramFault) {
    let place = try self.bucket(stage, bucket)
    guard holdings[place].open == 0 else {
      throw fault(
        .reduction, "\(stage)REDUCE\(bucket) comes before the last gradient of stage \(stage)",
        "reduce when all its microbatches are done")
    }
    guard !holdings[place].isReduced[bucket] else {
      throw fault(.reduction, "bucket \(bucket) of stage \(stage) is reduced twice", "once")
    }
    holdings[place].isReduced[bucket] = true
    holdings[place].reduced += 1
    try forEachPartial(place, bucket) { (walk, message, isSending) throws(ProgramFault) in
      if isSending { try walk.startSend(message) } else { try walk.startReceive(message) }
    }
  }

  /// Proves the second half: reduced here, and everyone's partial sums waited for.
  mutating func combine(_ stage: Int, _ bucket: Int) throws(ProgramFault) {
    let place = try self.bucket(stage, bucket)
    guard index.replicas[stage] > 1 else {
      throw fault(
        .reduction, "stage \(stage) has one replica, and nothing to combine", "reduce alone")
    }
    guard holdings[place].isReduced[bucket], !holdings[place].isCombined[bucket] else {
      throw fault(
        .reduction,
        "\(stage)COMBINE\(bucket) comes "
          + (holdings[place].isCombined[bucket] ? "twice" : "before \(stage)REDUCE\(bucket)"),
        "reduce, then combine, each once")
    }
    holdings[place].isCombined[bucket] = true
    holdings[place].combined += 1
    try forEachPartial(place, bucket) { (walk, message, _) throws(ProgramFault) in
      walk.waits.wait(message)
    }
    // Where replicas share the update, the sums stay: they trade weights later.
    guard bucket >= index.sharded[stage] else { return }
    try trade(place, bucket)
  }

  /// Starts to trade the finished chunks of a bucket, or the weights made of them.
  mutating func trade(_ place: Int, _ bucket: Int) throws(ProgramFault) {
    try forEachSum(place, bucket) { (walk, message, isSending) throws(ProgramFault) in
      if isSending { try walk.startSend(message) } else { try walk.startReceive(message) }
    }
  }

  /// Proves that a tied gradient may leave: it is complete, and not yet overwritten.
  mutating func contribute(_ place: Int) throws(ProgramFault) {
    try isReduced(place, "a tied gradient is sent")
    guard !holdings[place].isUpdated else {
      throw fault(
        .order, "a tied gradient is sent after the update of its stage",
        "send it before \(holdings[place].stage)UPDATE")
    }
    try waitForSums(place)
  }

  /// Proves an update: everything that it reads is there, and nobody reads the old weights.
  mutating func update(_ stage: Int) throws(ProgramFault) {
    let place = try held(stage)
    try beforeExchange()
    guard isTraining, !holdings[place].isUpdated else {
      throw fault(
        .reduction,
        isTraining
          ? "stage \(stage) is updated twice" : "an update in a program that doesn't train",
        isTraining ? "once a step" : "forward alone")
    }
    guard open == 0 else {
      throw fault(
        .reduction, "\(stage)UPDATE comes before the rank's last microbatch is done",
        "update when nobody on the rank reads weights any more")
    }
    try isReduced(place, "stage \(stage) is updated")
    for edge in index.incoming[Edge.Kind.contribution.number][stage] {
      try waitForContribution(
        index.message(edge: edge, replica: holdings[place].replica), isSending: false)
    }
    for edge in index.outgoing[Edge.Kind.contribution.number][stage] {
      let receiver = program.pipeline.edges[edge].to
      for replica in 0..<index.replicas[receiver] {
        let message = index.message(edge: edge, replica: replica)
        guard program.messages[message].from == rank else { continue }
        try waitForContribution(message, isSending: true)
      }
    }
    try waitForSums(place)
    holdings[place].isUpdated = true
  }

  private mutating func waitForContribution(_ message: Int, isSending: Bool) throws(ProgramFault) {
    guard (isSending ? isSent : isReceived)[message] else {
      throw fault(
        .reduction,
        "\(program.words(program.messages[message])) is not \(isSending ? "sent" : "received")"
          + " before the update", "\(isSending ? "send" : "receive") it before")
    }
    waits.wait(message)
  }

  private func isReduced(_ place: Int, _ what: String) throws(ProgramFault) {
    let holding = holdings[place]
    let needed = index.replicas[holding.stage] > 1 ? holding.isCombined.count : 0
    guard holding.reduced == holding.isReduced.count, holding.combined == needed else {
      let isOpen = holding.reduced < holding.isReduced.count
      let missing = (isOpen ? holding.isReduced : holding.isCombined).firstIndex(of: false) ?? 0
      throw fault(
        .reduction,
        "\(what) before \(holding.stage)\(isOpen ? "REDUCE" : "COMBINE")\(missing)",
        "finish the reduction of every bucket first")
    }
  }

  private mutating func waitForSums(_ place: Int) throws(ProgramFault) {
    for bucket in holdings[place].isCombined.indices.dropFirst(index.sharded[holdings[place].stage])
    {
      try wait(place, bucket)
    }
  }

  /// Waits for the finished chunks of a bucket, or for the weights made of them.
  mutating func wait(_ place: Int, _ bucket: Int) throws(ProgramFault) {
    try forEachSum(place, bucket) { (walk, message, _) throws(ProgramFault) in
      walk.waits.wait(message)
    }
  }

  // MARK: The end of a step

  /// Proves the exchange: every scalar that this rank has to tell is known.
  mutating func comeToExchange() throws(ProgramFault) {
    guard exchange == nil else {
      throw fault(.stepEnd, "a second exchange", "one a step, on every rank")
    }
    guard open == 0 else {
      throw fault(
        .stepEnd, "the exchange comes before the rank's last microbatch is done",
        "put it behind the last one")
    }
    if isTraining, let holding = holdings.first(where: { !$0.isUpdated }) {
      throw fault(
        .stepEnd, "the exchange comes before \(holding.stage)UPDATE",
        "put it behind every update of the rank")
    }
    exchange = at
  }

  /// Proves a finish: every scalar is known.
  mutating func finish(_ stage: Int) throws(ProgramFault) {
    let place = try held(stage)
    guard exchange != nil, !holdings[place].isFinished else {
      throw fault(
        .stepEnd,
        "\(stage)FINISH comes \(exchange == nil ? "before the exchange" : "twice")",
        "once, after the exchange")
    }
    holdings[place].isFinished = true
    unfinished -= 1
  }

  // MARK: What replicas trade

  /// The partial sums of a bucket that leave this rank, and those that come.
  private mutating func forEachPartial(
    _ place: Int, _ bucket: Int,
    _ body: (inout RankWalk, _ message: Int, _ isSending: Bool) throws(ProgramFault) -> Void
  ) throws(ProgramFault) {
    let (stage, replica) = (holdings[place].stage, holdings[place].replica)
    guard index.replicas[stage] > 1 else { return }
    for partial in 0..<index.partials[stage] {
      let isOwn = program.reductions[stage].partials[partial].replica == replica
      for chunk in isOwn ? 0..<index.replicas[stage] : replica..<replica + 1 {
        let message = index.partial(stage: stage, bucket: bucket, partial: partial, chunk: chunk)
        if message >= 0 { try body(&self, message, isOwn) }
      }
    }
  }

  /// The finished chunks of a bucket, or the weights made of them, that leave this rank, and those that
  /// come.
  private mutating func forEachSum(
    _ place: Int, _ bucket: Int,
    _ body: (inout RankWalk, _ message: Int, _ isSending: Bool) throws(ProgramFault) -> Void
  ) throws(ProgramFault) {
    let (stage, replica) = (holdings[place].stage, holdings[place].replica)
    guard index.replicas[stage] > 1 else { return }
    for other in 0..<index.replicas[stage] where other != replica {
      let leaving = index.sum(stage: stage, bucket: bucket, chunk: replica, to: other)
      if leaving >= 0 { try body(&self, leaving, true) }
      let coming = index.sum(stage: stage, bucket: bucket, chunk: other, to: replica)
      if coming >= 0 { try body(&self, coming, false) }
    }
  }
}
