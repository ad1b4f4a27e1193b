/// `--live` of a command line.
public enum LiveRequest {
  /// The words of a command without the option: whoever looks at a run changes nothing of it.
  public static func removed(from words: [String]) -> [String] {
    var kept: [String] = []
    var isOption = false
    for word in words {
      defer { isOption = word == "--live" }
      if word == "--live" || word.hasPrefix("--live=") { continue }
      if isOption, isPort(word) { continue }
      kept.append(word)
    }
    return kept
  }

  /// Whether a word after the option is its port, and not the recipe.
  static func isPort(_ word: String) -> Bool {
    !word.isEmpty && word.allSatisfy(\.isASCII) && word.allSatisfy(\.isNumber)
  }
}
