/// How pictures and pages look, in light and in dark.
enum StyleSheet {
  /// What every picture needs: the classes that `SVG` elements name.
  ///
  /// Colours stand in the rules themselves, not in variables, for programs that show pictures and
  /// know little CSS.
  static let picture = """
    .p text{font-family:system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,sans-serif;\
    font-size:12px}
    .p .p-title{font-size:14px;font-weight:600}
    .p .p-small{font-size:10.5px}
    .p .p-tiny{font-size:8.5px}
    .p .p-box{font-size:10.5px;font-weight:500}
    .p-ground{fill:#ffffff}.p-ink{fill:#1f2328}.p-soft{fill:#59636e}.p-onlight{fill:#1b1f24}\
    .p-ondark{fill:#ffffff}.p-idle{fill:#eceff2}.p-share{fill:#c9d1d9}
    .p-grid{stroke:#e1e5e9;stroke-width:1}.p-axis{stroke:#8b949e;stroke-width:1}
    .p-edge{stroke:#ffffff;stroke-width:.7}
    .p-arrow{stroke:#59636e;stroke-width:.7;stroke-opacity:.55}
    .p-line0,.p-line1,.p-line2,.p-line3{fill:none;stroke-width:2;stroke-linejoin:round}
    .p-line0,.p-bar0{stroke:#1f5fae}.p-line1,.p-bar1{stroke:#c26a00}\
    .p-line2,.p-bar2{stroke:#c26a00}.p-line3{stroke:#8b949e;stroke-width:1.5}
    .p-bar0,.p-bar1,.p-bar2{stroke-width:1.3}
    .p-line2{stroke-dasharray:6 4}.p-line3{stroke-dasharray:2 4}
    .p-mark0{fill:#1f5fae;stroke:#1f5fae;stroke-width:1.8}
    .p-mark1,.p-mark2{fill:#c26a00;stroke:#c26a00;stroke-width:1.8}
    .p-hollow{fill:#ffffff}.p-faint{stroke-dasharray:3 3;stroke-opacity:.6}
    @media (prefers-color-scheme:dark){
    .p-ground{fill:#14181d}.p-ink{fill:#e6edf3}.p-soft{fill:#9da7b1}.p-idle{fill:#262c33}\
    .p-share{fill:#4a535d}.p-grid{stroke:#2a3138}.p-axis{stroke:#6e7781}.p-arrow{stroke:#b0bac4}
    .p-line0,.p-bar0{stroke:#68a6f0}.p-line1,.p-bar1,.p-line2,.p-bar2{stroke:#f0a040}
    .p-mark0{fill:#68a6f0;stroke:#68a6f0}.p-mark1,.p-mark2{fill:#f0a040;stroke:#f0a040}
    .p-hollow{fill:#14181d}.p-edge{stroke:#14181d}
    }

    """
}
