public import PartitaConfig
internal import PartitaFiles
public import PartitaTransport

/// The checkpoint that a run goes on from, sound as far as all ranks can tell.
public struct ResumePoint: Sendable {
  /// Its folder.
  public let path: String
  /// Steps done.
  public var step: Int { reader.state.step }
  let reader: CheckpointReader

  /// The newest sound checkpoint of a run's folder, or the one checkpoint that `path` is; nil where
  /// there is none. Every rank must call it; each file is checked by one of the ranks that see it.
  ///
  /// - Parameters:
  ///   - path: as rank 0 has it.
  ///   - transport: how ranks share the work.
  ///   - sees: for each rank, whether it sees rank 0's files.
  ///   - warn: told on rank 0 of each damaged checkpoint that is passed over.
  /// - Throws: `TransportError`; `CheckpointDamage` where `path` is itself a damaged checkpoint.
  public static func newest(
    at path: String, over transport: any Transport, sees: [Bool], warn: (String) -> Void
  ) throws -> ResumePoint? {
    let isOne = try transport.share(
      JSONFlag(isFile("\(path)/\(CheckpointManifest.fileName)"))
    ).value
    let folder = CheckpointFolder(ofRun: path)
    let candidates = try transport.share(
      isOne ? [path] : folder.steps.map { folder.path(ofStep: $0) })
    for candidate in candidates {
      do {
        return ResumePoint(
          path: candidate, reader: try open(candidate, over: transport, sees: sees))
      } catch let damage as CheckpointDamage {
        if isOne { throw CheckpointDamage("\(candidate): \(damage)") }
        if transport.rank == 0 {
          warn("the checkpoint \(candidate) is damaged, and the one before is taken: \(damage)")
        }
      }
    }
    return nil
  }

  /// Reads manifest and state on rank 0, shares them, and has all files checked.
  private static func open(
    _ path: String, over transport: any Transport, sees: [Bool]
  ) throws -> CheckpointReader {
    var reader: CheckpointReader?
    var damage: String?
    if transport.rank == 0 {
      do throws(CheckpointDamage) { reader = try CheckpointReader(path) } catch {
        damage = error.description
      }
    }
    if let failure = try transport.agree(on: damage) { throw CheckpointDamage(failure.message) }
    let shared = try transport.share(
      Opening(manifest: reader?.manifest, state: reader?.state))
    if reader == nil, let manifest = shared.manifest, let state = shared.state {
      reader = CheckpointReader(path: path, manifest: manifest, state: state)
    }
    guard let reader else { throw CheckpointDamage("it can't be read") }
    let seeing = sees.indices.filter { sees[$0] }
    if let place = seeing.firstIndex(of: transport.rank) {
      do throws(CheckpointDamage) { try reader.check(from: place, every: seeing.count) } catch {
        damage = error.description
      }
    }
    if let failure = try transport.agree(on: damage) { throw CheckpointDamage(failure.message) }
    return reader
  }

  private struct Opening: Codable {
    let manifest: CheckpointManifest?
    let state: CheckpointState?
  }

  private struct JSONFlag: Codable {
    let value: Bool
    init(_ value: Bool) { self.value = value }
  }

  // MARK: Fitting

  /// The keys on which a configuration differs from that of the checkpoint, with both values.
  /// - Parameters:
  ///   - config: what is to go on.
  ///   - allowed: keys, or sections, in which it may.
  public func changes(
    in config: TrainingConfig, allowed: [String]
  ) -> [(key: String, was: String?, value: String?)] {
    let old = reader.state.configuration
    let new = Dictionary(uniqueKeysWithValues: config.bitsValues.map { ($0.path, $0.text) })
    return Set(old.keys).union(new.keys).sorted().compactMap { key in
      guard old[key] != new[key],
        !allowed.contains(where: { key == $0 || key.hasPrefix("\($0).") })
      else { return nil }
      return (key, old[key], new[key])
    }
  }

  /// Whether the samples are other ones than those of the checkpoint.
  public func hasOtherData(than digest: String?) -> Bool {
    guard let digest, let known = reader.state.data else { return false }
    return digest != known
  }
}
