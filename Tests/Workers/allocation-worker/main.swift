// A rank that trains and counts allocations: the tests launch it, with mpirun or alone.
//
//   allocation-worker CONFIG [key.path=value ...]
//
// After two steps that don't count it does 100 that do, with the evaluations and beginnings of
// epochs that fall among them, then 100 more. Each rank prints one JSON line.
import CAllocationCounter
import Foundation
import PartitaConfig
import PartitaData
import PartitaDevice
import PartitaMPI
import PartitaTraining
import PartitaTransport

let arguments = CommandLine.arguments.dropFirst()
guard let path = arguments.first else {
  FileHandle.standardError.write(Data("allocation-worker CONFIG [key.path=value ...]\n".utf8))
  exit(2)
}

let mpi = MPIEnvironment.current == nil ? nil : try MPITransport.start()
let transport: any Transport = mpi ?? LoopbackTransport.solo()
do {
  let config = try TrainingConfig(contentsOf: path, overrides: Array(arguments.dropFirst()))
  let dataset = try config.loadData()
  let experiment = try Experiment(
    config, data: dataset.description, worldSize: transport.size)
  let trainer = try Trainer(
    experiment, dataset: dataset, device: makeDevice(), transport: transport,
    sharesMemory: experiment.config.parallel.sharedMemory)
  let measurement = try Measurement(of: trainer)
  print(measurement.report(rank: transport.rank))
  fflush(nil)
  try mpi?.finish()
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  transport.abort(code: 1)
}
