internal import PartitaTransport

/// When the actions of one rank began and ended, in some steps of one program.
///
/// All room is taken beforehand (law 5). A step costs one reading of the clock for each action and
/// one for each wait that doesn't end at once.
public final class StepRecording {
  /// The program, by its index.
  public let program: Int
  /// The steps that there is room for.
  public let steps: Int
  private let actions: Int
  /// The transport's numbers of the program's messages on this rank.
  private let messages: Range<Int>
  private let clock: StepClock
  private let memory: UnsafeMutablePointer<Int64>

  /// Where the next action's two times go: when its work began, and when it ended.
  private var next: UnsafeMutablePointer<Int64>
  /// When each message had been waited for; 0 where nobody had to wait.
  private var seen: UnsafeMutablePointer<Int64>
  /// When the present action began, or had what it waited for.
  private var ready: Int64 = 0

  init(program: Int, actions: Int, messages: Range<Int>, steps: Int, clock: StepClock) {
    self.program = program
    self.steps = steps
    self.actions = actions
    self.messages = messages
    self.clock = clock
    let count = steps * Self.count(actions, messages)
    memory = .allocate(capacity: count)
    memory.initialize(repeating: 0, count: count)
    next = memory
    seen = memory
  }

  deinit { memory.deallocate() }

  /// The start, two times for each action and for the end of the step, one for each message.
  private static func count(_ actions: Int, _ messages: Range<Int>) -> Int {
    1 + 2 * (actions + 1) + messages.count
  }

  private func start(ofStep step: Int) -> UnsafeMutablePointer<Int64> {
    precondition((0..<steps).contains(step), "no room for step \(step) of \(steps)")
    return memory + step * Self.count(actions, messages)
  }

  // MARK: Writing

  /// Begins the step that has this place.
  func begin(step: Int) {
    let start = start(ofStep: step)
    seen = start + 1 + 2 * (actions + 1)
    seen.update(repeating: 0, count: messages.count)
    next = start + 1
    ready = clock.now
    start.pointee = ready
  }

  /// Notes that a message is complete that had to be waited for.
  func waited(for message: Message) {
    ready = clock.now
    seen[message.index - messages.lowerBound] = ready
  }

  /// Notes that the present action is done; the last one is the wait at the end of the step.
  func endAction() {
    let now = clock.now
    next[0] = ready
    next[1] = now
    next += 2
    ready = now
  }

  // MARK: Reading

  /// The times of a step, by this rank's clock.
  func times(ofStep step: Int) -> StepTimes {
    let start = start(ofStep: step)
    let marks = start + 1
    return StepTimes(
      start: start.pointee, ready: (0...actions).map { marks[2 * $0] },
      end: (0...actions).map { marks[2 * $0 + 1] },
      seen: messages.indices.map { marks[2 * (actions + 1) + $0 - messages.lowerBound] })
  }
}

/// One rank's times of one step, in nanoseconds of its own clock.
struct StepTimes {
  /// When the step began.
  let start: Int64
  /// When each action had what it waited for, and when it was done; the last entry is the end of
  /// the step.
  let ready, end: [Int64]
  /// When each message had been waited for; 0 where nobody had to wait.
  let seen: [Int64]
}
