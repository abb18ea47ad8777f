internal import PartitaDevice
internal import PartitaGraph
internal import PartitaSchedule

/// Where every value of one stage lies on one rank that must be found by more than one list of
/// kernels, by a message, or by another rank.
struct StageLayout {
  /// The places that forward and backward lists see.
  private(set) var microbatch: [ValueID: Place] = [:]
  /// The places that F sees: what R makes later lives in the workspace here, if it is needed at all.
  var forward: [ValueID: Place] { microbatch.filter { $0.value.region != .recomputed } }
  /// The places that update lists see.
  private(set) var update: [ValueID: Place] = [:]
  /// Bytes of one slot, or of one group's accumulator, of each region.
  private(set) var slotBytes = Array(repeating: 0, count: Region.allCases.count)
  /// Bytes at the start of `Region.workspace` that keep what passes between update lists, and weights
  /// that were rounded.
  private(set) var updateBytes = 0

  /// Lays out a stage.
  ///
  /// - Parameters:
  ///   - staged: the cut model.
  ///   - stage: the stage's index.
  ///   - share: what is updated here, and where the gradients lie in an accumulator.
  ///   - splitsBackward: whether I and W run apart; then what I makes and W reads is kept: with what
  ///     R makes, which lives as long, or else in the stash.
  ///   - largest: samples of the largest microbatch.
  ///   - shared: the places of what outlives the step; new names are added.
  init(
    _ staged: StagedModel, stage index: Int, share: UpdateShare, splitsBackward: Bool,
    largest: Int, shared: inout SharedLayout
  ) {
    let stage = staged.stages[index]
    let (graph, gradients, slices) = (staged.model.graph, share.gradients, share.slices)

    let outgoing = staged.edges.filter { $0.from == index }
    let incoming = staged.edges.filter { $0.to == index }
    func values(_ edges: [Edge], _ kind: Edge.Kind) -> [ValueID] {
      edges.filter { $0.kind == kind }.map(\.value)
    }
    func bytes(_ value: ValueID) -> Int { graph.type(of: value).bytes(samples: largest) }
    func assign(_ values: [ValueID], to region: Region) {
      for value in values where microbatch[value] == nil {
        microbatch[value] = Place(region, slotBytes[region.rawValue])
        slotBytes[region.rawValue] += Place.aligned(bytes(value))
      }
    }
    assign(values(incoming, .activation), to: .received)
    assign(
      stage.microbatchVariables + stage.stash.filter { graph[$0].role == nil }
        + values(outgoing, .activation) + stage.told, to: .stash)
    assign(stage.recomputed, to: .recomputed)
    assign(values(incoming, .gradient), to: .gradientsIn)
    assign(values(outgoing, .gradient), to: .gradientsOut)
    if splitsBackward {
      let read = Set(stage.weightGradient.flatMap { graph.nodes[$0].inputs })
      let made = stage.inputGradient.flatMap { graph.nodes[$0].outputs }
      assign(
        made.filter { read.contains($0) && graph.type(of: $0).isPerSample },
        to: stage.recompute.isEmpty ? .stash : .recomputed)
    }
    for (value, offset) in gradients.offsets {
      microbatch[value] = Place(.accumulator, offset * 4)
    }
    slotBytes[Region.accumulator.rawValue] = Place.aligned(gradients.count * 4)
    for value in stage.sampleScalars {
      microbatch[value] = Place(.sampleScalars, slotBytes[Region.sampleScalars.rawValue])
      slotBytes[Region.sampleScalars.rawValue] += 8
    }

    // Variables that outlive the step.
    let lists = slices.beforeExchange + stage.everywhere + slices.afterExchange
    let perMicrobatch = stage.roundings + stage.forward + stage.backward
    let isWhole = 0..<graph.values.count
    for node in (perMicrobatch + lists).map({ slices.graph.nodes[$0] }) {
      for input in node.inputs
      where isWhole ~= input.index && graph[input].role != nil
        && !graph.type(of: input).isPerSample
      {
        let place = shared.place(of: graph[input])
        microbatch[input] = place
        update[input] = place
      }
    }
    for assignment in stage.assignments where !slices.cutVariables.contains(assignment.variable) {
      update[assignment.value] = shared.place(of: graph[assignment.variable])
    }

    // What passes between update lists, or comes into them.
    for (value, offset) in gradients.offsets {
      update[value] = Place(.accumulator, offset * 4)
    }
    func keep(_ value: ValueID) -> Place {
      let place = Place(.workspace, updateBytes)
      updateBytes += Place.aligned(slices.graph.type(of: value).bytes(samples: 0))
      return place
    }
    for value in stage.roundings.flatMap({ graph.nodes[$0].outputs }) {
      microbatch[value] = keep(value)
    }
    for value in values(incoming, .contribution) { update[value] = keep(value) }
    for value in staged.exchangedScalars { update[value] = keep(value) }
    for norm in slices.norms { update[norm.value] = keep(norm.value) }
    for slice in slices.operands + slices.assigned {
      update[slice.value] = place(of: slice, in: graph, shared: &shared)
    }
    let after = Set(stage.everywhere + slices.afterExchange)
    let readAfter = Set(after.flatMap { slices.graph.nodes[$0].inputs })
    let reported = Set(
      [staged.model.objective] + (staged.model.squaredGradientNorm.map { [$0] } ?? []))
    for node in slices.beforeExchange + stage.everywhere {
      for output in slices.graph.nodes[node].outputs
      where update[output] == nil && (readAfter.contains(output) || reported.contains(output)) {
        update[output] = keep(output)
      }
    }
  }

  /// Where a slice of what comes into the update, or is made by it, lies.
  private func place(
    of slice: UpdateSlices.Slice, in graph: Graph, shared: inout SharedLayout
  ) -> Place {
    let whole = graph[slice.whole]
    if whole.role == .state { return shared.place(of: whole, elements: slice.elements) }
    guard let place = whole.role == nil ? update[slice.whole] : shared.places[whole.name] else {
      preconditionFailure("\(whole.name) has no place to be cut")
    }
    return Place(
      place.region, place.offset + slice.elements.lowerBound * whole.type.element.bytes)
  }

  /// The places that R sees: what it makes beside what is recomputed, as values that are still on
  /// their way downstream, it makes in the workspace.
  func recompute(_ stage: StageGraph, in graph: Graph) -> [ValueID: Place] {
    let made = Set(stage.recompute.flatMap { graph.nodes[$0].outputs })
    return microbatch.filter { !made.contains($0.key) || $0.value.region == .recomputed }
  }
}
