import PartitaTransport
import Testing

/// Programs on lanes of one transport don't meet.
@Suite struct LaneTests {
  @Test(arguments: TransportConformance.checks, 1...3)
  func conforms(check: TransportConformance.Check, ranks: Int) throws {
    _ = try LoopbackTransport.run(ranks: ranks) {
      try check.run(on: TransportLane(of: $0, firstTag: 0))
    }
  }

  /// Messages of the same tag on two lanes bring each its own bytes, whichever starts first.
  @Test func lanesKeepTheirMessagesApart() throws {
    let received = try LoopbackTransport.run(ranks: 2) { transport in
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 2, alignment: 1)
      defer { memory.deallocate() }
      memory.copyBytes(from: transport.rank == 0 ? [1, 2] : [0, 0])
      var messages = try [0, 10].enumerated().map { place, firstTag in
        let lane = TransportLane(of: transport, firstTag: firstTag)
        let byte = UnsafeMutableRawBufferPointer(rebasing: memory[place...place])
        return transport.rank == 0
          ? try lane.makeSend(of: UnsafeRawBufferPointer(byte), to: 1, tag: 3)
          : try lane.makeReceive(into: byte, from: 0, tag: 3)
      }
      if transport.rank == 1 { messages.reverse() }
      for message in messages { try transport.start(message) }
      for message in messages { try transport.wait(for: message) }
      return Array(memory)
    }
    #expect(received == [[1, 2], [1, 2]])
  }

  /// A lane ends where its transport does.
  @Test func aTagBehindTheLastIsRefused() throws {
    let solo = LoopbackTransport.solo()
    let lane = TransportLane(of: solo, firstTag: 100)
    #expect(lane.largestTag == solo.largestTag - 100)
    let bench = Bench(lane)
    let error = TransportError.tagTooLarge(tag: lane.largestTag + 1, largest: lane.largestTag)
    #expect(throws: error) {
      _ = try bench.send(bench.block(1), to: 0, tag: lane.largestTag + 1)
    }
  }
}
