internal import PartitaConfig
internal import PartitaFiles
internal import PartitaPlan
internal import PartitaRuntime
internal import PartitaTransport

/// Writes checkpoints of one rank's part beside the training: the end of a step copies, a thread
/// writes, and all ranks agree through their steps' signals when all is on the disk.
///
/// Every rank has one and makes the same calls. What each is about to do follows from the sums of
/// signals alone, so all do it at the same step.
final class Checkpointer {
  /// What has become of a checkpoint.
  enum Event: Hashable {
    case committed(step: Int)
    case failed(step: Int)
  }

  private enum Phase: Equatable {
    case idle
    /// Every rank writes its files.
    case writing(step: Int)
    /// Rank 0 writes what stands for the whole, and gives it its name.
    case committing(step: Int)
  }

  private let layout: CheckpointLayout
  private let shares: CheckpointShares
  private let folder: CheckpointFolder
  private let keep: Int
  private let transport: any Transport
  private let runtime: RankRuntime
  private let complain: (String) -> Void
  private let own: [CheckpointLayout.Shard]
  private lazy var snapshot = Snapshot(own)
  private lazy var stream = ShardStream(transport, tag: streamTag)
  private lazy var gatherer = StateGatherer(
    stateParts, runtime, rank: transport.rank, stream: stream)
  private let stateParts: [String: [StagedProgram.StatePart]]
  private let streamTag: Int
  private var phase = Phase.idle
  private var job: BackgroundJob<[CheckpointManifest.WrittenShard]>?
  private var state: CheckpointState?
  /// What rank 0 has written for ranks that don't see the folder.
  private var received: [CheckpointManifest.WrittenShard] = []

  /// - Parameters:
  ///   - folder: the run's folder.
  ///   - sees: for each rank, whether it sees that folder.
  ///   - keep: how many checkpoints stay.
  ///   - tag: a message tag that nobody else uses.
  ///   - complain: gets the words about a checkpoint that this rank can't write.
  init(
    _ experiment: Experiment, _ runtime: RankRuntime, over transport: any Transport,
    folder: String, sees: [Bool], keep: Int, tag: Int, complain: @escaping (String) -> Void
  ) {
    let layout = CheckpointLayout(experiment.training)
    let shares = CheckpointShares(layout, experiment.plan, sees: sees)
    self.layout = layout
    self.shares = shares
    self.folder = CheckpointFolder(ofRun: folder)
    self.keep = keep
    self.transport = transport
    self.runtime = runtime
    self.complain = complain
    streamTag = tag
    stateParts = experiment.mainStagedProgram.stateParts
    own = layout.shards.indices.filter {
      shares.holders[$0] == transport.rank && shares.writers[$0] == transport.rank
    }.map { layout.shards[$0] }
  }

  var isIdle: Bool { phase == .idle }

  /// Where the checkpoint after so many steps lies.
  func path(ofStep step: Int) -> String { folder.path(ofStep: step) }

  /// Whether this rank's work of the present phase is over, and whether it failed.
  var report: (isDone: Bool, hasFailed: Bool) {
    guard let job else { return (!isIdle, false) }
    switch job.result {
    case nil: return (false, false)
    case .success: return (true, false)
    case .failure: return (true, true)
    }
  }

  // MARK: Beginning

  /// Copies this rank's part and begins to write it. Every rank must call it, between two steps,
  /// when no checkpoint is under way.
  func begin(_ state: CheckpointState) throws {
    precondition(isIdle, "a checkpoint is under way")
    self.state = state
    phase = .writing(step: state.step)
    try takeOwnParts()
    let part = folder.partPath(ofStep: state.step)
    let failure = try streamBlindParts(to: part)
    let writesHere = !own.isEmpty
    job = BackgroundJob { [snapshot] in
      if let failure { throw failure }
      if writesHere { try makeDirectory(part) }
      return try snapshot.write(to: part)
    }
  }

  /// Brings the files of ranks that don't see the folder to rank 0, which writes them.
  /// - Returns: why rank 0 can't; it goes on to take what comes.
  private func streamBlindParts(to part: String) throws -> (any Error)? {
    received = []
    var failure: (any Error)?
    for (index, shard) in layout.shards.enumerated()
    where shares.writers[index] != shares.holders[index] {
      try send(shard, from: shares.holders[index])
      guard transport.rank == shares.writers[index] else { continue }
      do {
        try makeDirectory(part)
        received.append(try receive(shard, from: shares.holders[index], to: part))
      } catch let error as FileError { failure = failure ?? error }
    }
    return failure
  }

  /// Copies the tensors of the files that ranks write themselves.
  private func takeOwnParts() throws {
    var rooms = snapshot.rooms[...]
    let nowhere = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    for (index, shard) in layout.shards.enumerated()
    where shares.writers[index] == shares.holders[index] {
      let holder = shares.holders[index]
      for tensor in shard.tensors {
        let room = transport.rank == holder ? rooms.popFirst() : nil
        try gatherer.take(tensor, to: holder, into: room ?? nowhere)
      }
    }
  }

