// Changes small valid inputs at random and hands them to what reads them: each must end as a value or
// as an error in words of under 2,000 characters, within ten seconds and 4 GB of memory.
//
//   fuzz-worker FIRST COUNT [INPUT]      cases FIRST, FIRST + 1 ...; of one input alone
//   fuzz-worker show CASE [INPUT]        the changed input of one case, on standard output
//
// A trap ends the process, so each case is named on standard output before it starts: the last one
// named is the one that failed. The last line of a run that found nothing begins with "done".
import Foundation
import PartitaGraph

var arguments = Array(CommandLine.arguments.dropFirst())
let shows = arguments.first == "show"
if shows { arguments[0...0] = [] }
guard let first = arguments.first.flatMap({ UInt64($0) }),
  let count = shows ? 1 : arguments.dropFirst().first.flatMap({ UInt64($0) })
else {
  say("usage: fuzz-worker FIRST COUNT [INPUT], or fuzz-worker show CASE [INPUT]\n")
  exit(2)
}

// A sanitizer maps far more than it uses.
if ProcessInfo.processInfo.environment["PARTITA_SANITIZED"] == nil {
  var limit = rlimit(rlim_cur: 4 << 30, rlim_max: 4 << 30)
  setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
}

let folder = FileManager.default.temporaryDirectory.appending(path: "partita-fuzz-\(getpid())")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
let inputs = try Input.all(in: folder.path).filter {
  guard let name = arguments.dropFirst(shows ? 1 : 2).first else { return true }
  return $0.name == name
}
guard !inputs.isEmpty else {
  say("there is no such input\n")
  exit(2)
}

var (faults, accepted) = (0, 0)
for number in first..<first + count {
  var random = SplitMix64(seed: number)
  let input = inputs[random.next(below: inputs.count)]
  let sample = input.samples[random.next(below: input.samples.count)]
  let bytes = Mutation.changed(sample, &random)
  if shows {
    FileHandle.standardOutput.write(Data(bytes))
    break
  }
  say("\(number) \(input.name)\n")
  alarm(10)
  do {
    try input.read(bytes)
    accepted += 1
  } catch {
    let words = "\(error)"
    if words.isEmpty || words.unicodeScalars.count >= 2000 {
      faults += 1
      say("fault: an error of \(words.unicodeScalars.count) characters: \(words.prefix(300))\n")
    }
  }
}
alarm(0)
try? FileManager.default.removeItem(at: folder)
say(
  "\(faults == 0 ? "done" : "faults: \(faults)"): \(accepted) of \(count) were fine as they were\n")
exit(faults == 0 ? 0 : 1)

/// Nothing may be kept back: what comes next may be a trap.
func say(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
