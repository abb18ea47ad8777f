import PartitaGraph
import PartitaSchedule
import TestSchedules
import Testing

/// Whatever the verifier accepts is harmless, judged by a performer that shares nothing with it.
///
/// Each kind of change is made to every small program many times; the draws are the same on every
/// run.
@Suite struct MutationTests {
  /// What became of the mutants of one kind.
  private struct Tally: CustomStringConvertible {
    var accepted = 0
    var refused = 0
    /// Refused, though the performer finds nothing wrong.
    var strict = 0
    var rules: [ProgramFault.Rule: Int] = [:]

    var description: String {
      "\(accepted + refused) mutants, \(refused) refused, of them \(strict) harmless to the"
        + " performer; by rule \(rules.map { "\($0.key) \($0.value)" }.sorted())"
    }
  }

  /// Mutants of each kind; together more than 10,000.
  private static let mutantsOfAKind = 700

  private static let programs = Result { try VerifierCase.small() }

  @Test(arguments: Mutation.allCases)
  func whatIsAcceptedIsHarmless(_ mutation: Mutation) throws {
    let programs = try Self.programs.get()
    let serial = programs.map(SerialStep.init)
    var random = SplitMix64(seed: UInt64(Mutation.allCases.firstIndex(of: mutation) ?? 0) &+ 11)
    var tally = Tally()
    var draws = 0
    while tally.accepted + tally.refused < Self.mutantsOfAKind, draws < 20 * Self.mutantsOfAKind {
      draws += 1
      let index = draws % programs.count
      guard var mutant = mutation.mutant(of: programs[index], &random) else { continue }
      // Two changes may hide each other.
      if draws % 4 == 0 {
        mutant =
          Mutation.allCases.randomElement(using: &random)?.mutant(of: mutant, &random) ?? mutant
      }
      let problem = self.problem(mutant, serial[index], seed: random.next())
      do throws(ProgramFault) {
        try Verifier.prove(mutant)
        tally.accepted += 1
        if let problem {
          Issue.record(
            """
            accepted after \(mutation) of \(programs[index].plan), draw \(draws): \(problem)
            \(mutant.listing)
            """)
        }
      } catch {
        tally.refused += 1
        tally.rules[error.rule, default: 0] += 1
        if problem == nil { tally.strict += 1 }
        if error.explanation(mutant).isEmpty || !isCycle(error, mutant) {
          Issue.record("draw \(draws): \(error) is not explained")
        }
      }
    }
    print("\(mutation): \(tally)")
    #expect(tally.accepted + tally.refused == Self.mutantsOfAKind)
    #expect(tally.refused > Self.mutantsOfAKind / 10)
    #expect(tally.refused - tally.strict > Self.mutantsOfAKind / 20)
  }

  /// Whether each wait of a deadlock is for the next one's rank, and nobody is in it twice.
  private func isCycle(_ fault: ProgramFault, _ program: Program) -> Bool {
    let cycle = fault.cycle
    guard fault.rule == .deadlock else { return cycle.isEmpty }
    guard !cycle.isEmpty, Set(cycle.map(\.rank)).count == cycle.count else { return false }
    return cycle.indices.allSatisfy { place in
      let (wait, other) = (cycle[place], cycle[(place + 1) % cycle.count].rank)
      guard program.ranks[wait.rank].actions.indices.contains(wait.action) else { return false }
      guard let message = wait.message.map({ program.messages[$0] }) else {
        return program.ranks[wait.rank].actions[wait.action] == .exchange
      }
      return (message.from, message.to) == (wait.rank, other)
        || (message.from, message.to) == (other, wait.rank)
    }
  }

  /// The first problem in several random orders of events, with and without buffering.
  private func problem(_ program: Program, _ serial: SerialStep, seed: UInt64) -> String? {
    for round in 0..<3 as Range<UInt64> {
      let delivery: Performer.Delivery = round == 2 ? .eager : .rendezvous
      let problem = Performer.problem(program, serial, delivery, seed: seed &+ round)
      if let problem { return problem }
    }
    return nil
  }
}