  /// Copies the tensors of a file on its holder, which sends them to rank 0. Every rank must call it.
  private func send(_ shard: CheckpointLayout.Shard, from holder: Int) throws {
    let isHolder = transport.rank == holder
    let bytes = isHolder ? shard.byteCount : 0
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 64)
    defer { copy.deallocate() }
    var offset = 0
    for tensor in shard.tensors {
      let room = isHolder ? copy[offset..<offset + tensor.byteCount] : copy[..<0]
      try gatherer.take(tensor, to: holder, into: UnsafeMutableRawBufferPointer(rebasing: room))
      offset += tensor.byteCount
    }
    guard isHolder else { return }
    offset = 0
    for tensor in shard.tensors {
      let room = copy[offset..<offset + tensor.byteCount]
      try stream.send(all: UnsafeRawBufferPointer(rebasing: room), to: 0)
      offset += tensor.byteCount
    }
  }

  private func receive(
    _ shard: CheckpointLayout.Shard, from rank: Int, to part: String
  ) throws -> CheckpointManifest.WrittenShard {
    var file: ShardFile? = nil
    var failure: FileError?
    do throws(FileError) { file = try ShardFile(shard, in: part) } catch { failure = error }
    for tensor in shard.tensors {
      for start in stride(from: 0, to: tensor.byteCount, by: ShardStream.blockBytes) {
        let count = min(ShardStream.blockBytes, tensor.byteCount - start)
        try stream.receive(count, from: rank)
        guard failure == nil else { continue }
        do throws(FileError) {
          try file?.append(UnsafeRawBufferPointer(rebasing: stream.block[..<count]))
        } catch { failure = error }
      }
    }
    if let failure { throw failure }
    guard let file = file.take() else { preconditionFailure("no file, and no failure") }
    return try file.finish()
  }

  // MARK: Going on

  /// Goes on where all ranks are done with the phase. Every rank must call it with the same sums.
  /// - Parameters:
  ///   - done: how many ranks are done.
  ///   - failed: how many of them have failed.
  func advance(done: Int, failed: Int) throws -> Event? {
    guard done == transport.size, let state else { return nil }
    defer { if phase == .idle { job = nil } }
    if failed > 0 {
      if case .failure(let error)? = job?.result {
        complain(
          "rank \(transport.rank): the checkpoint of step \(state.step) can't be written, and the "
            + "training goes on: \(error)")
      }
      phase = .idle
      if transport.rank == 0 { folder.discard(step: state.step) }
      return .failed(step: state.step)
    }
    switch phase {
    case .idle: return nil
    case .writing(let step):
      let written = received + ((try job?.result?.get()) ?? [])
      let all = try gather(written)
      job = nil
      phase = .committing(step: step)
      if transport.rank == 0 {
        job = BackgroundJob { [layout, folder, keep] in
          try Self.commit(state, all, layout, to: folder)
          folder.prune(keeping: keep)
          return []
        }
      }
      return nil
    case .committing(let step):
      phase = .idle
      return .committed(step: step)
    }
  }

  /// Waits until no checkpoint is under way. Every rank must call it.
  func finish() throws -> Event? {
    while !isIdle {
      _ = job?.wait()
      let report = report
      var sums: [Double] = [report.isDone ? 1 : 0, report.hasFailed ? 1 : 0]
      try sums.withUnsafeMutableBufferPointer { try transport.sum($0) }
      if let event = try advance(done: Int(sums[0]), failed: Int(sums[1])) { return event }
    }
    return nil
  }

  private func gather(
    _ written: [CheckpointManifest.WrittenShard]
  ) throws -> [CheckpointManifest.WrittenShard] {
    let text = try JSON.text(of: written, .line)
    return try transport.gather(Array(text.utf8)).flatMap {
      try JSON.value([CheckpointManifest.WrittenShard].self, from: $0)
    }
  }

  /// Writes state, indices and manifest, and gives the checkpoint its name.
  private static func commit(
    _ state: CheckpointState, _ written: [CheckpointManifest.WrittenShard],
    _ layout: CheckpointLayout, to folder: CheckpointFolder
  ) throws {
    let part = folder.partPath(ofStep: state.step)
    var files = written.map {
      CheckpointManifest.File(name: $0.file, bytes: $0.bytes, sha256: $0.sha256)
    }
    func write(_ text: String, _ name: String) throws {
      let bytes = Array(text.utf8)
      try DurableFile.write(bytes, to: "\(part)/\(name)")
      files.append(
        .init(name: name, bytes: bytes.count, sha256: SHA256.hexadecimal(of: bytes)))
    }
    try write(try JSON.text(of: state, .table), CheckpointState.fileName)
    for section in CheckpointLayout.Part.allCases {
      try write(try JSON.text(of: layout.index(of: section), .table), section.index)
    }
    let digests = Dictionary(uniqueKeysWithValues: written.map { ($0.file, $0.tensors) })
    let tensors = layout.shards.flatMap { shard in
      zip(shard.tensors, digests[shard.file] ?? []).map {
        CheckpointManifest.Tensor(name: $0.name, file: shard.file, sha256: $1)
      }
    }
    let manifest = CheckpointManifest(step: state.step, files: files, tensors: tensors)
    try DurableFile.write(try manifest.bytes(), to: "\(part)/\(CheckpointManifest.fileName)")
    try folder.commit(step: state.step)
  }
}
