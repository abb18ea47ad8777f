/// What the memory of one rank is for: every array of its arena, and what of it is in use after each
/// action of a step.
///
/// It is the layout that the runtime allocates by, explained: the arrays and the gaps between them
/// make up the arena to the byte. All sizes are bytes.
public struct MemoryAccount: Hashable, Sendable {
  /// What memory is for.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Parameters and running values.
    case weights
    /// What an optimizer remembers from step to step.
    case state = "optimizer state"
    /// Sums of gradients, one for each group.
    case gradients
    /// What the backward pass reads of the forward pass, inputs and labels included.
    case kept = "activations kept"
    /// What arrives from other ranks or stages, or leaves for them.
    case messages = "message buffers"
    /// What one list of kernels keeps for itself: values that nobody else reads.
    case workspace
    /// What kernels take for themselves: the libraries' own.
    case scratch = "library scratch"
    /// Single numbers: settings, sums of losses.
    case numbers
  }

  /// An array, or several alike: one for each microbatch on its way, or for each gradient group.
  public struct Tensor: Hashable, Sendable {
    /// The value's name, or its number as `%4`.
    public let name: String
    /// The layer that makes or owns it, nil where none does.
    public let layer: String?
    /// What it is for.
    public let kind: Kind
    /// Its first byte in the arena.
    public let start: Int
    /// Bytes of one copy, rounded up as it lies there.
    public let bytes: Int
    /// The number of copies.
    public let copies: Int
    /// Bytes from the start of a copy to that of the next.
    public let stride: Int
    /// The nodes that it is kept for, in graph order, as `%24 (linear1)`.
    public let readers: [String]

    package init(
      _ name: String, layer: String? = nil, _ kind: Kind, start: Int, bytes: Int, copies: Int = 1,
      stride: Int = 0, readers: [String] = []
    ) {
      self.name = name
      self.layer = layer
      self.kind = kind
      self.start = start
      self.bytes = bytes
      self.copies = copies
      self.stride = stride
      self.readers = readers
    }

    /// Bytes of all copies.
    public var total: Int { bytes * copies }

    /// The bytes of the arena that each copy takes.
    public var ranges: [Range<Int>] {
      (0..<copies).map { start + $0 * stride..<start + $0 * stride + bytes }
    }
  }

  /// The rank.
  public let rank: Int
  /// Its arrays, in the order in which they lie.
  public let tensors: [Tensor]
  /// Bytes of the arena that the program needs, gaps included.
  public let programBytes: Int
  /// Bytes of the arena: what the largest of the programs that take turns in it needs.
  public let arenaBytes: Int
  /// Bytes of host memory beside the arena that inputs pass on their way there.
  public let stagingBytes: Int
  /// What is in use when.
  public let live: LiveSet
  /// Whether the device says what kernels need for themselves: one on paper doesn't.
  public let knowsWorkspace: Bool

  package init(
    rank: Int, tensors: [Tensor], programBytes: Int, arenaBytes: Int, stagingBytes: Int,
    live: LiveSet, knowsWorkspace: Bool
  ) {
    self.rank = rank
    self.tensors = tensors
    self.programBytes = programBytes
    self.arenaBytes = arenaBytes
    self.stagingBytes = stagingBytes
    self.live = live
    self.knowsWorkspace = knowsWorkspace
  }

  /// Bytes of all arrays of a kind.
  public func bytes(_ kind: Kind) -> Int {
    tensors.reduce(0) { $1.kind == kind ? $0 + $1.total : $0 }
  }

  /// Bytes between arrays, where the next begins at the start of a page.
  public var gaps: Int { programBytes - tensors.reduce(0) { $0 + $1.total } }
}
