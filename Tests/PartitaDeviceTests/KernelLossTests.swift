import CKernels
import Foundation
import Testing

struct KernelLossTests {
  @Test(arguments: [(0, 2, 3), (1, 1, 1), (3, 2, 10), (2, 3, 65), (2, 1, 16), (1, 2, 4097)])
  func crossEntropy(samples: Int, positions: Int, classes: Int) {
    let rows = samples * positions
    let logits = values(rows * classes, in: -8...8)
    let labels = (0..<rows).map { Int32($0 * 7 % classes) }
    let dloss = values(samples, seed: 3)
    let row = { (r: Int) in logits[r * classes..<(r + 1) * classes].map(Double.init) }
    let shift = (0..<rows).map { row($0).max() ?? 0 }
    let sum = (0..<rows).map { r in row(r).reduce(0) { $0 + exp($1 - shift[r]) } }
    let loss = (0..<samples).map { s in
      (0..<positions).reduce(0.0) {
        let r = s * positions + $1
        return $0 + log(sum[r]) + shift[r] - row(r)[Int(labels[r])]
      } / Double(positions)
    }
    let saved = run([logits], output: values(samples + 2 * rows)) { input, out in
      let status = pk_cross_entropy(
        input[0], labels, samples, positions, classes, out, out + samples, out + samples + rows)
      #expect(status == PK_OK)
    }
    expectClose(saved, loss + shift + sum.map { $0 - 1 }, tolerance: 3e-6)
    let want = logits.indices.map { i in
      let r = i / classes
      let softmax = exp(Double(logits[i]) - shift[r]) / sum[r]
      let hot = Int(labels[r]) == i % classes ? 1.0 : 0.0
      return (softmax - hot) * Double(dloss[r / positions]) / Double(positions)
    }
    let rowSums = Array(saved.dropFirst(samples))
    let dlogits = run([logits, rowSums, dloss], output: logits) {
      _ = pk_cross_entropy_gradient(
        $0[0], labels, $0[1], $0[1] + rows, $0[2], samples, positions, classes, $1)
    }
    expectClose(dlogits, want, tolerance: 3e-6)
    let inPlace = run([rowSums, dloss], output: logits) {
      _ = pk_cross_entropy_gradient(
        $1, labels, $0[0], $0[0] + rows, $0[1], samples, positions, classes, $1)
    }
    expectSameBits(inPlace, dlogits)
  }

  @Test(arguments: [Int32(-1), 3, .max, .min]) func labelOutOfRange(label: Int32) {
    let labels = [1, label]
    let out = run([values(6)], output: values(12)) { input, out in
      let forward = pk_cross_entropy(input[0], labels, 2, 1, 3, out, out + 2, out + 4)
      let backward = pk_cross_entropy_gradient(
        input[0], labels, out + 2, out + 4, out, 2, 1, 3, out + 6)
      #expect(forward == PK_OUT_OF_RANGE)
      #expect(backward == PK_OUT_OF_RANGE)
    }
    #expect(out[0].isFinite && out[1].isNaN)
  }

  @Test(arguments: [3, 16, 65], [0, 2]) func nanLogit(classes: Int, at: Int) {
    var logits = values(2 * classes)
    logits[at] = .nan
    let loss = run([logits], output: [0, 0, 0, 0, 0, 0]) { input, out in
      _ = pk_cross_entropy(input[0], [0, 0], 2, 1, classes, out, out + 2, out + 4)
    }
    #expect(loss[0].isNaN && loss[1].isFinite)
  }

  @Test(arguments: [(0, 3), (1, 1), (3, 17), (2, 4097)]) func squaredError(
    samples: Int, features: Int
  ) {
    let x = values(samples * features)
    let target = values(samples * features, seed: 2)
    let dloss = values(samples, seed: 3)
    let difference = zip(x, target).map { Double($0) - Double($1) }
    let loss = run([x, target], output: dloss) {
      pk_squared_error($0[0], $0[1], samples, features, $1)
    }
    expectClose(
      loss,
      (0..<samples).map { s in
        difference[s * features..<(s + 1) * features].reduce(0) { $0 + $1 * $1 } / Double(features)
      })
    let dx = run([x, target, dloss], output: x) {
      pk_squared_error_gradient($0[0], $0[1], $0[2], samples, features, $1)
    }
    expectClose(
      dx,
      difference.indices.map {
        2 * difference[$0] * Double(dloss[$0 / features]) / Double(features)
      })
  }

  @Test func countCorrect() {
    let logits: [Float] = [1, 2, 2, 5, 0, 1, .nan, .nan, .nan, -1, -3, -2]
    #expect(pk_count_correct(logits, [1, 0, 0, 0], 4, 3) == 3)
    #expect(pk_count_correct(logits, [2, 1, 0, 2], 4, 3) == 0)
    #expect(pk_count_correct(nil, nil, 0, 3) == 0)
  }
}
