internal import PartitaPlan

/// The cuts of a shape whose slowest stage is fastest, about: the shortest time by which stages that
/// each take as many layers as they can cover the network.
struct LeastSlowest {
  let cuts: [Int]

  /// Complexity: O(stages · log(layers)) for each of some 40 times.
  init(_ problem: StepProblem, _ table: StageTable, _ shape: PlanShape) {
    let (count, stages) = (problem.layerCount, shape.stageCount)
    let columns = shape.replicas.count
    let replicas = (0..<stages).map {
      shape.replicas[shape.order.column(ofStage: $0, columns: columns)]
    }
    /// The ends of stages that are done by a time; nil where they don't reach the last layer.
    func ends(by seconds: Double) -> [Int]? {
      var (start, ends) = (0, [Int]())
      for stage in 0..<stages {
        // Every stage behind needs a layer.
        var (enough, most) = (start + 1, count - (stages - stage - 1))
        while enough < most {
          let middle = (enough + most + 1) / 2
          if table.bound([start..<middle], replicas: replicas[stage]) <= seconds {
            enough = middle
          } else {
            most = middle - 1
          }
        }
        ends.append(enough)
        start = enough
      }
      return start == count ? ends : nil
    }
    var (low, high) = (0.0, table.bound([0..<count], replicas: 1) * 2)
    while high - low > 1e-6 * high {
      let middle = (low + high) / 2
      if ends(by: middle) == nil { low = middle } else { high = middle }
    }
    cuts = Array((ends(by: high) ?? Array(1...stages)).dropLast())
  }
}
