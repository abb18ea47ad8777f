public import PartitaGraph

/// A kernel over shared Float64 scalars.
func scalars(_ formula: @escaping (ScalarInputs) -> Double) -> CPUPrepared {
  CPUPrepared { operands in
    { (run) throws(DeviceError) in
      run.doubles(operands.outputs[0]).pointee =
        formula(ScalarInputs(run: run, places: operands.inputs))
    }
  }
}

/// The operands of a scalar formula, read where they lie.
struct ScalarInputs {
  let run: CPURun
  let places: [Place]

  subscript(index: Int) -> Double { run.doubles(places[index]).pointee }

  /// The sum in the order of the operands.
  func sum() -> Double {
    var sum = 0.0
    for place in places { sum += run.doubles(place).pointee }
    return sum
  }
}

extension ScalarSum: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared { scalars { $0.sum() } }
}

extension ClipFactor: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let limit = self.limit
    // Written so that a norm that is not a number gives a factor that is none either.
    return scalars { inputs in
      let factor = limit / (inputs[0].squareRoot() + 1e-6)
      return factor > 1 ? 1 : factor
    }
  }
}

extension Constant: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (value, count, isDouble) = (self.value, type.shape.count, type.element == .float64)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        for index in 0..<count {
          if isDouble {
            run.doubles(operands.outputs[0])[index] = value
          } else {
            run.floats(operands.outputs[0])[index] = Float(value)
          }
        }
      }
    }
  }
}
