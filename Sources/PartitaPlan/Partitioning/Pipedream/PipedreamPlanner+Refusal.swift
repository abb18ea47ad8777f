extension PipedreamPlanner {
  /// Why nothing fits, and what would.
  func refusal() throws(WorkloadError) -> WorkloadError {
    .impossible("no plan fits into \(model.memory) bytes of a device")
  }
}
