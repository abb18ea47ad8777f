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
  /// L, J and the others, where the last list leaves them.
  let loss, objective: UnsafePointer<Double>
  let accuracy, squaredGradientNorm: UnsafePointer<Double>?
  private let bindings: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private let board: UnsafeMutableBufferPointer<Double>

  /// - Parameters:
  ///   - layout: where the program's values lie.
  ///   - memory: the addresses of the program's regions.
  ///   - lists: the compiled lists.
  ///   - firstTag: the tag of the program's first message.
  init(
    _ program: Program, rank: Int, layout: StageLayout, memory: ProgramMemory,
    lists: CompiledLists<D>, transport: any Transport, firstTag: Int
  ) throws(TransportError) {
    let binder = ProgramBinder(program, rank: rank, layout: layout, memory: memory)
    bindings = .allocate(capacity: binder.bindingCount)
    board = .allocate(capacity: binder.boardCount)
    board.initialize(repeating: 0)

    var own: [Int: Message] = [:]
    var contents: [Message: String] = [:]
    for (index, message) in program.messages.enumerated() {
      guard message.from == rank || message.to == rank else { continue }
      let buffer = binder.buffer(of: message)
      let handle =
        message.from == rank
        ? try transport.makeSend(
          of: UnsafeRawBufferPointer(buffer), to: message.to, tag: firstTag + index)
        : try transport.makeReceive(into: buffer, from: message.from, tag: firstTag + index)
      own[index] = handle
      contents[handle] = program.words(for: message)
    }
    (actions, labels) = binder.bind(lists, own, bindings: bindings, board: board)
    messages = own.sorted { $0.key < $1.key }.map(\.value)
    self.contents = contents
    let model = program.staged.model
    loss = binder.scalar(model.loss)
    objective = binder.scalar(model.assignments.isEmpty ? model.loss : model.objective)
    accuracy = model.accuracy.map(binder.scalar)
    squaredGradientNorm = model.squaredGradientNorm.map(binder.scalar)
  }

  deinit {
    bindings.deallocate()
    board.deallocate()
  }
}

/// The kernel lists of one program on one rank.
struct CompiledLists<D: Device> {
  /// Forward and backward, by the microbatch's samples.
  let forward, inputGradient, weightGradient, backward: [Int: D.Executable]
  /// The update before and after the scalars are exchanged.
  let update, finish: D.Executable

  /// Bytes of workspace that the hungriest list needs.
  var workspaceBytes: Int {
    [forward, inputGradient, weightGradient, backward].flatMap(\.values).map(\.workspaceBytes)
      .reduce(max(update.workspaceBytes, finish.workspaceBytes), max)
  }

  /// Compiles what a rank's actions use.
  init(
    _ program: Program, rank: RankProgram, layout: StageLayout, device: D
  ) throws(DeviceError) {
    let stage = program.staged.stages[rank.stage]
    let graph = program.staged.model.graph
    func list(_ nodes: [Int], _ samples: Int, _ places: [ValueID: Place])
      throws(DeviceError) -> D.Executable
    {
      try device.compile(
        KernelList(
          graph: graph, nodes: nodes, samples: samples, places: places,
          workspaceStart: layout.updateBytes))
    }
    var lists: [Phase: [Int: D.Executable]] = [:]
    for action in rank.actions {
      guard case .compute(let action) = action else { continue }
      let samples = program.microbatchSizes[action.microbatch]
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
    forward = lists[.forward] ?? [:]
    backward = lists[.backward] ?? [:]
    inputGradient = lists[.inputGradient] ?? [:]
    weightGradient = lists[.weightGradient] ?? [:]
    update = try list(stage.updateBeforeExchange, 0, layout.update)
    finish = try list(
      (stage.everywhere + stage.updateAfterExchange).sorted(), 0, layout.update)
  }

  func executable(_ phase: Phase, samples: Int) -> D.Executable? {
    switch phase {
    case .forward: forward[samples]
    case .backward: backward[samples]
    case .inputGradient: inputGradient[samples]
    case .weightGradient: weightGradient[samples]
    }
  }
}
