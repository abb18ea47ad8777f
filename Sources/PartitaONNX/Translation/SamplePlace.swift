/// Where the samples stand among the axes of a value of the file.
///
/// The axis `axis` of the file has outer · samples · inner entries in row-major order: alone, the
/// samples; flattened together with others, as (N·T, F), more. A value here has no axis of samples:
/// what is left of that axis is one of outer · inner entries, or where that is 1, none.
struct SamplePlace: Hashable {
  /// The axis of the file, counted from the first.
  let axis: Int
  /// Entries of the axis that samples are inside of.
  var outer = 1
  /// Entries of the axis that are inside of a sample.
  var inner = 1

  /// Whether the axis has samples and nothing else.
  var isAlone: Bool { outer == 1 && inner == 1 }

  /// Whether samples stand where layers here expect them: in front, alone.
  var isInFront: Bool { axis == 0 && isAlone }

  /// Whether a shape of the file has its samples here.
  func fits(_ shape: [Int], samples: Int) -> Bool {
    shape.indices.contains(axis) && shape[axis] == outer * samples * inner
  }

  /// The shape of a sample.
  func sampleShape(of shape: [Int]) -> [Int] {
    let rest = isAlone ? [] : [outer * inner]
    return shape.prefix(axis) + rest + shape.dropFirst(axis + 1)
  }

  /// The axis of a sample that an axis of the file is.
  /// - Throws: `NodeProblem` for that of samples.
  func sampleAxis(_ other: Int) throws(NodeProblem) -> Int {
    guard other != axis else { throw NodeProblem("it works along the axis of samples") }
    return isAlone && other > axis ? other - 1 : other
  }

  /// The place in a value of another number of axes that this one is aligned with at the last.
  func aligned(from rank: Int, to other: Int) -> SamplePlace {
    SamplePlace(axis: axis + other - rank, outer: outer, inner: inner)
  }

  /// The places that samples can have once a value's elements are read under another shape.
  ///
  /// Of more than one sample it is one at most. Of one any axis may do, for it moves no element.
  /// - Returns: those where they stand alone first, then those before the last axis, which products and
  ///   norms work along, the innermost first.
  func places(reading shape: [Int], as new: [Int], samples: Int) -> [SamplePlace] {
    let before = Array(shape.prefix(axis)).elementCount * outer
    var places: [SamplePlace] = []
    var prefix = 1
    for (axis, extent) in new.enumerated() {
      if prefix > 0, before % prefix == 0, extent % max(before / prefix * samples, 1) == 0 {
        let outer = before / prefix
        let inner = extent / max(outer * samples, 1)
        if inner > 0 { places.append(SamplePlace(axis: axis, outer: outer, inner: inner)) }
      }
      prefix *= extent
    }
    let others = places.filter { !$0.isAlone }
    let last = new.count - 1
    return places.filter(\.isAlone) + others.reversed().filter { $0.axis != last }
      + others.filter { $0.axis == last }
  }
}

extension ConstantTensor {
  /// The part of a constant that each sample meets, where it is spread over a value of the file.
  ///
  /// - Parameters:
  ///   - place: where that value has its samples.
  ///   - rank: its number of axes.
  ///   - samples: the number of samples.
  /// - Returns: the constant in the axes of a sample.
  /// - Throws: `NodeProblem` where it differs from sample to sample.
  func ofSample(_ place: SamplePlace, rank: Int, samples: Int) throws(NodeProblem) -> ConstantTensor
  {
    let axis = place.axis - (rank - shape.count)
    guard shape.indices.contains(axis) else { return self }
    let own = SamplePlace(axis: axis, outer: place.outer, inner: place.inner)
    if shape[axis] == 1 {
      return place.isAlone ? with(shape: own.sampleShape(of: shape)) : self
    }
    let problem = NodeProblem("its constant \(shape) differs from sample to sample")
    guard own.fits(shape, samples: samples) else { throw problem }
    let parted =
      shape.prefix(axis) + [place.outer, samples, place.inner] + shape.dropFirst(axis + 1)
    var order = Array(parted.indices)
    order.remove(at: axis + 1)
    let strides = Array(parted).strides
    let left = order.map { parted[$0] }
    let parts = (0..<samples).map {
      strided(left, offset: $0 * strides[axis + 1], by: order.map { strides[$0] })
    }
    guard let first = parts.first, parts.allSatisfy({ $0.floats == first.floats }) else {
      throw problem
    }
    return first.with(shape: own.sampleShape(of: shape))
  }
}
