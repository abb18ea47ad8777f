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
  ///   - binder: knows what the rank holds, and where its values lie.
  ///   - made: the rank's ends of the messages; where ranks share memory, all have made theirs.
  ///   - lists: the compiled lists of each stage.
  init(
    _ binder: ProgramBinder, _ made: BoundMessages, lists: [CompiledLists<D>], device: D,
    messenger: Messenger
  ) throws(DeviceError) {
    bindings = BindingTable(rows: binder.bindingCount)
    let boardCount = binder.boardCount + StepSignals.scalarCount
    let doubles = boardCount + ResultSources.count
    scalars = try device.allocateHost(bytes: 8 * doubles)
    let host = scalars.bytes.bindMemory(to: Double.self)
    let board = UnsafeMutableBufferPointer(rebasing: host[..<boardCount])
    guard let first = host.baseAddress else { throw DeviceError.outOfMemory(bytes: 8 * doubles) }
    resultScalars = first + boardCount

    let all = binder.rank.actions
    firstUpdate = all.firstIndex { $0.changesParameters } ?? all.count
    (actions, labels) = binder.bind(
      lists, made.own, bindings: bindings, board: board, address: messenger.address)
    let sorted = made.own.sorted { $0.key < $1.key }
    messages = sorted.map(\.value)
    ends = MessageEnd.all(of: sorted, in: actions)
    contents = made.contents
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
