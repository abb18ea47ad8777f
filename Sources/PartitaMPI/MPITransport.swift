internal import CMPI
internal import Glibc
public import PartitaTransport

/// The transport of a rank that `mpirun` started.
///
/// All calls come from the thread that called `start`. A message of some size moves only inside MPI
/// calls, so a rank that computes for long calls `progress` now and then, or has
/// `startProgressThread` start a thread that does nothing else. Between `start` and `finish`, no call but `make...`, `agree` and a throw allocates on
/// Partita's side.
///
/// A watchdog tells of waits that take long; a collective call that never ends makes it end the job.
public final class MPITransport: Transport {
  /// This rank, in `0..<size`.
  public let rank: Int
  /// The number of ranks.
  public let size: Int
  /// The largest tag of a message, `MPI_TAG_UB`.
  public let largestTag: Int
  /// Seconds after which a wait gives up; time in which the process did not run doesn't count.
  public var timeoutSeconds: Double {
    didSet { watchdog?.set(timeoutSeconds: timeoutSeconds) }
  }

  /// A communicator of our own: no other library's message can match one of ours.
  let communicator: Communicator
  private var table = RequestTable()
  /// Messages of windows under way that are copied whenever this rank is in a call.
  var pulled: [Message] = []
  /// What was opened, and the ranks of this host, in order.
  var windows: [Window] = []
  var host: (communicator: Communicator, ranks: [Int])?
  /// Whether this host has fewer cores than ranks.
  private let sharesCores: Bool
  let owner = pthread_self()
  /// Whether other threads may call MPI too.
  let allowsThreads: Bool
  var progressThread: ProgressThread?
  let waits = WaitState()
  var watchdog: Watchdog?
  /// When and to whom long waits are told.
  var notices: (seconds: Double, say: @Sendable (String) -> Void)?
  var circle: WatchdogCircle?
  /// Whether these are the ranks that are left of more.
  private var isOfSurvivors = false

  /// Initialises MPI for this process and returns its transport (MPI 4.0, section 11.2).
  ///
  /// MPI can be started once in the life of a process. Every rank of the job must call it.
  /// - Parameters:
  ///   - timeoutSeconds: seconds after which a wait gives up.
  ///   - noticeSeconds: seconds after which a wait is told.
  ///   - say: gets the words about long waits, on a thread of its own; nil for no watchdog.
  /// - Throws: `TransportError.failed` where MPI runs already, or refuses.
  public static func start(
    timeoutSeconds: Double = 300, noticeSeconds: Double = 30,
    say: (@Sendable (String) -> Void)? = nil
  ) throws(TransportError) -> MPITransport {
    let transport = try MPITransport(timeoutSeconds: timeoutSeconds)
    if let say, transport.size > 1 {
      try transport.startWatchdog(noticeSeconds: noticeSeconds, say: say)
    }
    return transport
  }

  /// The transport of a communicator that has taken another's place.
  convenience init(communicator: Communicator, like other: MPITransport) throws(TransportError) {
    try self.init(
      communicator, allowsThreads: other.allowsThreads, largestTag: other.largestTag,
      timeoutSeconds: other.timeoutSeconds)
    isOfSurvivors = true
  }

  private init(
    _ communicator: Communicator, allowsThreads: Bool, largestTag: Int, timeoutSeconds: Double
  ) throws(TransportError) {
    self.communicator = communicator
    self.allowsThreads = allowsThreads
    self.largestTag = largestTag
    try call(
      "MPI_Comm_set_errhandler", MPI_Comm_set_errhandler(communicator, CMPI_ERRORS_RETURN()))
    var number: Int32 = 0
    try call("MPI_Comm_rank", MPI_Comm_rank(communicator, &number))
    rank = Int(number)
    try call("MPI_Comm_size", MPI_Comm_size(communicator, &number))
    size = Int(number)
    let neighbours = MPIEnvironment.current?.localSize ?? size
    sharesCores = neighbours > sysconf(Int32(_SC_NPROCESSORS_ONLN))
    self.timeoutSeconds = timeoutSeconds
  }

