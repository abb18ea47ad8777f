public import PartitaFiles
public import PartitaSchedule

extension MemoryAccount {
  /// The account as an object; all sizes are bytes.
  public var json: JSON {
    var kinds: [(String, JSON)] = Kind.allCases.map {
      ($0.rawValue.replacing(" ", with: "_"), .integer(bytes($0)))
    }
    kinds.append(("gaps", .integer(gaps)))
    return [
      "rank": .integer(rank), "arena_bytes": .integer(arenaBytes),
      "program_bytes": .integer(programBytes), "staging_bytes": .integer(stagingBytes),
      "peak_bytes": .integer(live.peakBytes), "knows_workspace": .bool(knowsWorkspace),
      "bytes": JSON(members: kinds),
      "peak_action": .string(
        live.actions.indices.contains(live.peak) ? live.actions[live.peak] : ""),
      "at_peak": .array(
        live.atPeak.map { share in
          [
            "name": .string(share.name), "layer": share.layer.map { .string($0) } ?? .null,
            "for": .string(share.kind.rawValue), "copies": .integer(share.copies),
            "bytes": .integer(share.bytes),
          ]
        }),
      "live": .array(
        live.actions.indices.map { index in
          ["action": .string(live.actions[index]), "bytes": .integer(live.total(index))]
        }),
      "tensors": .array(
        tensors.map { tensor in
          [
            "name": .string(tensor.name), "layer": tensor.layer.map { .string($0) } ?? .null,
            "for": .string(tensor.kind.rawValue), "start": .integer(tensor.start),
            "bytes": .integer(tensor.bytes), "copies": .integer(tensor.copies),
            "readers": .array(tensor.readers.map { .string($0) }),
          ]
        }),
    ]
  }
}
