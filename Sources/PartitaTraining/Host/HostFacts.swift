internal import Foundation
internal import Glibc
internal import PartitaDevice
internal import PartitaFiles

/// What a rank finds of its host that decides how well it runs there.
public struct HostFacts: Hashable, Sendable, Codable {
  /// The host's name.
  public var host: String
  /// The processor's name.
  public var processor: String
  /// The instruction sets that kernels use.
  public var instructionSets: String
  /// The hardware threads that this rank may use.
  public var threads: [Int]
  /// The cores that those are of, as far as a quota lets it.
  public var cores: Int
  /// The processor time that control groups leave, in cores; nil for no limit.
  public var quota: Double?
  /// Bytes of the host's memory.
  public var memoryBytes: Int
  /// Free bytes where ranks of a host share memory, `/dev/shm`; nil where there is no such place.
  public var sharedBytes: Int?

  /// Facts that are known.
  public init(
    host: String, processor: String, instructionSets: String, threads: [Int], cores: Int,
    quota: Double?, memoryBytes: Int, sharedBytes: Int?
  ) {
    self.host = host
    self.processor = processor
    self.instructionSets = instructionSets
    self.threads = threads
    self.cores = cores
    self.quota = quota
    self.memoryBytes = memoryBytes
    self.sharedBytes = sharedBytes
  }

  /// Those of this process.
  public static var own: HostFacts {
    HostFacts(
      host: ProcessInfo.processInfo.hostName, processor: HostMachine.processor,
      instructionSets: CPUDevice.instructionSets, threads: Cores.threads, cores: Cores.available,
      quota: CPUQuota.cores, memoryBytes: HostMachine.memoryBytes,
      sharedBytes: freeBytes(of: "/dev/shm"))
  }

  private static func freeBytes(of folder: String) -> Int? {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return nil }
    return Int(clamping: status.f_bavail) * Int(clamping: status.f_frsize)
  }
}
