internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaTransport

/// A program bound to one rank's arena, device and transport.
final class BoundProgram<D: Device> {
  /// The actions, in the order of the rank's program.
  let actions: [BoundAction<D>]
  /// The first action that changes parameters; behind the last one where none does.
  let firstUpdate: Int
  /// The program's own words for each action, for errors.
  let labels: [String]
  /// Every message of this rank, all complete at the end of a step.
  let messages: [ArenaMessage]
  /// What each message carries, in words.
  let contents: [Message: String]
  /// Which message of the program, and which end of it, each message is; in the order of `messages`.
  let ends: [MessageEnd]
  /// Where L, J and the others lie when the last list has run.
  let results: ResultSources
  /// Room of the host for them.
  let resultScalars: UnsafeMutablePointer<Double>
  private let bindings: BindingTable
  private let scalars: HostMemory

  /// - Parameters:
  ///   - stages: what the rank holds, and where its values lie.
  ///   - memory: the addresses of the program's regions.
  ///   - lists: the compiled lists of each stage.
  ///   - firstTag: the tag of the program's first message.
  init(
    _ staged: StagedProgram, rank: Int, stages: [HeldStage], memory: ProgramMemory,
    lists: [CompiledLists<D>], device: D, messenger: Messenger, firstTag: Int
  ) throws {
    let program = staged.program
    let binder = ProgramBinder(staged, rank: rank, stages: stages, memory: memory)
    bindings = BindingTable(rows: binder.bindingCount)
    let boardCount = binder.boardCount + StepSignals.scalarCount
    let doubles = boardCount + ResultSources.count
    scalars = try device.allocateHost(bytes: 8 * doubles)
    let host = scalars.bytes.bindMemory(to: Double.self)
    let board = UnsafeMutableBufferPointer(rebasing: host[..<boardCount])
    guard let first = host.baseAddress else { throw DeviceError.outOfMemory(bytes: 8 * doubles) }
    resultScalars = first + boardCount

    var own: [Int: ArenaMessage] = [:]
    var contents: [Message: String] = [:]
    for (index, message) in program.messages.enumerated() {
      for isSending in [true, false] where rank == (isSending ? message.from : message.to) {
        let bytes = binder.bytes(of: message, isSending: isSending)
        let made =
          isSending
          ? try messenger.makeSend(of: bytes, to: message.to, tag: firstTag + index)
          : try messenger.makeReceive(into: bytes, from: message.from, tag: firstTag + index)
        own[ProgramBinder.key(index, isSending: isSending)] = made
        let words = program.words(for: message)
        contents[made.message] = words
        messenger.transport.describe(made.message, as: words)
      }
    }
    firstUpdate =
      program.ranks[rank].actions.firstIndex { $0.changesParameters }
      ?? program.ranks[rank].actions.count
    (actions, labels) = binder.bind(lists, own, bindings: bindings, board: board)
    let sorted = own.sorted { $0.key < $1.key }
    messages = sorted.map(\.value)
    ends = MessageEnd.all(of: sorted, in: actions)
    self.contents = contents
    results = binder.results
  }
}

extension Action {
  fileprivate var changesParameters: Bool {
    switch self {
    case .update, .finish: true
    default: false
    }
  }
}
