internal import PartitaPlan
internal import PartitaWorkload

/// How a method looks in every plot: hue, lightness and shape tell it from the others.
struct MethodStyle {
  /// Its colour on a light and on a dark ground.
  let light, dark: Colour
  /// Its mark.
  let shape: MarkShape
  /// The mark's size: the planner's shows behind one that lies on it.
  let radius: Double
  /// Its number in the style sheet's classes.
  let number: Int

  init(_ method: PartitionMethod) {
    let look: (Int, Int, MarkShape) =
      switch method {
      case .optimal: (0x1f5fae, 0x68a6f0, .circle)
      case .uniform: (0x6e7781, 0x9aa5b1, .square)
      case .parameters: (0x8a5a2b, 0xc99a68, .triangle)
      case .time: (0x7a4fa3, 0xb795e0, .funnel)
      case .dataParallel: (0x12805f, 0x4cc3a0, .diamond)
      case .pipedream: (0xc26a00, 0xf0a040, .cross)
      case .metis: (0xb5303a, 0xf0776a, .plus)
      case .random: (0xa08a00, 0xd9c64a, .circle)
      case .criticalPath: (0x0e7c86, 0x4fc3cf, .square)
      }
    (light, dark, shape) = (Colour(look.0), Colour(look.1), look.2)
    radius = method == .optimal ? 5.5 : 4
    number = PartitionMethod.allCases.firstIndex(of: method) ?? 0
  }

  /// The class of lines, and of marks.
  var line: String { "p-ml\(number)" }
  var mark: String { "p-mm\(number)" }
}

extension StyleSheet {
  /// What plots of methods need beside `picture`.
  static let methods: String = {
    let styles = PartitionMethod.allCases.map(MethodStyle.init)
    func rules(_ colour: (MethodStyle) -> Colour) -> String {
      styles.map { style in
        let code = colour(style).code
        return ".\(style.line){stroke:\(code)}.\(style.mark){fill:\(code)}"
      }.joined()
    }
    // The random one's circle is hollow: beside the planner's it needs another look.
    let hollow = MethodStyle(.random)
    return """
      .p-ml{fill:none;stroke-width:1.6;stroke-linejoin:round}.p-ml0{stroke-width:4;\
      stroke-opacity:.55}
      .p-stem{stroke-width:1;stroke-opacity:.5}
      .p-whisker{fill:none;stroke-width:1.3}
      .p-bound{fill:none;stroke:#1f2328;stroke-width:1.4;stroke-dasharray:5 4}
      .p-median{stroke:#1f2328;stroke-width:2}
      \(rules(\.light))
      .\(hollow.mark){fill:#ffffff;stroke:\(hollow.light.code);stroke-width:1.5}
      .p-dot{fill-opacity:.75}
      @media (prefers-color-scheme:dark){
      .p-bound,.p-median{stroke:#e6edf3}
      \(rules(\.dark))
      .\(hollow.mark){fill:#14181d;stroke:\(hollow.dark.code)}
      }

      """
  }()
}
