/// The beginning of a text, and how much of it is missing.
struct SampleText: Equatable {
  let shown: String
  /// Unicode scalars left out.
  let omitted: Int

  init(_ text: String, limit: Int) {
    let scalars = text.unicodeScalars
    let room = max(0, limit)
    if let end = scalars.index(scalars.startIndex, offsetBy: room, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    {
      shown = String(scalars[..<end])
      omitted = scalars.distance(from: end, to: scalars.endIndex)
    } else {
      shown = text
      omitted = 0
    }
  }

  /// The text for display, saying how much is left out.
  var html: HTML { html(shown: "\(text: shown)") }

  /// The same with the words marked that another text does not have in their place.
  func html(besides other: SampleText) -> HTML {
    html(shown: WordDifference(shown, from: other.shown).html)
  }

  private func html(shown: HTML) -> HTML {
    omitted == 0
      ? shown
      : """
      \(shown)<em class="cut"> … \(text: Numeral.count(omitted)) more characters are not \
      shown</em>
      """
  }
}
