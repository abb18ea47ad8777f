extension String {
  /// The text with blanks behind it up to a width, one at least.
  package func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(width - count, 1))
  }
}
