internal import PartitaGraph
internal import PartitaPlan

/// The messages between stages: a channel for each pair of stages and kind of value, a transfer for
/// each microbatch, a message for each value.
///
/// A transfer's place in the message table is computed, never searched.
struct Channels {
  struct Channel {
    let kind: Edge.Kind
    let from, to: Int
    /// Indices into `Pipeline.edges`.
    let edges: [Int]
    /// The first message.
    let first: Int
  }

  let channels: [Channel]
  /// For each stage, the channels that leave it and those that come in.
  private(set) var outgoing, incoming: [[Int]]
  /// For each microbatch its place among those with samples.
  private let ordinal: [Int]

  /// Numbers the messages between stages, and appends them to the table.
  init(
    _ pipeline: Pipeline, plan: Plan, microbatches: [Int], table: inout [ProgramMessage]
  ) {
    struct Key: Hashable {
      let kind: Edge.Kind
      let from, to: Int
    }
    var keys: [Key] = []
    var members: [Key: [Int]] = [:]
    for (index, edge) in pipeline.edges.enumerated() {
      // One rank has one memory: what it holds twice needs no message.
      let isHeldThere = plan.stages[edge.from].ranks == plan.stages[edge.to].ranks
      if edge.kind == .parameter, isHeldThere { continue }
      let key = Key(kind: edge.kind, from: edge.from, to: edge.to)
      if members[key] == nil { keys.append(key) }
      members[key, default: []].append(index)
    }
    var ordinal = Array(repeating: 0, count: (microbatches.last ?? -1) + 1)
    for (place, microbatch) in microbatches.enumerated() { ordinal[microbatch] = place }
    outgoing = Array(repeating: [], count: plan.stages.count)
    incoming = outgoing
    var channels: [Channel] = []
    for key in keys {
      let (from, to) = (plan.stages[key.from], plan.stages[key.to])
      let edges = members[key] ?? []
      outgoing[key.from].append(channels.count)
      incoming[key.to].append(channels.count)
      channels.append(
        Channel(kind: key.kind, from: key.from, to: key.to, edges: edges, first: table.count))
      switch key.kind {
      case .activation, .gradient:
        for microbatch in microbatches {
          let group = plan.group(ofMicrobatch: microbatch)
          for edge in edges {
            table.append(
              ProgramMessage(
                content: .edge(edge, microbatch: microbatch),
                from: from.ranks[group % from.replicas], to: to.ranks[group % to.replicas]))
          }
        }
      case .contribution, .parameter:
        // Every replica of the sender has the same bits; each receiver is served by one of them.
        for replica in 0..<to.replicas {
          for edge in edges {
            table.append(
              ProgramMessage(
                content: .edge(edge, microbatch: nil), from: from.ranks[replica % from.replicas],
                to: to.ranks[replica]))
          }
        }
      }
    }
    self.channels = channels
    self.ordinal = ordinal
  }

  /// What a channel carries for a microbatch.
  func transfer(_ channel: Int, microbatch: Int) -> Transfer {
    let channel = channels[channel]
    let first = channel.first + ordinal[microbatch] * channel.edges.count
    return Transfer(
      channel.kind, from: channel.from, to: channel.to, microbatch: microbatch,
      messages: first..<first + channel.edges.count)
  }

  /// What a channel carries once a step to one replica of its receiver.
  func transfer(_ channel: Int, replica: Int) -> Transfer {
    let channel = channels[channel]
    let first = channel.first + replica * channel.edges.count
    return Transfer(
      channel.kind, from: channel.from, to: channel.to, microbatch: nil,
      messages: first..<first + channel.edges.count)
  }
}
