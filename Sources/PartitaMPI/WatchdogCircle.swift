internal import CMPI

/// How the watchdogs of all ranks talk: each asks the others what their ranks wait for.
///
/// On a communicator of its own, from the watchdog's thread, so it needs `MPI_THREAD_MULTIPLE`
/// (MPI 4.0, section 11.6). Messages are of three numbers and need no receive to leave.
final class WatchdogCircle {
  /// What a rank waits for.
  struct Answer {
    let isWaiting: Bool
    /// Whether that is a collective call.
    let isInCall: Bool
  }

  private enum Tag: Int32 {
    case question = 1
    case answer
  }

  private let communicator: Communicator
  private let rank: Int
  private let size: Int
  private(set) var answers: [Answer?]

  init(_ communicator: Communicator, rank: Int, size: Int) {
    self.communicator = communicator
    self.rank = rank
    self.size = size
    answers = Array(repeating: nil, count: size)
  }

  /// Frees the communicator, when all watchdogs are gone.
  func finish() {
    var ours = communicator
    MPI_Comm_free(&ours)
  }

  /// Asks all others.
  func ask() {
    answers = Array(repeating: nil, count: size)
    answers[rank] = Answer(isWaiting: true, isInCall: false)
    for other in 0..<size where other != rank { send(0, to: other, .question) }
  }

  var hasAllAnswers: Bool { answers.allSatisfy { $0 != nil } }

  /// Answers those who have asked, and takes what others have answered.
  func answer(with waits: WaitState) {
    var status = MPI_Status()
    var flag: Int32 = 0
    var number: Int32 = 0
    while MPI_Iprobe(CMPI_ANY_SOURCE, CMPI_ANY_TAG, communicator, &flag, &status) == MPI_SUCCESS,
      flag != 0
    {
      let (peer, tag) = (status.MPI_SOURCE, Tag(rawValue: status.MPI_TAG))
      MPI_Recv(&number, 1, CMPI_INT32(), peer, status.MPI_TAG, communicator, CMPI_STATUS_IGNORE())
      switch tag {
      case .question:
        let code: Int32 =
          switch waits.current?.subject {
          case nil: 0
          case .message: 1
          case .ranks: 2
          }
        send(code, to: Int(peer), .answer)
      case .answer: answers[Int(peer)] = Answer(isWaiting: number > 0, isInCall: number == 2)
      case nil: break
      }
    }
  }

  private func send(_ number: Int32, to peer: Int, _ tag: Tag) {
    var number = number
    var request = CMPI_REQUEST_NULL()
    // So few bytes leave at once, whether or not the other is there to take them.
    MPI_Isend(&number, 1, CMPI_INT32(), Int32(peer), tag.rawValue, communicator, &request)
    MPI_Request_free(&request)
  }
}
