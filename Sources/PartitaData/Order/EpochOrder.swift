internal import PartitaGraph

/// The order in which an epoch visits the training samples.
///
/// It depends on seed, epoch and the number of samples alone, so every rank finds it by itself.
public struct EpochOrder: Sendable {
  private let stream: RandomStream

  /// The orders of the runs with this seed.
  public init(seed: UInt64) { stream = RandomStream(seed: seed, name: "epoch order") }

  /// Puts the order of `epoch`, counted from 0, into `order`, which keeps its length and memory.
  ///
  /// Fisher and Yates from the back: position i = n − 1 ... 1 changes places with
  /// j = (w·(i + 1)) div 2⁶⁴, where w is made of two words of the stream; no j is more likely than
  /// another by more than n / 2⁶⁴.
  public func write(epoch: Int, into order: inout [Int]) {
    for index in order.indices { order[index] = index }
    for index in order.indices.dropFirst().reversed() {
      let words = stream.block(UInt32(index >> 1), sample: UInt64(epoch), step: 0)
      let lane = 2 * (index & 1)
      let word = UInt64(words[lane]) << 32 | UInt64(words[lane + 1])
      order.swapAt(index, Int(word.multipliedFullWidth(by: UInt64(index + 1)).high))
    }
  }

  /// The order of `epoch` among `count` samples.
  public func order(epoch: Int, count: Int) -> [Int] {
    var order = [Int](repeating: 0, count: count)
    write(epoch: epoch, into: &order)
    return order
  }
}
