/// How right a network is over samples whose classes are known.
public struct Evaluation: Hashable, Sendable {
  /// What is said of one class.
  public struct ClassRow: Hashable, Sendable {
    /// The class.
    public let name: String
    /// Samples of the class; samples that the network takes for it; those that are both.
    public let count, answered, right: Int

    /// The share of what it takes for the class that is of it; nil where that is nothing.
    public var precision: Double? { answered > 0 ? Double(right) / Double(answered) : nil }
    /// The share of the class that it finds; nil where there is none.
    public var recall: Double? { count > 0 ? Double(right) / Double(count) : nil }
    /// The harmonic mean of both, 2·right / (count + answered); nil where there is nothing.
    public var f1: Double? {
      count + answered > 0 ? 2 * Double(right) / Double(count + answered) : nil
    }
  }

  /// What the classes are called.
  public let classes: [String]
  /// By class the answers for its samples, by class: the confusion matrix.
  public private(set) var confusion: [[Int]]

  /// Nothing has been counted.
  public init(classes: [String]) {
    self.classes = classes
    confusion = classes.map { _ in [Int](repeating: 0, count: classes.count) }
  }

  /// Counts the answers of one batch.
  ///
  /// - Parameters:
  ///   - answers: what the network says, as many outputs an answer as there are classes.
  ///   - labels: the class of each answer.
  public mutating func add(_ answers: Predictor.Answers, labels: [Int32]) {
    for (label, outputs) in zip(labels, answers.rows) {
      confusion[Int(label)][Choice(outputs).best] += 1
    }
  }

  /// All answers.
  public var count: Int { confusion.reduce(0) { $0 + $1.reduce(0, +) } }
  /// The right ones.
  public var right: Int { confusion.indices.reduce(0) { $0 + confusion[$1][$1] } }
  /// The share of right ones.
  public var accuracy: Double { count > 0 ? Double(right) / Double(count) : 0 }

  /// What is said of each class.
  public var rows: [ClassRow] {
    confusion.indices.map { index in
      ClassRow(
        name: classes[index], count: confusion[index].reduce(0, +),
        answered: confusion.reduce(0) { $0 + $1[index] }, right: confusion[index][index])
    }
  }
}
