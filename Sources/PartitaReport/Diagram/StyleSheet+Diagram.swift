extension StyleSheet {
  /// The tints that nodes can have.
  static let tintCount = 8

  /// What diagrams need beside `picture`.
  static let diagram: String = {
    let light = [
      "#cfe3f8", "#fde3b8", "#cdebd6", "#ead6f2", "#fbd5d0", "#d9dde3", "#f3efb0", "#c8ecef",
    ]
    let dark = [
      "#1d4068", "#5f4513", "#1f5133", "#4f2f5e", "#65302a", "#3c434c", "#55511a", "#1b5257",
    ]
    func tints(_ colours: [String]) -> String {
      colours.enumerated().map { ".g-t\($0.offset){fill:\($0.element)}" }.joined()
    }
    return """
      .p .g-label{font-size:13px;fill:#1f2328;pointer-events:none}
      .g-variable,.g-operation{fill:#ffffff;stroke:#1f5fae;stroke-width:1.3}
      .g-operation{fill:#e8f0fa}
      .g-marked{stroke-width:3}
      .g-twin{fill:#fdf1e0;stroke:#c26a00;stroke-width:1.3}
      .g-arrow{fill:none;stroke:#59636e;stroke-width:1.1}
      .g-head{fill:#59636e}
      .g-back{stroke:#c26a00}.g-backhead{fill:#c26a00}
      .g-border{stroke:#b3261e;stroke-width:1.4;stroke-dasharray:6 4}
      .g-frame{fill:none;stroke:#8c5a9e;stroke-width:1.3;stroke-dasharray:5 3}
      \(tints(light))
      @media (prefers-color-scheme:dark){
      .p .g-label{fill:#e6edf3}
      .g-variable,.g-operation{fill:#14181d;stroke:#68a6f0}
      .g-operation{fill:#1c2b3d}
      .g-twin{fill:#33240f;stroke:#f0a040}
      .g-arrow{stroke:#9da7b1}.g-head{fill:#9da7b1}
      .g-back{stroke:#f0a040}.g-backhead{fill:#f0a040}
      .g-border{stroke:#ff8a80}.g-frame{stroke:#c79bd1}
      \(tints(dark))
      }

      """
  }()
}
