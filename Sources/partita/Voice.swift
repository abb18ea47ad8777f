/// How a run speaks on standard output.
enum Voice {
  /// In words, for people.
  case words
  /// In lines of JSON.
  case json
  /// Not at all: only complaints are heard, on standard error.
  case nothing
}
