/// A part of a rank's arena whose address may change from microbatch to microbatch.
///
/// Kernels are compiled against regions and offsets, not addresses: the same list serves every
/// stash slot and every gradient group.
public enum Region: Int, CaseIterable, Sendable {
  /// Parameters, states, settings: one place for the whole run.
  case shared
  /// What forward keeps for backward.
  case stash
  /// What R makes again for backward; all stages of a rank use it in turn.
  case recomputed
  /// Activations from upstream.
  case received
  /// Gradients from downstream.
  case gradientsIn
  /// Gradients for upstream.
  case gradientsOut
  /// Float32 sums over the samples of one gradient group.
  case accumulator
  /// Float64 sums over the samples of one gradient group.
  case sampleScalars
  /// What one list keeps for itself.
  case workspace
}

/// Where a value lies.
public struct Place: Hashable, Sendable {
  /// The region.
  public let region: Region
  /// Bytes from the region's start; a multiple of `Place.alignment` but for scalars.
  public let offset: Int

  /// What the start of every array is a multiple of, in bytes: a cache line, a vector register.
  public static let alignment = 64

  /// What the start of every region, and of memory, is a multiple of, in bytes.
  package static let pageBytes = 4096

  /// A place whose address is the region's and so many bytes more.
  public init(_ region: Region, _ offset: Int) {
    self.region = region
    self.offset = offset
  }

  /// `bytes`, rounded up to the alignment.
  public static func aligned(_ bytes: Int) -> Int {
    (bytes + alignment - 1) / alignment * alignment
  }
}
