extension ScheduleCSV {
  /// What a rank computes where a table has this word, in order; nil for a word of no known form.
  ///
  /// PyTorch writes two kinds of tables, one with communication in it. Here communication follows
  /// from the order of computation, so its words are read and leave nothing behind. A forward and a
  /// backward that PyTorch would let overlap come one after the other.
  static func actions(_ word: some StringProtocol) -> [ComputeAction]? {
    if let action = ComputeAction(word) { return [action] }
    return overlapped(word) ?? (isCommunication(word) ? [] : nil)
  }

  /// The two actions of `(0F3;3B1)OVERLAP_F_B`.
  private static func overlapped(_ word: some StringProtocol) -> [ComputeAction]? {
    let (start, end) = ("(", ")OVERLAP_F_B")
    guard word.hasPrefix(start), word.hasSuffix(end) else { return nil }
    let words = word.dropFirst(start.count).dropLast(end.count)
      .split(separator: ";", omittingEmptySubsequences: false)
    let actions = words.compactMap { ComputeAction($0) }
    guard words.count == 2, actions.count == 2, actions[0].phase == .forward,
      actions[1].phase.sendsGradients
    else { return nil }
    return actions
  }

  /// Whether it is a word as `0UNSHARD`, `0REDUCE_GRAD`, `0SEND_F2` or `1RECV_B0`.
  private static func isCommunication(_ word: some StringProtocol) -> Bool {
    let isDigit = { (letter: Character) in "0"..."9" ~= letter }
    let rest = word.drop(while: isDigit)
    guard Int32(word[..<rest.startIndex]) != nil else { return false }
    if ["UNSHARD", "RESHARD", "REDUCE_GRAD"].contains(String(rest)) { return true }
    guard let name = ["SEND_F", "SEND_B", "RECV_F", "RECV_B"].first(where: rest.hasPrefix)
    else { return false }
    let microbatch = rest.dropFirst(name.count)
    return microbatch.allSatisfy(isDigit) && Int32(microbatch) != nil
  }
}
