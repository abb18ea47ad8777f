import Foundation
import PartitaGraph
import PartitaReference
import Testing

/// The oracle itself: auxiliaries, random numbers, what it refuses.
@Suite struct ReferenceTests {
  @Test func auxiliariesOfCrossEntropyAndLayerNorm() throws {
    var trial = Trial()
    let o = try trial.variable(.perSample([2, 3]))
    let label = try trial.variable(.perSample([2], .int32), .indices(3))
    let entropy = try trial.graph.appendAll(SoftmaxCrossEntropy(), [o, label])
    let sums = try trial.graph.appendAll(SoftmaxSums(), [o])
    let all = try trial.graph.append(LogSumExp(), o)
    let (scale, shift) = try (trial.variable(.shared([3])), trial.variable(.shared([3])))
    let norm = try trial.graph.appendAll(LayerNorm(epsilon: 0), [o, scale, shift])
    let results = try ReferenceInterpreter(trial.graph, samples: 2)
      .evaluate(entropy + sums + [all] + norm, with: trial.variables)
    #expect(results[entropy[1]] == results[sums[0]])
    #expect(results[entropy[2]] == results[sums[1]])
    let parts = try zip(
      #require(results[sums[0]]).elements, #require(results[sums[1]]).elements)
    expectEqual(results[all]?.elements ?? [], parts.map { $0 + log1p($1) }, tolerance: 1e-15)

    let x = try #require(trial.variables[o]).elements
    for row in 0..<4 {
      let entries = x[row * 3..<row * 3 + 3]
      let mean = entries.reduce(0, +) / 3
      let variance = entries.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3
      expectEqual([results[norm[1]]?.elements[row] ?? 0], [mean], tolerance: 1e-14)
      expectEqual(
        [results[norm[2]]?.elements[row] ?? 0], [1 / variance.squareRoot()], tolerance: 1e-13)
    }
  }

  /// With one head and queries of zero, all scores are zero: row i has i + 1 exponentials of 1,
  /// and its result is the mean of the values so far.
  @Test func attentionOfEqualScores() throws {
    var graph = Graph()
    let qkv = try graph.variable("qkv", .perSample([3, 3]), .input)
    let outputs = try graph.appendAll(CausalAttention(heads: 1), [qkv])
    let numbers = Tensor([3, 3], samples: 1, [0, 5, 1, 0, 6, 2, 0, 7, 6])
    let results = try ReferenceInterpreter(graph, samples: 1)
      .evaluate(outputs, with: [qkv: numbers])
    expectEqual(results[outputs[0]]?.elements ?? [], [1, 1.5, 3], tolerance: 1e-15)
    #expect(results[outputs[1]]?.elements == [0, 0, 0])
    #expect(results[outputs[2]]?.elements == [1, 2, 3])
  }

  /// The mask is what `RandomStream` says, whatever the microbatch that a sample is in.
  @Test func dropoutFollowsTheStream() throws {
    let stream = RandomStream(seed: 9, name: "drop")
    var graph = Graph()
    let sample = try graph.variable("sampleIndex", .perSample([], .int32), .sampleIndex)
    let step = try graph.variable("step", .shared([], .int32), .step)
    let mask = try graph.append(
      DropoutMask(rate: 0.3, key: stream.key, shape: [2, 5]), sample, step)
    let found = try ReferenceInterpreter(graph, samples: 2)
      .evaluate(mask, with: [sample: Tensor([], samples: 2, [4, 70]), step: Tensor(6)])
    let expected = [4, 70].flatMap { sample in
      (0..<10).map { element in
        Double(stream.uniform(element, sample: sample, step: 6)) >= 0.3 ? 1 / (1 - 0.3) : 0
      }
    }
    #expect(found.elements == expected)
    #expect(Set(expected).count == 2)
  }

  @Test func tiesGoToTheFirst() throws {
    var graph = Graph()
    let o = try graph.variable("o", .perSample([2, 3]), .input)
    let label = try graph.variable("label", .perSample([2], .int32), .label)
    let correct = try graph.append(CorrectCount(), o, label)
    let found = try ReferenceInterpreter(graph, samples: 1).evaluate(
      correct,
      with: [
        o: Tensor([2, 3], samples: 1, [1, 4, 4, 0, 2, 1]),
        label: Tensor([2], samples: 1, [1, 2]),
      ])
    #expect(found.elements == [1])
  }

  @Test func onlyNeededNodesAreEvaluated() throws {
    var graph = Graph()
    let x = try graph.variable("x", .perSample([2]), .input)
    let y = try graph.variable("y", .perSample([2]), .input)
    let double = try graph.append(Scale(2), x)
    _ = try graph.append(Add(), double, y)
    let found = try ReferenceInterpreter(graph, samples: 1)
      .evaluate(double, with: [x: Tensor([2], samples: 1, [1, 2])])
    #expect(found.elements == [2, 4])
  }

  /// What made a known value isn't asked for, and its numbers are taken as they are.
  @Test func whatIsKnownIsNotMade() throws {
    var graph = Graph()
    let x = try graph.variable("x", .perSample([2]), .input)
    let double = try graph.append(Scale(2), x)
    let four = try graph.append(Scale(2), double)
    let interpreter = ReferenceInterpreter(graph, samples: 1)
    let known = [double: Tensor([2], samples: 1, [5, 6])]
    let found = try interpreter.evaluate([four, double], with: known)
    #expect(found[four]?.elements == [10, 12] && found[double]?.elements == [5, 6])
    #expect(throws: ReferenceError.self) {
      try interpreter.evaluate(four, with: [double: Tensor([3], samples: 1, [5, 6, 7])])
    }
  }

  @Test func refusals() throws {
    var graph = Graph()
    let token = try graph.variable("token", .perSample([], .int32), .input)
    let table = try graph.parameter("table", [3, 2], .constant(0))
    let y = try graph.append(Embedding(), token, table)
    let interpreter = ReferenceInterpreter(graph, samples: 1)
    let zeros = Tensor([3, 2], Array(repeating: 0, count: 6))
    func text(_ variables: [ValueID: Tensor]) -> String? {
      #expect(throws: ReferenceError.self) { try interpreter.evaluate(y, with: variables) }?
        .description
    }
    #expect(text([table: zeros]) == "token is needed and has no numbers")
    #expect(
      text([table: zeros, token: Tensor([], samples: 2, [0, 1])])
        == "token is n x [] int32, but was given 2 x []")
    #expect(
      text([table: zeros, token: Tensor([], samples: 1, [3])])
        == "embedding: 3.0 is no index below 3")
  }
}
