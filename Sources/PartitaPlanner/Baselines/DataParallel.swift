internal import PartitaWorkload

extension PartitionBaseline {
  /// The whole network on every device, each with other samples.
  ///
  /// In Piper's model the replicas are the largest divisor of the microbatches that the devices
  /// allow, for the best way to run all nodes alike.
  static func dataParallel(
    _ workload: Workload, _ request: PartitionRequest
  ) throws(WorkloadError) -> BaselineResult {
    if case .placement = workload.costs {
      throw .impossible("data parallelism is no device placement: there each node is on one device")
    }
    guard !request.isStraight || request.devices == 1 else {
      throw .impossible("data parallelism takes replicas, and a straight pipeline has none")
    }
    let model = workload.model(request)
    let whole = [Array(workload.graph.ids.indices)]
    var best: BaselineResult?
    var problem: WorkloadError?
    for way in UniformWay.all(of: workload) where way.tensorDegree <= request.devices {
      let most = request.devices / way.tensorDegree
      let replicas = largestReplicaCount(workload, request, most: most)
      let partition = way.partition(whole, replicas: replicas)
      do {
        let value = try model.value(of: partition)
        if value < best?.value ?? .infinity {
          best = BaselineResult(partition: partition, value: value)
        }
      } catch {
        problem = problem ?? error
      }
    }
    guard let best else { throw problem ?? .impossible("no way to run all nodes fits") }
    return best
  }

  private static func largestReplicaCount(
    _ workload: Workload, _ request: PartitionRequest, most: Int
  ) -> Int {
    guard case .piper(let costs) = workload.costs else { return most }
    let microbatches = request.microbatches ?? costs.microbatches
    return (1...max(1, min(most, microbatches))).last { microbatches % $0 == 0 } ?? 1
  }
}
