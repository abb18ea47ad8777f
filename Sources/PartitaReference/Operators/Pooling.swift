internal import PartitaGraph

/// The number of channels of all samples, each an image of its own to a pooling.
private func planes(of tensor: Tensor) -> Int { tensor.entries * tensor.shape[0] }

/// The elements of one channel.
private func plane(of shape: Shape) -> Int { shape[1] * shape[2] }

extension AveragePool {
  /// For each place of the window, what a cell of the image counts in its mean.
  fileprivate func shares(of image: Shape, places: Shape) -> [Double] {
    /// The cells that count along an axis: those between the borders of the image or its padding.
    func counted(
      _ place: Int, _ kernel: Int, _ stride: Int, _ before: Int, _ after: Int, _ extent: Int
    )
      -> Int
    {
      let borders = countsPadding ? -before..<extent + after : 0..<extent
      return (0..<kernel).count(where: { borders.contains(place * stride + $0 - before) })
    }
    return (0..<plane(of: places)).map { place in
      let (row, column) = (place / places[2], place % places[2])
      let rows = counted(
        row, kernel.rows, window.stride.rows, window.padding.top, window.padding.bottom, image[1])
      let columns = counted(
        column, kernel.columns, window.stride.columns, window.padding.left, window.padding.right,
        image[2])
      return 1 / Double(rows * columns)
    }
  }
}

extension AveragePool: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let x = call.inputs[0]
    var result = call.zeros()
    let (places, pixels) = (plane(of: result.shape), plane(of: x.shape))
    let shares = shares(of: x.shape, places: result.shape)
    forEachTap(window, image: x.shape, kernel: kernel) { place, _, pixel in
      for channel in 0..<planes(of: x) {
        result.elements[channel * places + place] +=
          shares[place] * x.elements[channel * pixels + pixel]
      }
    }
    return [result]
  }
}

extension AveragePoolGradient: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let dy = call.inputs[0]
    var result = call.zeros()
    let (places, pixels) = (plane(of: dy.shape), plane(of: inputShape))
    let shares = pool.shares(of: inputShape, places: dy.shape)
    forEachTap(pool.window, image: inputShape, kernel: pool.kernel) { place, _, pixel in
      for channel in 0..<planes(of: dy) {
        result.elements[channel * pixels + pixel] +=
          shares[place] * dy.elements[channel * places + place]
      }
    }
    return [result]
  }
}

extension MaxPool: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let x = call.inputs[0]
    var maxima = Tensor(repeating: -.infinity, call.types[0], samples: call.samples)
    var found = call.zeros(1)
    let (places, pixels) = (plane(of: maxima.shape), plane(of: x.shape))
    forEachTap(window, image: x.shape, kernel: kernel) { place, _, pixel in
      for channel in 0..<planes(of: x) {
        let (target, element) = (channel * places + place, x.elements[channel * pixels + pixel])
        if element > maxima.elements[target] {
          maxima.elements[target] = element
          found.elements[target] = Double(pixel)
        }
      }
    }
    return [maxima, found]
  }
}

extension MaxPoolGradient: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) throws(ReferenceError) -> [Tensor] {
    let (places, dy) = (call.inputs[0], call.inputs[1])
    var result = call.zeros()
    let (count, pixels) = (plane(of: dy.shape), plane(of: inputShape))
    for (i, gradient) in dy.elements.enumerated() {
      let pixel = try call.index(places.elements[i], below: pixels, self)
      result.elements[i / count * pixels + pixel] += gradient
    }
    return [result]
  }
}

extension MaxPoolGather: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) throws(ReferenceError) -> [Tensor] {
    let (places, image) = (call.inputs[0], call.inputs[1])
    var result = call.zeros()
    let (count, pixels) = (plane(of: places.shape), plane(of: image.shape))
    for i in result.elements.indices {
      let pixel = try call.index(places.elements[i], below: pixels, self)
      result.elements[i] = image.elements[i / count * pixels + pixel]
    }
    return [result]
  }
}
