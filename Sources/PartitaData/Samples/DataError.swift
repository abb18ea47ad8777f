public import PartitaFiles

/// What can be wrong with the data of a run.
public enum DataError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A file can't be read.
  case file(FileError)
  /// A file's bytes are not what its format says.
  case malformed(file: String, problem: String)
  /// Fashion-MNIST isn't where it should be.
  case noFashionMNIST(folder: String)
  /// A text has too few characters for its windows.
  case textTooShort(file: String, characters: Int, context: Int, needed: Int)
  /// Samples that are kept in memory take more of it than there is.
  case noRoom(what: String, bytes: Int, memory: Int)
  /// Files of one's own can't be made into samples of the set.
  case noNewSamples(set: String)
  /// Weights don't say how inputs were made.
  case noNote(String)
  /// A batch has more samples than there are to train on.
  case batchTooLarge(batch: Int, samples: Int)

  /// The error in a sentence: where, what, and what would fit.
  public var description: String {
    switch self {
    case .file(let error):
      "\(error)"
    case .malformed(let file, let problem):
      "\(file): \(problem)"
    case .noFashionMNIST(let folder):
      "\(folder): Fashion-MNIST is not here; install it with "
        + "\"apt-get install dataset-fashion-mnist\", or let data.path name its folder"
    case .textTooShort(let file, let characters, let context, let needed):
      "\(file): \(characters) characters are too few for windows of \(context) + 1: "
        + "training and test need \(needed) or more; shorten the context"
    case .noRoom(let what, let bytes, let memory):
      "\(what) take \(bytes) bytes of memory, and \(memory) are available: take fewer, or smaller ones"
    case .noNewSamples(let set):
      "data.name: a network that was trained on \(set) can't be asked about files"
    case .noNote(let name):
      "the weights' file has no note of \(name), which says how inputs were made: it isn't Partita's own"
    case .batchTooLarge(let batch, let samples):
      "training.batch: a batch of \(batch) is larger than the training data, \(samples) samples; "
        + "take \(samples) or less"
    }
  }
}
