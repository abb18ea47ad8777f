// What the tests of PartitaMPI and of the launcher start under mpirun: one word says what to do.
import Glibc
import PartitaMPI
import PartitaTransport

/// Prints a line at once and in one piece, so that it survives whatever happens next.
func say(_ line: String) {
  print(line + "\n", terminator: "")
  fflush(nil)
}

guard let environment = MPIEnvironment.current else {
  say("not started by mpirun")
  exit(2)
}
let transport = try MPITransport.start(timeoutSeconds: 60)
guard transport.rank == environment.rank, transport.size == environment.size else {
  say("the environment says \(environment), MPI says \(transport.rank) of \(transport.size)")
  exit(3)
}

switch CommandLine.arguments.dropFirst().first {
case let task? where task.hasPrefix("conformance"):
  if task == "conformance-with-thread", !transport.startProgressThread() {
    say("no thread to be had")
    transport.abort(code: 6)
  }
  do {
    for check in TransportConformance.checks { try check.run(on: transport) }
  } catch {
    say("\(error)")
    transport.abort(code: 4)
  }
  try transport.finish()
  say("rank \(transport.rank) of \(transport.size) conforms")

case "unfinished":
  // Messages under way that nobody will ever meet don't keep a job from ending.
  let byte = UnsafeMutableRawBufferPointer.allocate(byteCount: 1, alignment: 1)
  let receive = try transport.makeReceive(into: byte, from: transport.rank, tag: 1)
  try transport.start(receive)
  try transport.finish()

case "abort":
  if transport.rank == transport.size - 1 { transport.abort(code: 256) }
  try transport.barrier()

case "killed":
  if transport.rank == transport.size - 1 { raise(SIGKILL) }
  while true { try transport.progress() }

case "hang":
  // Deaf to polite requests, too.
  signal(SIGTERM, SIG_IGN)
  say("pid \(getpid())")
  while true { try transport.progress() }

case "exit":
  try transport.finish()
  exit(transport.rank == 0 ? 0 : 7)

case "large":
  // More than any pipe holds, on both streams.
  let line = String(repeating: "0123456789", count: 10)
  for number in 0..<20_000 {
    print(number, line)
    "\(number) \(line)\n".withCString { _ = write(STDERR_FILENO, $0, strlen($0)) }
  }
  try transport.finish()

case "environment":
  say("OMP_NUM_THREADS=\(getenv("OMP_NUM_THREADS").map { String(cString: $0) } ?? "none")")
  try transport.finish()

default:
  say("unknown task")
  transport.abort(code: 5)
}
