import Recipe

/// Cuts texts into a prompt and the completion to imitate, both counted in words.
///
/// A word is what stands between blanks. The blank before a completion belongs to it, so that prompt
/// and completion together are the beginning of the text.
public struct TextCut: Equatable, Sendable {
  /// Words of the prompt.
  public let prompt: Int
  /// The most words of the completion.
  public let completion: Int

  public init(prompt: Int, completion: Int) {
    self.prompt = prompt
    self.completion = completion
  }

  init(from section: Section) {
    prompt = section.int("prompt", in: 1...1_000_000, about: "Words of the prompt.")
    // 24 words are a sentence or two.
    completion = section.int(
      "completion", default: 24, in: 1...1_000_000,
      about: "Most words of the completion; 24 are a sentence or two.")
  }

  /// The two parts of a text; nil where no word is left for the completion.
  func parts(of text: String) -> (prompt: String, completion: String)? {
    let scalars = text.unicodeScalars
    var words = 0
    var inWord = false
    var boundary: String.Index?
    var end = scalars.endIndex
    for index in scalars.indices {
      let isBlank = CharacterClass.isSpace(scalars[index])
      if inWord, isBlank {
        if words == prompt { boundary = index }
        if words == prompt + completion {
          end = index
          break
        }
      }
      if !isBlank, !inWord { words += 1 }
      inWord = !isBlank
    }
    guard let boundary, words > prompt else { return nil }
    // Blanks at the end of a text are no part of what is imitated.
    var last = end
    while last > boundary, CharacterClass.isSpace(scalars[scalars.index(before: last)]) {
      last = scalars.index(before: last)
    }
    return (String(scalars[..<boundary]), String(scalars[boundary..<last]))
  }
}
