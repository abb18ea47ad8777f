internal import PartitaPlan

/// The cuts of a shape whose slowest stage is fastest: a dynamic program over prefixes.
struct LeastSlowest {
  let cuts: [Int]

  /// Complexity: O(stages · layers²).
  init(_ problem: StepProblem, _ table: StageTable, _ shape: PlanShape) {
    let (count, stages) = (problem.layerCount, shape.stageCount)
    let columns = shape.replicas.count
    var costs = [0.0] + Array(repeating: Double.infinity, count: count)
    var cutOf: [[Int]] = []
    for stage in 0..<stages {
      let replicas = shape.replicas[shape.order.column(ofStage: stage, columns: columns)]
      var row = Array(repeating: Double.infinity, count: count + 1)
      var cuts = Array(repeating: 0, count: count + 1)
      // Every stage behind needs a layer.
      for end in stage + 1...max(stage + 1, count - (stages - stage - 1)) {
        for start in stage..<end where costs[start] < .infinity {
          let cost = max(costs[start], table.bound([start..<end], replicas: replicas))
          if cost < row[end] { (row[end], cuts[end]) = (cost, start) }
        }
      }
      costs = row
      cutOf.append(cuts)
    }
    var (end, found) = (count, [Int]())
    for stage in (1..<max(stages, 1)).reversed() {
      end = cutOf[stage][end]
      found.append(end)
    }
    cuts = found.reversed()
  }
}
