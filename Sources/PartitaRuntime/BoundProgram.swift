internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaTransport

/// A program bound to one rank's arena, device and transport.
final class BoundProgram<D: Device> {
  /// The actions, in the order of the rank's program.
  let actions: [BoundAction<D>]
  /// The program's own words for each action, for errors.
  let labels: [String]
  /// Every message of this rank, all complete at the end of a step.
  let messages: [Message]
  /// What each message carries, in words.
  let contents: [Message: String]
  /// Which message of the program, and which end of it, each message is; in the order of `messages`.
  let ends: [MessageEnd]
  /// L, J and the others, where the last list leaves them.
  let loss, objective: UnsafePointer<Double>
  let accuracy, squaredGradientNorm: UnsafePointer<Double>?
  private let bindings: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private let board: UnsafeMutableBufferPointer<Double>

  /// - Parameters:
  ///   - stages: what the rank holds, and where its values lie.
  ///   - memory: the addresses of the program's regions.
  ///   - lists: the compiled lists of each stage.
  ///   - firstTag: the tag of the program's first message.
  init(
    _ staged: StagedProgram, rank: Int, stages: [HeldStage], memory: ProgramMemory,
    lists: [CompiledLists<D>], transport: any Transport, firstTag: Int
  ) throws(TransportError) {
    let program = staged.program
    let binder = ProgramBinder(staged, rank: rank, stages: stages, memory: memory)
    bindings = .allocate(capacity: binder.bindingCount)
    board = .allocate(capacity: binder.boardCount)
    board.initialize(repeating: 0)

    var own: [Int: Message] = [:]
    var contents: [Message: String] = [:]
    for (index, message) in program.messages.enumerated() {
      for isSending in [true, false] where rank == (isSending ? message.from : message.to) {
        let buffer = binder.buffer(of: message, isSending: isSending)
        let handle =
          isSending
          ? try transport.makeSend(
            of: UnsafeRawBufferPointer(buffer), to: message.to, tag: firstTag + index)
          : try transport.makeReceive(into: buffer, from: message.from, tag: firstTag + index)
        own[ProgramBinder.key(index, isSending: isSending)] = handle
        contents[handle] = program.words(for: message)
      }
    }
    (actions, labels) = binder.bind(lists, own, bindings: bindings, board: board)
    let sorted = own.sorted { $0.key < $1.key }
    messages = sorted.map(\.value)
    ends = MessageEnd.all(of: sorted, in: actions)
    self.contents = contents
    let model = binder.model
    loss = binder.scalar(model.loss)
    objective = binder.scalar(model.assignments.isEmpty ? model.loss : model.objective)
    accuracy = model.accuracy.map { binder.scalar($0) }
    squaredGradientNorm = model.squaredGradientNorm.map { binder.scalar($0) }
  }

  deinit {
    bindings.deallocate()
    board.deallocate()
  }
}

/// The kernel lists of one stage of a program on one rank.
struct CompiledLists<D: Device> {
  /// Forward and backward, by phase and the microbatch's samples.
  private let lists: [Phase: [Int: D.Executable]]
  /// The update before and after the scalars are exchanged.
  let update, finish: D.Executable

  /// Bytes of workspace that the hungriest list needs.
  var workspaceBytes: Int {
    lists.values.flatMap(\.values).map(\.workspaceBytes)
      .reduce(max(update.workspaceBytes, finish.workspaceBytes), max)
  }

  /// Compiles what a rank's actions use of a stage.
  /// - Parameter workspaceStart: the byte of the workspace from which lists may scribble.
  init(
    _ staged: StagedProgram, rank: RankProgram, stage held: HeldStage, workspaceStart: Int,
    device: D
  ) throws(DeviceError) {
    let (stage, layout) = (held.graph, held.layout)
    let graph = staged.staged.model.graph
    func list(_ nodes: [Int], _ samples: Int, _ places: [ValueID: Place])
      throws(DeviceError) -> D.Executable
    {
      try device.compile(
        KernelList(
          graph: graph, nodes: nodes, samples: samples, places: places,
          workspaceStart: workspaceStart))
    }
    var lists: [Phase: [Int: D.Executable]] = [:]
    for action in rank.actions {
      guard case .compute(let action) = action, action.stage == held.holding.stage else {
        continue
      }
      let samples = staged.program.microbatchSizes[action.microbatch]
      guard lists[action.phase]?[samples] == nil else { continue }
      let nodes =
        switch action.phase {
        case .forward: stage.forward
        case .backward: stage.backward
        case .inputGradient: stage.inputGradient
        case .weightGradient: stage.weightGradient
        }
      lists[action.phase, default: [:]][samples] = try list(nodes, samples, layout.microbatch)
    }
    self.lists = lists
    update = try list(stage.updateBeforeExchange, 0, layout.update)
    finish = try list(
      (stage.everywhere + stage.updateAfterExchange).sorted(), 0, layout.update)
  }

  func executable(_ phase: Phase, samples: Int) -> D.Executable? { lists[phase]?[samples] }
}
