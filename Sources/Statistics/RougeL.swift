/// ROUGE-L of a text against another.
///
/// Source: Lin 2004, "ROUGE: A package for automatic evaluation of summaries", section 3: the
/// F-measure (β = 1) of the longest common subsequence of words.
/// Differs: words are runs of letters and digits in lower case, without stemming.
public enum RougeL {
  /// F₁ of the longest common subsequence, in 0 … 1; 0 where either text has no word.
  ///
  /// Cost: words × words.
  public static func score(_ text: String, against reference: String) -> Double {
    let words = words(of: text)
    let wanted = self.words(of: reference)
    guard !words.isEmpty, !wanted.isEmpty else { return 0 }
    var before = [Int](repeating: 0, count: wanted.count + 1)
    for word in words {
      var current = [0]
      for (column, other) in wanted.enumerated() {
        current.append(
          word == other ? before[column] + 1 : max(before[column + 1], current[column]))
      }
      before = current
    }
    let common = Double(before.last ?? 0)
    guard common > 0 else { return 0 }
    let precision = common / Double(words.count)
    let recall = common / Double(wanted.count)
    return 2 * precision * recall / (precision + recall)
  }

  private static func words(of text: String) -> [Substring] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }
  }
}
