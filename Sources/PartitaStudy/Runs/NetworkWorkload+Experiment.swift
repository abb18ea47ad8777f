internal import PartitaConfig
internal import PartitaData
internal import PartitaGraph
public import PartitaPlan
public import PartitaTraining
public import PartitaWorkload

extension NetworkWorkload {
  /// One's own network by a profile of it: the global batch is the minibatch, its microbatches one after
  /// the other.
  ///
  /// - Parameters:
  ///   - experiment: the network on one rank.
  ///   - profile: what its layers cost.
  public init(_ experiment: Experiment, _ profile: Profile) {
    let batch = experiment.batches.batch
    let sizes = experiment.batches.sliceSizes(ofBatchOf: batch).filter { $0 > 0 }
    func seconds(_ layer: LayerProfile, _ work: LayerWork) -> Double {
      sizes.reduce(0) { $0 + layer.seconds(work, samples: $1) }
    }
    // A layer may read several values of another.
    var bytes: [Int: [Int: Int]] = [:]
    for value in LayerGraph(experiment.training, samples: batch).connections {
      bytes[value.from, default: [:]][value.to, default: 0] += value.bytes
    }
    self.init(
      name: experiment.config.name,
      source: "Partita, \(profile.kind.rawValue), \(profile.device), batch of \(batch)",
      nodes: profile.layers.map { layer in
        Node(
          id: layer.name, forwardSeconds: seconds(layer, .forward),
          backwardSeconds: seconds(layer, .backward),
          activationBytes: layer.bytes.leavingPerSample * batch,
          parameterBytes: layer.bytes.parameters)
      },
      edges: bytes.keys.sorted().flatMap { from in
        (bytes[from] ?? [:]).sorted { $0.key < $1.key }.map {
          Edge(from: from, to: $0.key, bytes: $0.value)
        }
      })
  }
}
