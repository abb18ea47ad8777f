internal import PartitaGraph

/// The places where a window laid over an image meets it: for each place of the window and each of
/// its own rows and columns, where that is in the result's, the kernel's and the image's plane.
/// Padding is left out: it is zero.
func forEachTap(
  _ window: Window, image: Shape, kernel: RowsAndColumns,
  _ body: (_ result: Int, _ tap: Int, _ image: Int) -> Void
) {
  let (height, width) = (image[1], image[2])
  guard let places = window.places(RowsAndColumns(rows: height, columns: width), kernel: kernel)
  else { return }
  for row in 0..<places.rows {
    for column in 0..<places.columns {
      for kernelRow in 0..<kernel.rows {
        for kernelColumn in 0..<kernel.columns {
          let y =
            row * window.stride.rows + kernelRow * window.dilation.rows - window.padding.top
          let x =
            column * window.stride.columns + kernelColumn * window.dilation.columns
            - window.padding.left
          guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
          body(
            row * places.columns + column, kernelRow * kernel.columns + kernelColumn,
            y * width + x)
        }
      }
    }
  }
}

/// The three faces of y = x * W, as those of `Linear`: each term of y[o, place] holds
/// x[c, place + tap]·W[o, c, tap], with c among the channels of o's group.
private func forEachTerm(
  _ window: Window, groups: Int, samples: Int, result: Shape, weight: Shape, image: Shape,
  _ body: (_ y: Int, _ x: Int, _ w: Int) -> Void
) {
  let (outputs, channels) = (weight[0], weight[1])
  let outputsOfGroup = max(outputs / groups, 1)
  let taps = weight[2] * weight[3]
  let places = result[1] * result[2]
  let pixels = image[1] * image[2]
  forEachTap(window, image: image, kernel: RowsAndColumns(rows: weight[2], columns: weight[3])) {
    place, tap, pixel in
    for sample in 0..<samples {
      for output in 0..<outputs {
        for channel in 0..<channels {
          body(
            (sample * outputs + output) * places + place,
            (sample * channels * groups + output / outputsOfGroup * channels + channel) * pixels
              + pixel,
            (output * channels + channel) * taps + tap)
        }
      }
    }
  }
}

extension Convolution: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let (x, w) = (call.inputs[0], call.inputs[1])
    var result = call.zeros()
    if call.inputs.count == 3 {
      let (bias, places) = (call.inputs[2].elements, result.shape[1] * result.shape[2])
      for i in result.elements.indices { result.elements[i] = bias[i / places % bias.count] }
    }
    forEachTerm(
      window, groups: groups, samples: x.entries, result: result.shape, weight: w.shape,
      image: x.shape
    ) { yi, xi, wi in
      result.elements[yi] += x.elements[xi] * w.elements[wi]
    }
    return [result]
  }
}

extension ConvolutionInputGradient: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let (dy, w) = (call.inputs[0], call.inputs[1])
    var result = call.zeros()
    forEachTerm(
      window, groups: groups, samples: dy.entries, result: dy.shape, weight: w.shape,
      image: inputShape
    ) { yi, xi, wi in
      result.elements[xi] += dy.elements[yi] * w.elements[wi]
    }
    return [result]
  }
}

extension ConvolutionWeightGradient: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let (dy, x) = (call.inputs[0], call.inputs[1])
    var result = call.zeros()
    forEachTerm(
      window, groups: groups, samples: dy.entries, result: dy.shape, weight: weightShape,
      image: x.shape
    ) { yi, xi, wi in
      result.elements[wi] += dy.elements[yi] * x.elements[xi]
    }
    return [result]
  }
}
