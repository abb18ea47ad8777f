internal import CMPI
internal import Glibc
internal import PartitaTransport
internal import Synchronization

/// A thread that looks after a rank's waits: it says which takes long, and ends the job when the
/// rank hangs in a call that has no time-out of its own.
///
/// A rank whose process stands still (SIGSTOP, a dead host) has a watchdog that stands still, too:
/// watchdogs ask each other, and who gives no answer is named.
final class Watchdog {
  /// Says something to people.
  typealias Say = @Sendable (String) -> Void

  /// Seconds between two looks.
  private static let interval = 0.5
  /// Seconds in which others must answer.
  private static let answerSeconds = 2.0

  private let keeper: Keeper
  private let thread: NativeThread

  /// Starts the thread; nil where the system has none to give.
  /// - Parameters:
  ///   - rank: this rank.
  ///   - waits: what its own thread waits for.
  ///   - circle: how watchdogs talk; nil where the library allows no thread to.
  ///   - noticeSeconds: after so many a wait is told.
  ///   - timeoutSeconds: after so many a collective call ends the job.
  init?(
    rank: Int, waits: WaitState, circle: WatchdogCircle?, noticeSeconds: Double,
    timeoutSeconds: Double, say: @escaping Say
  ) {
    keeper = Keeper(
      rank: rank, waits: waits, circle: circle, noticeSeconds: noticeSeconds,
      timeoutSeconds: timeoutSeconds, say: say)
    guard let thread = NativeThread({ [keeper] in keeper.watch() }) else { return nil }
    self.thread = thread
  }

  func set(timeoutSeconds: Double) {
    keeper.timeout.store(timeoutSeconds.bitPattern, ordering: .relaxed)
  }

  /// Ends the thread and returns when it is gone: before `MPI_Finalize`.
  func stop() {
    keeper.monitor.withLock {
      keeper.isDone = true
      keeper.monitor.wakeAll()
    }
    thread.join()
  }

  /// What the thread works with; `isDone` belongs to the monitor, the rest to the thread.
  private final class Keeper: @unchecked Sendable {
    let monitor = Monitor()
    var isDone = false
    let timeout: Atomic<UInt64>
    private let rank: Int
    private let waits: WaitState
    private var circle: WatchdogCircle?
    private let noticeSeconds: Double
    private let say: Say
    private var number = -1
    private var waited = Patience()
    private var since = time_t()
    private var hasTold = false

    init(
      rank: Int, waits: WaitState, circle: WatchdogCircle?, noticeSeconds: Double,
      timeoutSeconds: Double, say: @escaping Say
    ) {
      self.rank = rank
      self.waits = waits
      self.circle = circle
      self.noticeSeconds = noticeSeconds
      timeout = Atomic(timeoutSeconds.bitPattern)
      self.say = say
    }

    func watch() {
      while !isOver(after: Watchdog.interval) {
        circle?.answer(with: waits)
        look()
      }
    }

    private func isOver(after seconds: Double) -> Bool {
      monitor.withLock {
        if !isDone { monitor.wait(seconds: seconds) }
        return isDone
      }
    }

    private func look() {
      guard let (subject, number) = waits.current, number == self.number else {
        self.number = waits.current?.number ?? -1
        waited = Patience()
        since = time(nil)
        hasTold = false
        return
      }
      let seconds = waited.look()
      let limit = Double(bitPattern: timeout.load(ordering: .relaxed))
      if case .ranks = subject, seconds >= limit {
        // The rank's own thread can't be reached inside the call.
        say(words(subject, seconds: seconds, answers: ask()) + ", and gives up")
        if circle != nil { MPI_Abort(CMPI_COMM_WORLD(), 1) }
        _exit(1)
      }
      guard !hasTold, seconds >= noticeSeconds else { return }
      hasTold = true
      let answers = ask()
      // The wait may be over by now, and who waits for somebody that waits himself leaves it to him.
      guard waits.current?.number == number, speaks(of: subject, answers) else { return }
      say(words(subject, seconds: seconds, answers: answers))
    }

    /// What the others wait for; nil for those who don't answer.
    private func ask() -> [WatchdogCircle.Answer?]? {
      guard let circle else { return nil }
      circle.ask()
      var patience = Patience()
      while !circle.hasAllAnswers, patience.look() < Watchdog.answerSeconds {
        if isOver(after: 0.01) { break }
        circle.answer(with: waits)
      }
      return circle.answers
    }

    private func speaks(of subject: WaitState.Subject, _ answers: [WatchdogCircle.Answer?]?) -> Bool
    {
      guard let answers else { return true }
      switch subject {
      case .message(let index):
        guard let peer = waits.label(ofMessage: index)?.peer else { return true }
        return answers[peer]?.isWaiting != true
      case .ranks:
        return answers[..<rank].allSatisfy { $0?.isInCall != true }
      }
    }

    private func words(
      _ subject: WaitState.Subject, seconds: Double, answers: [WatchdogCircle.Answer?]?
    ) -> String {
      var clock = tm()
      localtime_r(&since, &clock)
      let start = [clock.tm_hour, clock.tm_min, clock.tm_sec]
        .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
      var words = "rank \(rank) has been waiting since \(start), \(Int(seconds)) s, "
      switch subject {
      case .message(let index):
        guard let label = waits.label(ofMessage: index) else { return words + "for a message" }
        let bytes = "\(label.bytes) bytes \(label.sending ? "to" : "from") rank \(label.peer)"
        words += "\(label.sending ? "to send" : "for") \(label.words ?? bytes)"
      case .ranks(let call): words += "in \(call.words)"
      }
      let silent = (answers ?? []).indices.filter { $0 != rank && answers?[$0] == nil }
      guard !silent.isEmpty else { return words }
      let names = silent.prefix(8).map(String.init).joined(separator: ", ")
      return words + "; \(silent.count == 1 ? "rank" : "ranks") \(names)"
        + (silent.count > 8 ? " and \(silent.count - 8) more" : "")
        + " \(silent.count == 1 ? "gives" : "give") no sign of life: stopped, or lost?"
    }
  }
}
