package import PartitaSchedule

/// A colour of sRGB, one byte a channel.
package struct Colour: Hashable {
  package let red, green, blue: Double

  package init(_ code: Int) {
    red = Double(code >> 16 & 255)
    green = Double(code >> 8 & 255)
    blue = Double(code & 255)
  }

  private init(red: Double, green: Double, blue: Double) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// As `#1f5fae`.
  var code: String {
    "#"
      + [red, green, blue].map { channel in
        let digits = String(Int(channel.rounded()), radix: 16)
        return digits.count < 2 ? "0" + digits : digits
      }.joined()
  }

  /// A share of the way to white.
  func lighter(_ share: Double) -> Colour {
    Colour(
      red: red + (255 - red) * share, green: green + (255 - green) * share,
      blue: blue + (255 - blue) * share)
  }

  /// The class of words on this ground: luma (ITU-R BT.601) decides.
  var words: String {
    0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "p-onlight" : "p-ondark"
  }
}

/// The colours of what ranks do: told apart with every kind of colour vision by hue, and on paper by
/// their lightness, F darkest and I lightest.
package enum Palette {
  /// The colour of a kind of work.
  package static func colour(_ category: Trace.Category) -> Colour {
    switch category {
    case .forward: Colour(0x1f5fae)
    case .recompute: Colour(0xc4511b)
    case .backward: Colour(0xe69f00)
    case .inputGradient: Colour(0xf2cf63)
    case .weightGradient: Colour(0x4fa08b)
    case .reduce, .combine, .gather: Colour(0x8c5a9e)
    case .exchange: Colour(0xc79bd1)
    case .update, .finish: Colour(0x5c4f73)
    case .send, .receive: Colour(0x7d8791)
    case .wait: Colour(0xeceff2)
    }
  }

  /// The word for a kind of work in a legend; kinds of one word have one colour.
  static func word(_ category: Trace.Category) -> String {
    switch category {
    case .forward: "F forward"
    case .recompute: "R forward again"
    case .backward: "B backward"
    case .inputGradient: "I input gradient"
    case .weightGradient: "W weight gradient"
    case .reduce, .combine, .gather: "reduction"
    case .exchange: "exchange of scalars"
    case .update, .finish: "update"
    case .send, .receive: "send, receive"
    case .wait: "waiting"
    }
  }
}