  private convenience init(timeoutSeconds: Double) throws(TransportError) {
    let world = CMPI_COMM_WORLD()
    var flag: Int32 = 0
    try call("MPI_Initialized", MPI_Initialized(&flag))
    guard flag == 0 else {
      throw .failed(call: "MPI_Init_thread", code: Int(MPI_ERR_OTHER), text: "MPI runs already")
    }
    // Windows are of shared memory; Open MPI's part for UCX has none, and complains of it at each.
    setenv("OMPI_MCA_osc", "^ucx", 0)
    var provided: Int32 = 0
    try call(
      "MPI_Init_thread", MPI_Init_thread(nil, nil, Int32(MPI_THREAD_MULTIPLE), &provided))
    let allowsThreads = provided >= Int32(MPI_THREAD_MULTIPLE)
    guard provided >= Int32(MPI_THREAD_FUNNELED) else {
      throw .failed(
        call: "MPI_Init_thread", code: Int(provided), text: "no support for MPI_THREAD_FUNNELED")
    }
    try call("MPI_Comm_set_errhandler", MPI_Comm_set_errhandler(world, CMPI_ERRORS_RETURN()))
    var ours = CMPI_COMM_NULL()
    try call("MPI_Comm_dup", MPI_Comm_dup(world, &ours))

    // The attribute's value is a pointer to the number (section 9.1.2).
    var attribute: UnsafeMutablePointer<Int32>?
    try call(
      "MPI_Comm_get_attr", MPI_Comm_get_attr(world, Int32(MPI_TAG_UB), &attribute, &flag))
    // The standard promises this much.
    let largestTag = attribute.map { Int($0.pointee) } ?? 32767
    try self.init(
      ours, allowsThreads: allowsThreads, largestTag: largestTag, timeoutSeconds: timeoutSeconds)
  }

  /// Ends MPI on this rank (section 11.2.2): all ranks must come here, with no message under way
  /// that another rank still needs. The transport can't be used afterwards.
  /// - Throws: `TransportError.failed` where MPI refuses.
  public func finish() throws(TransportError) {
    stopThreads()
    if isOfSurvivors {
      // MPI_Finalize would meet the lost rank, and may wait for it; a launcher that lets survivors go
      // on takes their codes without it. Who leaves the barrier first is no loss any more.
      _ = MPI_Barrier(communicator)
      return
    }
    circle?.finish()
    circle = nil
    table.removeAll()
    try closeWindows()
    var ours = communicator
    try call("MPI_Comm_free", MPI_Comm_free(&ours))
    try call("MPI_Finalize", MPI_Finalize())
  }

  /// Gives up all messages.
  func abandonMessages() { table.abandon() }

  /// Ends all ranks by `MPI_Abort` (MPI 4.0, section 11.4).
  public func abort(code: Int32) -> Never {
    // The exit status has eight bits, and zero would say that all is well.
    let status = code & 0xff == 0 ? 1 : code
    // What this rank still has to say must not die with it.
    fflush(nil)
    MPI_Abort(CMPI_COMM_WORLD(), status)
    exit(status)
  }

  // MARK: Messages

  /// Makes a message by `MPI_Send_init` (MPI 4.0, section 3.9).
  public func makeSend(of buffer: UnsafeRawBufferPointer, to rank: Int, tag: Int)
    throws(TransportError) -> Message
  {
    try check(rank: rank, tag: tag, bytes: buffer.count)
    var request = CMPI_REQUEST_NULL()
    try call(
      "MPI_Send_init",
      MPI_Send_init(
        buffer.baseAddress, Int32(buffer.count), CMPI_BYTE(), Int32(rank), Int32(tag),
        communicator, &request))
    return add(
      .init(request: request, peer: rank, tag: tag, bytes: buffer.count, sending: true))
  }

  /// Makes a message by `MPI_Recv_init` (MPI 4.0, section 3.9).
  public func makeReceive(into buffer: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int)
    throws(TransportError) -> Message
  {
    try check(rank: rank, tag: tag, bytes: buffer.count)
    var request = CMPI_REQUEST_NULL()
    try call(
      "MPI_Recv_init",
      MPI_Recv_init(
        buffer.baseAddress, Int32(buffer.count), CMPI_BYTE(), Int32(rank), Int32(tag),
        communicator, &request))
    return add(
      .init(request: request, peer: rank, tag: tag, bytes: buffer.count, sending: false))
  }

