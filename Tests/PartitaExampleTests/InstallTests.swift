import Foundation
import PartitaStudy
import PartitaTraining
import Testing

/// An installed folder works wherever it is moved, by what lies in it. That it needs no Swift and no
/// build folder is shown by `scripts/install-tried`, in a bare Debian.
@Suite struct InstallTests {
  @Test func anInstalledFolderCanBeMoved() throws {
    try Partita.withTemporaryFolder { folder in
      let (made, moved) = ("\(folder.path)/made", folder.appending(path: "moved"))
      let install = try Partita.runDirectly(
        ["--program", Partita.executable, "--prefix", made],
        program: Partita.root.appending(path: "scripts/install").path)
      try #require(install.status == 0, "\(install.error)")
      for package in ["libopenmpi3", "libdnnl2", "libmetis5", "openmpi-bin"] {
        #expect(install.output.contains(package), "\(install.output)")
      }
      try FileManager.default.moveItem(atPath: made, toPath: moved.path)
      // As in /usr/local/bin.
      let link = folder.appending(path: "partita").path
      try FileManager.default.createSymbolicLink(
        atPath: link, withDestinationPath: moved.appending(path: "bin/partita").path)
      let arguments = [
        "train", moved.appending(path: "share/partita/configs/digits.yaml").path, "--steps", "2",
        "--set", "parallel.stages=1", "--set", "parallel.replicas=1", "--set",
        "output.directory=\(folder.path)/run", "--json",
      ]
      let run = try Partita.runDirectly(arguments, program: link)
      #expect(run.status == 0, "\(run.error)")
      #expect(try Event.all(in: run.output).last?.weightsSHA256 != nil)

      for file in [
        "bash-completion/completions/partita", "zsh/site-functions/_partita",
        "fish/vendor_completions.d/partita.fish",
      ] {
        let text = try String(
          contentsOf: moved.appending(path: "share/\(file)"), encoding: .utf8)
        #expect(text.contains("doctor"), "\(file)")
      }

      // What it reads is its own: damaged, it is missed, though the build folder has it, too.
      let images = moved.appending(
        path: "lib/partita/partita_PartitaData.resources/digits/digits-images-idx3-ubyte.gz")
      try Data().write(to: images)
      #expect(try Partita.runDirectly(arguments, program: link).status == 1)
    }
  }

  @Test func aFolderWithOtherThingsIsLeftAlone() throws {
    try Partita.withTemporaryFolder { folder in
      let file = folder.appending(path: "mine")
      try Data("x".utf8).write(to: file)
      let install = try Partita.runDirectly(
        ["--program", Partita.executable, "--prefix", folder.path],
        program: Partita.root.appending(path: "scripts/install").path)
      #expect(install.status == 1)
      #expect(install.error.contains("holds other things"))
      #expect(FileManager.default.fileExists(atPath: file.path))
    }
  }

  /// A program that needs a library that isn't there: the launcher names it and its package.
  @Test func aMissingLibraryIsNamed() throws {
    try Partita.withTemporaryFolder { folder in
      let (bin, lib) = (folder.appending(path: "bin"), folder.appending(path: "lib/partita"))
      for each in [bin, lib] {
        try FileManager.default.createDirectory(at: each, withIntermediateDirectories: true)
      }
      try FileManager.default.copyItem(
        at: Partita.root.appending(path: "scripts/launcher"), to: bin.appending(path: "partita"))
      try "libgone.so.7 libgone7\n".write(
        to: lib.appending(path: "libraries"), atomically: true, encoding: .utf8)
      let made = try Partita.runDirectly(
        [],
        program: "true",
        before: """
          cd \(folder.path) && echo 'int gone(void){return 0;}' >gone.c &&
          echo 'int gone(void); int main(void){return gone();}' >main.c &&
          clang -shared -fPIC -Wl,-soname,libgone.so.7 -o libgone.so gone.c &&
          clang -o lib/partita/partita main.c -L. -lgone && rm libgone.so;
          """)
      try #require(made.status == 0, "\(made.error)")
      let started = try Partita.runDirectly(
        ["doctor"], program: bin.appending(path: "partita").path)
      #expect(started.status == 1)
      #expect(started.error.contains("libgone.so.7, of the package libgone7"))
      #expect(started.error.contains("apt-get install --no-install-recommends libgone7"))
    }
  }
}
