import CKernels
import Testing

struct KernelTableTests {
  @Test(arguments: [(0, 3), (5, 1), (7, 3), (9, 17), (2, 4097)]) func embedding(
    count: Int, width: Int
  ) {
    let rows = 4
    let ids = (0..<count).map { Int32($0 * 3 % rows) }
    let table = values(rows * width)
    let dy = values(count * width, seed: 2)
    let y = run([table], output: dy) {
      #expect(pk_embedding(ids, $0[0], count, rows, width, $1) == PK_OK)
    }
    expectSameBits(y, ids.flatMap { table[Int($0) * width..<(Int($0) + 1) * width] })
    for accumulate in [0, 1] {
      var want = table.map { accumulate == 1 ? $0 : 0 }
      for i in 0..<count {
        for c in 0..<width { want[Int(ids[i]) * width + c] += dy[i * width + c] }
      }
      let got = run([dy], output: table) {
        _ = pk_embedding_gradient(ids, $0[0], count, rows, width, Int32(accumulate), $1)
      }
      expectSameBits(got, want)
    }
  }

  @Test(arguments: [Int32(-1), 4]) func rowOutOfRange(id: Int32) {
    let untouched = values(8)
    let y = run([values(8)], output: untouched) {
      #expect(pk_embedding([0, id], $0[0], 2, 4, 2, $1) == PK_OUT_OF_RANGE)
      let status = pk_embedding_gradient([0, id], $0[0], 2, 4, 2, 0, $1)
      #expect(status == PK_OUT_OF_RANGE)
    }
    expectSameBits(y, untouched)
  }

  @Test func permute() {
    let cases: [([Int], [Int32])] = [
      ([5], [0]), ([3, 17], [1, 0]), ([3, 17], [0, 1]), ([2, 3, 4], [2, 0, 1]),
      ([2, 3, 4], [1, 0, 2]), ([2, 3, 4, 5], [0, 2, 1, 3]), ([2, 3, 4, 5], [3, 1, 0, 2]),
      ([2, 0, 4], [2, 1, 0]),
    ]
    for (shape, axes) in cases {
      let x = values(shape.reduce(1, *))
      let strides = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
      let want = x.indices.map { i in
        var (rest, from) = (i, 0)
        for axis in axes.map(Int.init).reversed() {
          from += rest % shape[axis] * strides[axis]
          rest /= shape[axis]
        }
        return x[from]
      }
      let y = run([x], output: x) {
        #expect(
          pk_permute(Int32(shape.count), shape, axes, $0[0], $1) == PK_OK)
      }
      expectSameBits(y, want)
    }
  }

  @Test(arguments: [[0, 0], [0, 2], [-1, 0]]) func badAxes(axes: [Int32]) {
    #expect(pk_permute(2, [0, 0], axes, nil, nil) == PK_BAD_AXES)
  }
}
