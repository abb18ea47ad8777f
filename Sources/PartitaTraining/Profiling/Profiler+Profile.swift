internal import PartitaConfig
internal import PartitaData
internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaRuntime
internal import PartitaTransport

/// From seconds to a profile.
extension Profiler {
  /// The profile of the steps that were timed.
  func profile(
    _ steps: [StepBlock: [StepSeconds]], serial: Timing?, action: Timing,
    messages: MessageProfile?
  ) throws -> Profile {
    let (alike, usual) = (repeated.alike, experiment.batches.sliceSize)
    /// A part of steps, `readings` of which the clock was read for; what timing itself takes is
    /// the median of the same steps.
    func timing(
      _ cut: LayerPieces.Cut, _ samples: Int, readings: Double = 1,
      _ seconds: [(StepSeconds) -> Double]
    ) -> Timing {
      let steps = steps[StepBlock(cut: cut, samples: samples)] ?? []
      let reading = readings * Timing(measured: steps.map(\.timing)).median
      return Timing(
        measured: seconds.flatMap { seconds in steps.map { max(0, seconds($0) - reading) } })
    }
    /// What a layer and those that do the same take.
    func ofLayer(
      _ layer: Int, readings: Double = 1, _ seconds: @escaping (StepSeconds, Int) -> Double
    ) -> Timing {
      timing(
        .layers, usual, readings: readings,
        alike[layer].map { layer in { seconds($0, layer) } })
    }
    func timing(_ work: LayerWork, _ layer: Int, _ samples: Int) -> Timing {
      let cut: LayerPieces.Cut = work == .forward || work == .backward ? .layers : .split
      let places = LayerPieces(cut, of: staged.stages).pieces.enumerated().filter {
        $1.work == work && alike[layer].contains($1.layer)
      }.map(\.offset)
      return timing(cut, samples, places.map { place in { $0.pieces[place] } })
    }
    let bytes = LayerProfile.Bytes.all(of: staged)
    let layers = staged.stages.map { stage in
      let layer = stage.index
      return LayerProfile(
        name: experiment.training.graph.layers[layer].name, bytes: bytes[layer],
        sizes: timer.sizes.map { samples in
          LayerProfile.Size(
            samples: samples, fill: timing(.layers, samples, [{ $0.fill[layer] }]),
            forward: timing(.forward, layer, samples),
            inputGradient: timing(.inputGradient, layer, samples),
            weightGradient: timing(.weightGradient, layer, samples),
            backward: timing(.backward, layer, samples))
        },
        addition: ofLayer(layer, readings: 1 / Double(max(1, timer.groups - 1))) {
          $0.addition[$1]
        },
        update: ofLayer(layer) { $0.update[$1] }, finish: ofLayer(layer) { $0.finish[$1] })
    }
    let whole = LayerProfile.Size(
      samples: usual,
      fill: timing(
        .whole, usual, readings: Double(timer.fillingLayers), [{ $0.fill.reduce(0, +) }]),
      forward: timing(.whole, usual, [{ $0.pieces[0] }]), inputGradient: .zero,
      weightGradient: timing(.whole, usual, [{ $0.pieces[1] }]),
      backward: timing(.whole, usual, [{ $0.pieces[1] }]))
    let loop = experiment.config.training
    return try Profile(
      kind: .measured,
      device: HostMachine.processorName.map { "\(device.name), \($0)" } ?? device.name,
      setting: Profile.Setting(
        samples: usual, microbatches: loop.microbatches, gradientGroups: loop.gradientGroups,
        ranks: transport.size),
      layers: layers,
      step: Profile.Step(
        exchange: timing(.layers, usual, [\.exchange]),
        objective: timing(.layers, usual, [\.objective]),
        action: action, whole: serial == nil ? nil : whole, serial: serial),
      messages: messages)
  }
}
