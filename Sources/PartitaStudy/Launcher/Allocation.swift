/// What a batch system has given to this job: `mpirun` reads it by itself and starts ranks there.
///
/// Source: sbatch(1) of Slurm, "Output environment variables".
package struct Allocation: Hashable {
  /// The batch system, as `Slurm's job 7`.
  package let name: String
  /// The ranks of each host; nil where only `mpirun` knows.
  package let ranksOfHosts: [Int]?

  /// The ranks of all hosts.
  package var slots: Int? { ranksOfHosts.map { $0.reduce(0, +) } }

  /// The allocation of an environment; nil where there is none.
  package init?(_ environment: [String: String]) {
    if let job = environment["SLURM_JOB_ID"] {
      name = "Slurm's job \(job)"
      ranksOfHosts = environment["SLURM_TASKS_PER_NODE"].flatMap(Self.counts)
      return
    }
    let others = [
      "PBS_NODEFILE": "PBS", "PE_HOSTFILE": "Grid Engine", "LSB_DJOB_HOSTFILE": "LSF",
    ]
    guard let found = others.keys.sorted().first(where: { environment[$0] != nil }) else {
      return nil
    }
    name = others[found] ?? found
    ranksOfHosts = nil
  }

  /// Counts as Slurm writes them: `2(x3),1` is 2, 2, 2, 1; nil for other text.
  package static func counts(_ text: String) -> [Int]? {
    var counts: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let halves = part.split(separator: "(", omittingEmptySubsequences: false)
      guard let count = halves.first.flatMap({ Int($0) }), count > 0 else { return nil }
      guard halves.count > 1 else {
        counts.append(count)
        continue
      }
      guard halves.count == 2, halves[1].hasPrefix("x"), halves[1].hasSuffix(")"),
        let times = Int(halves[1].dropFirst().dropLast()), (1...1 << 20).contains(times)
      else { return nil }
      counts += Array(repeating: count, count: times)
    }
    return counts
  }
}
