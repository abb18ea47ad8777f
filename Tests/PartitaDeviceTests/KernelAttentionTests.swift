import CKernels
import Foundation
import Testing

struct KernelAttentionTests {
  struct Shape: CustomTestStringConvertible, Sendable {
    var samples = 1
    let time: Int
    let width: Int
    var heads = 1
    var testDescription: String { "\(samples)x\(time)x\(width), \(heads) heads" }
  }

  static let shapes = [
    Shape(samples: 0, time: 4, width: 4), Shape(time: 0, width: 4), Shape(time: 1, width: 1),
    Shape(samples: 2, time: 3, width: 6, heads: 2), Shape(time: 17, width: 20),
    Shape(samples: 2, time: 33, width: 64, heads: 2), Shape(time: 70, width: 48, heads: 1),
    Shape(time: 129, width: 16, heads: 2),
  ]

  /// The result, the largest score of each row, the sums of e^(score - largest), and the input gradient, in
  /// Float64 and by the definition.
  static func reference(_ shape: Shape, _ qkv: [Float], _ dy: [Float]) -> [[Double]] {
    let (t, d, size) = (shape.time, shape.width, shape.width / shape.heads)
    let scale = 1 / Double(size).squareRoot()
    var y = [Double](repeating: 0, count: shape.samples * t * d)
    var largest = [Double](repeating: 0, count: shape.samples * shape.heads * t)
    var sums = largest
    var dqkv = [Double](repeating: 0, count: qkv.count)
    for s in 0..<shape.samples {
      for h in 0..<shape.heads {
        func at(_ part: Int, _ i: Int, _ c: Int) -> Int {
          (s * t + i) * 3 * d + part * d + h * size + c
        }
        for i in 0..<t {
          let scores = (0...i).map { j in
            scale
              * (0..<size).reduce(0.0) {
                $0 + Double(qkv[at(0, i, $1)]) * Double(qkv[at(1, j, $1)])
              }
          }
          let most = scores.max() ?? 0
          let sum = scores.reduce(0) { $0 + exp($1 - most) }
          largest[(s * shape.heads + h) * t + i] = most
          sums[(s * shape.heads + h) * t + i] = sum
          let p = scores.map { exp($0 - most) / sum }
          let row = (s * t + i) * d + h * size
          for c in 0..<size {
            y[row + c] = (0...i).reduce(0) { $0 + p[$1] * Double(qkv[at(2, $1, c)]) }
          }
          let dp = (0...i).map { j in
            (0..<size).reduce(0.0) { $0 + Double(dy[row + $1]) * Double(qkv[at(2, j, $1)]) }
          }
          for j in 0...i {
            // The mean of differences is 0 where p is 1, unlike the difference to a mean.
            let ds = p[j] * scale * (0...i).reduce(0) { $0 + p[$1] * (dp[j] - dp[$1]) }
            for c in 0..<size {
              dqkv[at(0, i, c)] += ds * Double(qkv[at(1, j, c)])
              dqkv[at(1, j, c)] += ds * Double(qkv[at(0, i, c)])
              dqkv[at(2, j, c)] += p[j] * Double(dy[row + c])
            }
          }
        }
      }
    }
    return [y, largest, sums, dqkv]
  }

  /// What the kernels make: the result with both auxiliaries, and the gradient.
  static func results(_ shape: Shape, _ qkv: [Float], _ dy: [Float]) -> (
    forward: [Float], gradient: [Float]
  ) {
    let count = dy.count
    let rows = shape.samples * shape.heads * shape.time
    let bytes = pk_attention_workspace(shape.time, shape.width, shape.heads)
    let dirt = [Float](repeating: .nan, count: bytes / 4)
    let forward = run([qkv, dirt], output: values(count + 2 * rows)) {
      pk_attention(
        $0[0], shape.samples, shape.time, shape.width, shape.heads, $1, $1 + count,
        $1 + count + rows, $0[1])
    }
    let gradient = run([qkv, forward, dy, dirt], output: values(3 * count)) {
      pk_attention_gradient(
        $0[0], $0[1] + count, $0[1] + count + rows, $0[2], shape.samples, shape.time, shape.width,
        shape.heads, $1, $0[3])
    }
    return (forward, gradient)
  }

  @Test(arguments: shapes) func againstDefinition(_ shape: Shape) {
    let count = shape.samples * shape.time * shape.width
    let qkv = values(3 * count)
    let dy = values(count, seed: 2)
    let want = Self.reference(shape, qkv, dy)
    let (forward, gradient) = Self.results(shape, qkv, dy)
    expectClose(forward, want[0] + want[1] + want[2], tolerance: 4e-6)
    expectClose(gradient, want[3], tolerance: 1e-5)
  }

  @Test func nanReachesLaterRowsOnly() {
    var qkv = values(40 * 12)
    qkv[20 * 12 + 4] = .nan
    let workspace = [Float](repeating: 0, count: pk_attention_workspace(40, 4, 1) / 4)
    let y = run([qkv, workspace], output: values(40 * 6)) {
      pk_attention($0[0], 1, 40, 4, 1, $1, $1 + 160, $1 + 200, $0[1])
    }
    #expect(y[0..<80].allSatisfy(\.isFinite) && y[80..<160].allSatisfy(\.isNaN))
  }
}
