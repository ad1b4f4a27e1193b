import Foundation

/// Short reviews from a small grammar, with an exactly known reward.
///
/// A review has a label, positive or negative with equal probability, an opening without
/// opinion, and two to four sentences. Everything but the opinion words is drawn without regard
/// to the label. An opinion word w of strength s(w) is drawn with P(w | ±) = exp(±s/2) / Z, with
/// the same Z for both labels; behind "not" or "never" the signs are exchanged.
///
/// ``reward(of:)`` is therefore exact: a review shows all choices that depend on its label, each
/// contributes log P(w | +) − log P(w | −) = s(w), or −s(w) behind a negator, and with equal
/// prior probabilities the sum is the log-odds of positive against negative given the text.
public enum SyntheticReviews {
  /// Labelled reviews; review n depends on the seed and on n only, so that a longer series
  /// begins with the shorter one.
  ///
  /// - Parameter label: of all of them, in the place of drawn ones; nothing else differs.
  public static func generate(count: Int, seed: UInt64, label: Int? = nil) -> [LabelledText] {
    (0..<count).map { index in
      let review = review(index, seed: seed, label: label)
      return LabelledText(
        id: "synthetic/\(seed)/\(index)", text: review.text, label: review.isPositive ? 1 : 0)
    }
  }

  /// The reviews of ``generate(count:seed:label:)``, their openings as prompts and the rest as the
  /// completions to imitate.
  public static func demonstrations(
    count: Int, seed: UInt64, label: Int? = nil
  ) -> [Demonstration] {
    (0..<count).map { index in
      let review = review(index, seed: seed, label: label)
      return Demonstration(
        id: "synthetic/\(seed)/\(index)", prompt: .text(review.opening),
        completion: String(review.text.dropFirst(review.opening.count)))
    }
  }

  /// Openings without opinion, as prompts that a model continues; their reward is 0.
  public static func prompts(count: Int, seed: UInt64) -> [Prompt] {
    (0..<count).map { index in
      var writer = ReviewWriter(sign: 1, random: SplitMix64(seed: ~seed, item: UInt64(index)))
      return Prompt(id: "synthetic-prompt/\(seed)/\(index)", .text(writer.opening()))
    }
  }

  /// The log-odds, in nats, that a review is positive, given its text.
  ///
  /// Exact for generated reviews. On any other text, the sum over its opinion words, turned
  /// around where "not" or "never" stands before them, "very" and the like between them passed
  /// over; unknown words contribute nothing.
  public static func reward(of text: String) -> Double {
    var sum = 0.0
    var isNegated = false
    forEachWord(in: text) { word in
      if let strength = ReviewLexicon.strengths[word] {
        sum += isNegated ? -strength : strength
        isNegated = false
      } else if ReviewLexicon.negators.contains(word) {
        isNegated = true
      } else if !ReviewLexicon.intensifiers.contains(word) {
        isNegated = false
      }
    }
    return sum
  }

  /// One review with what the generator knows about it.
  static func review(
    _ index: Int, seed: UInt64, label: Int? = nil
  ) -> (opening: String, text: String, isPositive: Bool, logOdds: Double) {
    var random = SplitMix64(seed: seed, item: UInt64(index))
    let drawn = random.below(2)
    let isPositive = (label ?? drawn) == 1
    var writer = ReviewWriter(sign: isPositive ? 1 : -1, random: random)
    let opening = writer.opening()
    let body = writer.body()
    return (opening, "\(opening) \(body)", isPositive, writer.logOdds)
  }

  /// Runs of ASCII letters, in lower case; punctuation other than blanks ends a negation.
  private static func forEachWord(in text: String, _ body: (String) -> Void) {
    var word: [UInt8] = []
    func end() {
      if !word.isEmpty { body(String(decoding: word, as: UTF8.self)) }
      word.removeAll(keepingCapacity: true)
    }
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): word.append(byte)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): word.append(byte | 0x20)
      case 0x20, 0x0A: end()
      default:
        end()
        body("")
      }
    }
    end()
  }
}
