public import PartitaFiles
public import PartitaGraph
public import PartitaNotation
public import PartitaSchedule

/// How many numbers a rank keeps, in letters: the widths of a network of linear layers, and n samples of a
/// microbatch.
public struct SymbolicTotals: Sendable {
  /// The kinds of memory that depend on the network alone.
  public static let kinds: [MemoryAccount.Kind] = [.weights, .state, .gradients, .kept]

  /// The widths, from the input to the output.
  public let widths: [(letter: String, size: Int)]
  /// The samples of a microbatch.
  public let samples: Int
  /// The numbers of each kind.
  public let counts: [MemoryAccount.Kind: SizePolynomial]
  /// The account's bytes of these kinds.
  public let bytes: Int

  /// Counts the arrays of an account.
  ///
  /// - Parameters:
  ///   - account: the account of a rank.
  ///   - model: the network that it is of.
  ///   - samples: the samples of its largest microbatch.
  /// - Throws: `FixedSizes` for networks of other sizes than rows between linear layers.
  public init(_ account: MemoryAccount, of model: ModelGraph, samples: Int) throws(FixedSizes) {
    let shapes = try SymbolicShapes(model)
    var counts: [MemoryAccount.Kind: SizePolynomial] = [:]
    for tensor in account.tensors where Self.kinds.contains(tensor.kind) {
      let count = try shapes.count(of: tensor.name)
      counts[tensor.kind] = counts[tensor.kind, default: SizePolynomial()] + tensor.copies * count
    }
    widths = shapes.widths
    self.samples = samples
    self.counts = counts
    bytes = Self.kinds.reduce(0) { $0 + account.bytes($1) }
  }

  /// The numbers of all kinds.
  public var total: SizePolynomial { counts.values.reduce(SizePolynomial(), +) }

  /// What the letters stand for.
  public var sizes: [String: Int] {
    Dictionary(uniqueKeysWithValues: widths.map { ($0.letter, $0.size) } + [("n", samples)])
  }

  /// The same for programs: letters, and of each kind the numbers in letters.
  public var json: JSON {
    [
      "sizes": JSON(
        members: widths.map { ($0.letter, .integer($0.size)) } + [("n", .integer(samples))]),
      "numbers": JSON(
        members: Self.kinds.map {
          ($0.rawValue, .string(counts[$0, default: SizePolynomial()].text))
        }),
      "together": .string(total.text),
    ]
  }

  /// The totals of training and of prediction beside each other, for people.
  /// - Parameters:
  ///   - training: of a rank that trains; nil where prediction alone is wanted.
  ///   - prediction: of the same rank when it predicts.
  public static func lines(training: SymbolicTotals?, prediction: SymbolicTotals) -> [String] {
    let all = [training, prediction].compactMap { $0 }
    var table = Table(
      ["numbers"] + (training == nil ? [] : ["training"]) + ["prediction"], wordColumns: 3)
    for kind in kinds {
      table.add([kind.rawValue] + all.map { $0.counts[kind, default: SizePolynomial()].text })
    }
    table.add(["together"] + all.map(\.total.text))
    let own = training ?? prediction
    let letters = own.widths.map { "\($0.letter) = \($0.size)" }.joined(separator: ", ")
    let numbers = own.total.value(own.sizes)
    return ["in letters, with \(letters) and n = \(own.samples) samples of a microbatch:"]
      + table.text.split(separator: "\n").map(String.init) + [
        "\(NumberText.count(numbers)) numbers of 4 bytes; that arrays begin at multiples of 64 bytes adds "
          + NumberText.count(own.bytes - 4 * numbers)
      ]
  }
}
