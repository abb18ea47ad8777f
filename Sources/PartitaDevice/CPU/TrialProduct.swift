internal import COneDNN

/// A product to be timed, in one of the layouts that a linear layer and its gradients multiply.
struct TrialProduct {
  /// How factors a and b lie.
  enum Layout: CaseIterable {
    /// Both by the rows of a linear layer: b is stored n x k.
    case rows
    /// Neither transposed.
    case plain
    /// a is stored k x m.
    case columns
  }

  /// Bytes of both factors and the result, a multiple of a vector's for each.
  let bytes: Int
  private let offsets: (b: Int, c: Int)
  private let multiply: (UnsafeRawPointer, UnsafeRawPointer, UnsafeMutablePointer<Float>) -> Int32
  private let scratch: HostMemory

  /// Prepares the library's kernel for a product.
  /// - Throws: `DeviceError` where the library refuses.
  init(_ product: KernelWork.Product, _ layout: Layout) throws(DeviceError) {
    let (m, n, k) = (product.m, product.n, product.k)
    let element = product.isNarrow ? 2 : 4
    let (a, b) = (Place.aligned(element * m * k), Place.aligned(element * k * n))
    offsets = (a, a + b)
    bytes = a + b + Place.aligned(4 * m * n)
    guard product.isNarrow else {
      var call = pd_product()
      (call.m, call.n, call.k) = (m, n, k)
      call.transpose_a = layout == .columns ? 1 : 0
      call.transpose_b = layout == .rows ? 1 : 0
      (call.lda, call.ldb, call.ldc) = (layout == .columns ? m : k, layout == .rows ? k : n, n)
      (call.alpha, call.beta, call.batch) = (1, 0, 1)
      let product = call
      scratch = try HostMemory(byteCount: 0)
      multiply = { a, b, c in
        withUnsafePointer(to: product) {
          pd_matrix_product(
            $0, a.assumingMemoryBound(to: Float.self), b.assumingMemoryBound(to: Float.self), c)
        }
      }
      return
    }
    // Rows, inputs and outputs of the linear layer whose part this product is.
    let (part, rows, inputs, outputs) =
      switch layout {
      case .rows: (PD_FORWARD, m, k, n)
      case .plain: (PD_INPUT_GRADIENT, m, n, k)
      case .columns: (PD_WEIGHT_GRADIENT, k, n, m)
      }
    let handle = try OneDNNHandle(
      CPUCall(name: "matrix product", layer: nil, inputs: [], outputs: [], samples: 1),
      create: { context, handle in
        pd_linear_create(
          context, rows, inputs, outputs, Int32(part), Int32(PD_BFLOAT16), &handle)
      }, destroy: pd_linear_destroy)
    let scratch = try HostMemory(byteCount: pd_linear_workspace(handle.pointer))
    self.scratch = scratch
    multiply = { a, b, c in
      let room = scratch.bytes.baseAddress
      return switch layout {
      case .rows: pd_linear_forward(handle.pointer, a, b, nil, c, room)
      case .plain: pd_linear_input_gradient(handle.pointer, a, b, c, room)
      case .columns: pd_linear_weight_gradient(handle.pointer, a, b, 0, c, room)
      }
    }
  }

  /// Multiplies what lies at `memory` once; the result is behind it.
  /// - Throws: `DeviceError` where the library refuses.
  func run(on memory: UnsafeMutableRawPointer) throws(DeviceError) {
    let status = multiply(
      memory, memory + offsets.b, (memory + offsets.c).assumingMemoryBound(to: Float.self))
    if status != 0 { throw .library(operator: "matrix product", text: OneDNN.text(of: status)) }
  }
}
