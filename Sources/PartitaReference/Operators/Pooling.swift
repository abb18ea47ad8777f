internal import PartitaGraph

/// The number of channels of all samples, each an image of its own to a pooling.
private func planes(of tensor: Tensor) -> Int { tensor.entries * tensor.shape[0] }

/// The elements of one channel.
private func plane(of shape: Shape) -> Int { shape[1] * shape[2] }

extension AveragePool: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let x = call.inputs[0]
    var result = call.zeros()
    let (places, pixels) = (plane(of: result.shape), plane(of: x.shape))
    let share = 1 / Double(kernel * kernel)
    forEachTap(window, image: x.shape, kernel: (kernel, kernel)) { place, _, pixel in
      for channel in 0..<planes(of: x) {
        result.elements[channel * places + place] += share * x.elements[channel * pixels + pixel]
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
    let share = 1 / Double(pool.kernel * pool.kernel)
    let kernel = (pool.kernel, pool.kernel)
    forEachTap(pool.window, image: inputShape, kernel: kernel) { place, _, pixel in
      for channel in 0..<planes(of: dy) {
        result.elements[channel * pixels + pixel] += share * dy.elements[channel * places + place]
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
    forEachTap(window, image: x.shape, kernel: (kernel, kernel)) { place, _, pixel in
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
