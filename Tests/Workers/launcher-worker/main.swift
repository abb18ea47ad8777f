// A program that launches ranks: the tests run it as a rank itself, and send it signals.
// Arguments: the number of ranks, the program, its arguments.
import Foundation
import PartitaStudy
import PartitaTraining

// Unlike a shell, the threads of a test runner block signals, and a child inherits that.
var signals = sigset_t()
sigemptyset(&signals)
sigprocmask(SIG_SETMASK, &signals, nil)

guard CommandLine.arguments.count > 2, let ranks = Int(CommandLine.arguments[1]) else { exit(2) }
let result = try Launcher.run(
  executable: CommandLine.arguments[2], arguments: Array(CommandLine.arguments.dropFirst(3)),
  ranks: ranks, timeoutSeconds: 60
) { _, line in
  print(line)
  fflush(nil)
}
exit(result.exitCode)
