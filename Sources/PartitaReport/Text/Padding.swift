extension String {
  /// The text with blanks behind it up to a width, one at least.
  public func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(width - count, 1))
  }
}
