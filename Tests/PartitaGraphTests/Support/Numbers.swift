import PartitaGraph
import PartitaReference

/// A small generator with a fixed seed, so that a failing test fails again.
struct Numbers {
  private var random: SplitMix64

  init(seed: UInt64 = 1) { random = SplitMix64(seed: seed) }

  /// Uniform in 0..<1.
  mutating func unit() -> Double { random.unit() }

  /// Numbers of a kind for a value of a type.
  mutating func tensor(_ type: ValueType, _ kind: Kind = .any, samples: Int) -> Tensor {
    var tensor = Tensor(repeating: 0, type, samples: samples)
    let ranks = shuffled(tensor.elements.count)
    for i in tensor.elements.indices {
      let u = unit()
      switch kind {
      case .any: tensor.elements[i] = 2 * u - 1
      case .positive: tensor.elements[i] = 0.5 + u
      case .awayFromZero: tensor.elements[i] = u < 0.5 ? -0.2 - u : u
      case .distinct: tensor.elements[i] = 0.1 * Double(ranks[i]) - 1
      case .indices(let count): tensor.elements[i] = (u * Double(count)).rounded(.down)
      }
    }
    return tensor
  }

  private mutating func shuffled(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for i in order.indices.reversed() { order.swapAt(i, Int(unit() * Double(i + 1))) }
    return order
  }

  /// What an operand's numbers must be for its operator to be smooth around them.
  enum Kind: Hashable {
    /// Uniform in (-1, 1).
    case any
    /// Uniform in (0.5, 1.5).
    case positive
    /// At least 0.2 from zero.
    case awayFromZero
    /// No two closer than 0.1.
    case distinct
    /// Whole numbers in 0..<count.
    case indices(Int)
  }
}
