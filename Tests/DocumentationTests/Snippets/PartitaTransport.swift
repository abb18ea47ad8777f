import PartitaTransport
import Testing

extension Snippets {
  @Test func transport() throws {
    // snippet
    // Three ranks as threads of this process; each writes its own number on a board.
    let boards = try LoopbackTransport.run(ranks: 3) { transport in
      let board = UnsafeMutableBufferPointer<Double>.allocate(capacity: transport.size)
      defer { board.deallocate() }
      board.initialize(repeating: 0)
      board[transport.rank] = Double(transport.rank + 1)
      try transport.sum(board)
      return Array(board)
    }
    print(boards)  // [1.0, 2.0, 3.0] on every rank
    // end
    #expect(boards == [[1, 2, 3], [1, 2, 3], [1, 2, 3]])
  }
}
