import ArgumentParser
import Foundation
import PartitaDevice
import PartitaReport

/// What `bench --roofline` prints and writes.
struct RooflineOptions: ParsableArguments {
  @Flag(help: "On one rank: every kernel's seconds beside what the processor could do at most.")
  var roofline = false

  @Option(help: ArgumentHelp("With --roofline: writes a page.", valueName: "file.html"))
  var page: OutputFile?

  func validate() throws {
    if page != nil, !roofline { throw ValidationError("--page is of --roofline") }
  }
}

extension Roofline {
  /// Puts kernels' seconds beside their floors; those that do the same are one.
  ///
  /// - Parameters:
  ///   - name: what is trained.
  ///   - stepSeconds: of each step.
  ///   - rows: what the clock counted.
  ///   - rates: the processor's.
  /// - Throws: `DeviceError` where a product can't be measured.
  init(
    _ name: String, stepSeconds: [Double], _ rows: [KernelClock.Row], _ rates: ProcessorRates
  ) throws {
    struct Key: Hashable { let name, shapes: String }
    var cold: [KernelWork.Product: Double] = [:]
    let groups = Dictionary(grouping: rows) { Key(name: $0.work.name, shapes: $0.work.shapes) }
    let kernels = try groups.map { key, rows -> Kernel in
      var (flops, bytes, calls, product) = (0, 0, 0, 0.0)
      var layers: [String] = []
      for row in rows {
        flops += row.calls * row.work.flops
        bytes += row.calls * row.work.bytes
        calls += row.calls
        if let layer = row.work.layer, !layers.contains(layer) { layers.append(layer) }
        if let extents = row.work.product {
          let seconds = try cold[extents] ?? rates.coldSeconds(of: extents)
          cold[extents] = seconds
          product += Double(row.calls) * seconds
        }
      }
      let steps = rows[0].seconds.indices.map { step in rows.reduce(0) { $0 + $1.seconds[step] } }
      let peak = rows[0].work.isNarrow ? rates.narrowFlopsPerSecond : rates.flopsPerSecond
      let floors: [(Double, Limit)] = [
        (Double(flops) / peak, .operations),
        (Double(bytes) / rates.bytesPerSecond, .bytes), (product, .product),
      ]
      let floor = floors.max { $0.0 < $1.0 } ?? (0, .operations)
      return Kernel(
        key.name, layers: layers, shapes: key.shapes, calls: calls,
        seconds: steps.sorted()[steps.count / 2], flops: flops, bytes: bytes, floor: floor.0,
        limit: floor.1)
    }
    self.init(
      name, stepSeconds: stepSeconds.sorted()[stepSeconds.count / 2],
      flopsPerSecond: rates.flopsPerSecond, narrowFlopsPerSecond: rates.narrowFlopsPerSecond,
      bytesPerSecond: rates.bytesPerSecond, kernels: kernels)
  }
}
