internal import PartitaFiles

extension Dataset {
  /// The SHA-256 of all samples: two datasets that train and test alike have the same.
  package var digest: String {
    let digest = SHA256()
    for split in [train, test] {
      if !split.source.withContents({ digest.update($0) }) { write(split, to: digest) }
    }
    return digest.hexadecimal()
  }

  /// Writes every sample as the first epoch has it, block by block.
  private func write(_ split: Split, to digest: SHA256) {
    let (inputBytes, labelBytes) = (input.byteCount, label.byteCount)
    let block = max(1, (1 << 22) / max(1, inputBytes + labelBytes))
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: block * max(inputBytes, labelBytes), alignment: 16)
    defer { memory.deallocate() }
    for first in stride(from: 0, to: split.count, by: block) {
      let samples = Array(first..<min(first + block, split.count))
      let inputs = UnsafeMutableRawBufferPointer(rebasing: memory[..<(samples.count * inputBytes)])
      split.write(inputs: samples.span, epoch: 0, into: inputs)
      digest.update(UnsafeRawBufferPointer(inputs))
      let labels = UnsafeMutableRawBufferPointer(rebasing: memory[..<(samples.count * labelBytes)])
      split.write(labels: samples.span, epoch: 0, into: labels)
      digest.update(UnsafeRawBufferPointer(labels))
    }
  }
}
