import PartitaMPI
import PartitaTransport
import Testing

extension Snippets {
  /// What follows `start` is compiled only: no test process ever calls MPI.
  @Test func mpi() throws {
    // snippet
    /// Ranks that have come together; one, and no call of MPI, where `mpirun` started nobody.
    func meet(_ environment: MPIEnvironment?) throws(TransportError) -> Int {
      guard environment != nil else { return 1 }
      let transport = try MPITransport.start(timeoutSeconds: 60)
      try transport.barrier()
      try transport.finish()
      return transport.size
    }

    // What `mpirun -n 4` tells a rank; a program asks for `MPIEnvironment.current`.
    let told = ["OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "4"]
    let environment = MPIEnvironment { told[$0] }
    // end
    #expect(environment?.rank == 1 && environment?.size == 4)
    #expect(try meet(nil) == 1)
  }
}
