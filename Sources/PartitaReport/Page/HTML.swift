internal import PartitaFiles

/// The pieces of a page.
enum HTML {
  /// A whole page: style and pictures inside, nothing loaded, no script.
  /// - Parameter styles: what `body` needs beside the styles of pages and pictures.
  static func page(title: String, styles: String = "", body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="generator" content="\(PartitaVersion.words)"/>
    <title>\(Markup.escape(title))</title>
    <style>\(StyleSheet.page)\(StyleSheet.picture)\(styles)</style>
    </head>
    <body>
    <main>
    \(body)<footer class="note">Written by \(PartitaVersion.words).</footer>
    </main>
    </body>
    </html>

    """
  }

  /// What people look at first: the kind of page, its result, and a sentence each of what else is to
  /// be said at once.
  static func beginning(kicker: String, headline: String, remarks: [String]) -> String {
    "<p class=\"kicker\">\(Markup.escape(kicker))</p>\n<h1>\(Markup.escape(headline))</h1>\n"
      + remarks.map { "<p class=\"lead\">\(Markup.escape($0))</p>\n" }.joined()
  }

  /// A part of the page; `body` is markup.
  static func section(_ title: String, _ body: String) -> String {
    "<section>\n<h2>\(Markup.escape(title))</h2>\n\(body)</section>\n"
  }

  /// A picture.
  static func figure(_ picture: SVG) -> String { "<figure>\(picture.inline)</figure>\n" }

  /// Words beside a picture or a table.
  static func note(_ words: String) -> String {
    "<p class=\"note\">\(Markup.escape(words))</p>\n"
  }

  /// Markup that can be folded away; open at first, for paper shows what is open.
  static func details(_ summary: String, _ body: String) -> String {
    "<details open=\"open\"><summary>\(Markup.escape(summary))</summary>\n\(body)</details>\n"
  }

  /// Words as they were typed.
  static func typed(_ words: String) -> String { "<pre>\(Markup.escape(words))</pre>\n" }

  /// What words mean.
  static func definitions(_ facts: [ReportFact]) -> String {
    "<dl>\n"
      + facts.map {
        "<dt>\(Markup.escape($0.name))</dt><dd>\(Markup.escape($0.value))</dd>\n"
      }.joined() + "</dl>\n"
  }
}
