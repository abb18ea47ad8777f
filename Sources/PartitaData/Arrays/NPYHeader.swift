internal import PartitaGraph
internal import PartitaKeys

/// What an .npy file says of itself before its elements.
///
/// Source: NumPy, NEP 1, "A Simple File Format for NumPy Arrays": versions 1.0, 2.0 and 3.0.
struct NPYHeader: Sendable {
  let element: NPYElement
  /// The extents, the number of samples first; none is 0.
  let shape: [Int]
  /// Where the elements begin.
  let dataOffset: Int

  /// Reads the header in front of `region`, which errors call `name`.
  /// - Throws: `DataError.malformed` for what is no such file, and for arrays that aren't read.
  init(_ region: ByteRegion, name: String) throws(DataError) {
    func malformed(_ problem: String) -> DataError { .malformed(file: name, problem: problem) }
    guard region.count >= 10, region.withBytes({ $0.starts(with: [0x93] + Array("NUMPY".utf8)) })
    else {
      throw malformed("this is no .npy array: it doesn't begin with 93 and \"NUMPY\"")
    }
    let version = region[6]
    guard (1...3).contains(version), region[7] == 0 else {
      throw malformed(
        "version \(version).\(region[7]) of the format isn't read; 1.0, 2.0 and 3.0 are")
    }
    let start = version == 1 ? 10 : 12
    let length = region.count < start ? .max : Int(region.number(at: 8, size: start - 8))
    guard length <= region.count - start else {
      throw malformed("it is truncated: it ends inside its header")
    }
    dataOffset = start + length
    let text = region.text(start..<dataOffset)
    guard let words = PythonWords(text)?.entries() else {
      throw malformed("its header can't be read: \(text.shortened())")
    }
    guard case .text(let type)? = words["descr"],
      case .flag(let isFortran)? = words["fortran_order"],
      case .numbers(let shape)? = words["shape"]
    else {
      if case .other? = words["descr"] {
        throw malformed("its elements have fields of their own; save one array for each field")
      }
      throw malformed("its header lacks one of descr, fortran_order and shape: \(text.shortened())")
    }
    guard let element = NPYElement(type) else {
      throw malformed(
        "elements of type \"\(type.shortened())\" aren't read; convert them with astype to one of "
          + NPYElement.Kind.allCases.map(\.rawValue).listed())
    }
    self.element = element
    self.shape = shape
    guard !isFortran || shape.count < 2 else {
      throw malformed(
        "it is in Fortran's order, columns first; save numpy.ascontiguousarray of it")
    }
    var size = element.kind.size
    for extent in shape {
      let (product, overflows) = size.multipliedReportingOverflow(by: extent)
      guard extent > 0, !overflows, product <= Graph.byteLimit else {
        throw malformed("its shape \(shape) is impossible, or has no elements")
      }
      size = product
    }
    guard !shape.isEmpty else { throw malformed("it is a single number, and no array of samples") }
    guard shape[0] <= Int32.max else {
      throw malformed("\(shape[0]) samples are more than \(Int32.max), the most there may be")
    }
    let found = region.count - dataOffset
    guard size == found else {
      throw malformed(
        found < size
          ? "it is truncated: \(shape) of \(element.kind) asks for \(size) bytes, and it has \(found)"
          : "\(found - size) bytes follow its elements")
    }
  }
}

/// The Python literal that an .npy header is: a dictionary of words, flags and tuples of numbers.
private struct PythonWords {
  enum Value {
    case text(String)
    case flag(Bool)
    case numbers([Int])
    /// A list, which describes elements with fields.
    case other
  }

  private var rest: Substring

  init?(_ text: String) {
    rest = text[...]
    guard take("{") else { return nil }
  }

  func entries() -> [String: Value]? {
    var words = self
    var entries: [String: Value] = [:]
    while !words.take("}") {
      guard let key = words.quoted(), words.take(":"), let value = words.value() else { return nil }
      entries[key] = value
      // Behind a list nothing else is of interest.
      if case .other = value { return entries }
      if !words.take(",") { return words.take("}") ? entries : nil }
    }
    return entries
  }

  private mutating func value() -> Value? {
    if let text = quoted() { return .text(text) }
    if take("True") { return .flag(true) }
    if take("False") { return .flag(false) }
    if take("[") { return .other }
    return take("(") ? numbers().map { .numbers($0) } : nil
  }

  private mutating func numbers() -> [Int]? {
    var numbers: [Int] = []
    while !take(")") {
      skipBlanks()
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard let number = Int(digits), numbers.count < 64 else { return nil }
      rest = rest.dropFirst(digits.count)
      // Python 2 wrote long integers so.
      _ = take("L")
      numbers.append(number)
      if !take(",") { return take(")") ? numbers : nil }
    }
    return numbers
  }

  private mutating func quoted() -> String? {
    for mark in ["'", "\""] where take(mark) {
      let text = rest.prefix { String($0) != mark }
      rest = rest.dropFirst(text.count)
      return take(mark) ? String(text) : nil
    }
    return nil
  }

  private mutating func take(_ word: String) -> Bool {
    skipBlanks()
    guard rest.hasPrefix(word) else { return false }
    rest = rest.dropFirst(word.count)
    return true
  }

  private mutating func skipBlanks() { rest = rest.drop { $0 == " " || $0 == "\n" } }
}