  func add(_ entry: RequestTable.Entry) -> Message {
    let message = table.append(entry)
    if entry.window?.canBePulled == true { pulled.reserveCapacity(table.count) }
    waits.add(
      .init(peer: entry.peer, sending: entry.sending, bytes: entry.bytes), of: message)
    return message
  }

  /// Keeps the words for the watchdog.
  public func describe(_ message: Message, as words: String) {
    waits.describe(message, as: words)
  }

  /// Starts a message by `MPI_Start` (MPI 4.0, section 3.9).
  public func start(_ message: Message) throws(TransportError) {
    assertOwner()
    let entry = table.entry(of: message)
    guard !entry.pointee.isUnderWay else {
      throw .underWay(peer: entry.pointee.peer, tag: entry.pointee.tag)
    }
    if entry.pointee.window != nil {
      entry.pointee.window?.start()
      if entry.pointee.window?.canBePulled == true, !entry.pointee.isListed {
        entry.pointee.isListed = true
        pulled.append(message)
      }
    } else {
      try call("MPI_Start", MPI_Start(&entry.pointee.request))
    }
    entry.pointee.isUnderWay = true
  }

  func entry(of message: Message) -> UnsafeMutablePointer<RequestTable.Entry> {
    table.entry(of: message)
  }

  /// Asks for a message by `MPI_Test` (MPI 4.0, section 3.7.3), which also moves data.
  ///
  /// Open MPI 4.1 doesn't report a message of a few bytes from a rank to itself that is longer than
  /// its buffer; every other message of a wrong size throws.
  public func isComplete(_ message: Message) throws(TransportError) -> Bool {
    assertOwner()
    let entry = table.entry(of: message)
    guard entry.pointee.isUnderWay else { return true }
    if let window = entry.pointee.window {
      do { entry.pointee.isUnderWay = try !window.isComplete() } catch {
        entry.pointee.isUnderWay = false
        throw entry.pointee.wrongSize
      }
      return !entry.pointee.isUnderWay
    }
    var flag: Int32 = 0
    var status = MPI_Status()
    let code = MPI_Test(&entry.pointee.request, &flag, &status)
    if code != MPI_SUCCESS {
      entry.pointee.isUnderWay = false
      if errorClass(of: code) == MPI_ERR_TRUNCATE { throw entry.pointee.wrongSize }
    }
    try call("MPI_Test", code)
    guard flag != 0 else { return false }
    entry.pointee.isUnderWay = false
    guard !entry.pointee.sending else { return true }
    var received: Int32 = 0
    try call("MPI_Get_count", MPI_Get_count(&status, CMPI_BYTE(), &received))
    guard received == entry.pointee.bytes else { throw entry.pointee.wrongSize }
    return true
  }

  /// Polls `isComplete`, and when it takes long leaves the core to others between polls.
  public func wait(for message: Message) throws(TransportError) {
    if try isComplete(message) { return }
    waits.begin(message)
    defer { waits.end() }
    var patience = Patience()
    var yields = sharesCores
    repeat {
      // Reading the clock costs as much as a poll: do it rarely.
      for _ in 0..<256 {
        if try isComplete(message) { return }
        if yields { sched_yield() }
      }
      pull()
      if table.entry(of: message).pointee.window != nil { try meetFailures(of: message) }
      // After so long a while, leaving the core to others costs nothing.
      yields = true
    } while patience.look() < timeoutSeconds
    throw table.entry(of: message).pointee.timedOut(after: timeoutSeconds)
  }

  /// Enters MPI's progress engine once.
  public func progress() throws(TransportError) {
    assertOwner()
    pull()
    // A probe for a message that nobody sends always enters MPI's progress engine. On our own
    // communicator a probe would stop early, at any message whose receive hasn't started.
    var flag: Int32 = 0
    try call("MPI_Iprobe", MPI_Iprobe(0, 0, CMPI_COMM_SELF(), &flag, CMPI_STATUS_IGNORE()))
  }

  func assertOwner() {
    assert(pthread_equal(owner, pthread_self()) != 0, "MPI belongs to the thread that started it")
  }
}

extension RequestTable.Entry {
  fileprivate var wrongSize: TransportError { .wrongSize(peer: peer, tag: tag, expected: bytes) }

  fileprivate func timedOut(after seconds: Double) -> TransportError {
    .timedOut(peer: peer, tag: tag, bytes: bytes, sending: sending, seconds: seconds)
  }
}
