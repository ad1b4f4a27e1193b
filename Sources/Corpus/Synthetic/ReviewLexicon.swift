import Foundation

/// The words of the synthetic reviews, and how much each speaks for a positive review.
///
/// An opinion word of strength s is drawn with probability proportional to exp(s / 2) in a
/// positive review and to exp(−s / 2) in a negative one. Every kind has a word of strength −s
/// for each of strength s, so both normalisers are equal and the log-odds of a word are s.
enum ReviewLexicon {
  enum Kind: CaseIterable {
    case adjective, verb, noun, adverb
  }

  struct Word {
    let text: String
    let strength: Double
  }

  static func words(_ kind: Kind) -> [Word] { table[kind] ?? [] }

  /// The strength of every opinion word; a word belongs to one kind only.
  static let strengths: [String: Double] = Dictionary(
    Kind.allCases.flatMap(words).map { ($0.text, $0.strength) }, uniquingKeysWith: { $1 })

  /// Draws a word of a kind in a positive (+1) or a negative (−1) review.
  static func draw(_ kind: Kind, sign: Double, _ random: inout SplitMix64) -> Word {
    let words = words(kind)
    let weights = words.map { exp(sign * $0.strength / 2) }
    var rest = random.unit() * weights.reduce(0, +)
    for (word, weight) in zip(words, weights) {
      rest -= weight
      if rest < 0 { return word }
    }
    return words[words.count - 1]
  }

  /// Turn the next opinion word around.
  static let negators = ["not", "never"]
  /// May stand between a negator and its word.
  static let intensifiers = ["very", "really", "quite", "so"]

  static let aspects = [
    "acting", "plot", "ending", "story", "script", "music", "camera work", "dialogue", "cast",
    "lead actor", "villain", "first half", "second half", "opening scene", "final scene", "title",
    "score", "pacing", "humor", "romance", "set design", "lighting", "sound", "editing", "twist",
  ]
  static let genres = [
    "film", "movie", "drama", "comedy", "thriller", "western", "musical", "sequel", "remake",
    "documentary", "cartoon", "horror film", "war film", "crime film",
  ]
  static let people = [
    "wife", "husband", "brother", "sister", "mother", "father", "son", "daughter", "friend",
    "neighbor", "teacher", "boss", "cousin", "uncle", "aunt",
  ]
  static let times = [
    "on monday", "on tuesday", "on friday", "on sunday", "last night", "last week", "last summer",
    "yesterday", "this morning", "years ago", "over the holidays", "on a rainy day",
  ]
  static let places = [
    "at home", "at the cinema", "on a plane", "on television", "at a festival", "in a hotel",
  ]
  static let crafts = ["written", "shot", "directed", "played", "cut", "staged"]

  private static let table: [Kind: [Word]] = [
    .adjective: graded([
      2: "superb brilliant wonderful outstanding", 1.5: "great excellent charming gripping",
      1: "good funny clever moving", 0.5: "nice solid pleasant decent",
      0: "long quiet strange familiar", -0.5: "flat slow thin uneven",
      -1: "weak dull clumsy tedious", -1.5: "bad boring lifeless stupid",
      -2: "awful terrible dreadful horrible",
    ]),
    .verb: graded([
      2: "adored", 1.5: "loved", 1: "enjoyed", 0.5: "liked", 0: "noticed", -0.5: "endured",
      -1: "disliked", -1.5: "hated", -2: "loathed",
    ]),
    .noun: graded([
      2: "masterpiece", 1.5: "triumph", 1: "delight", 0.5: "treat", 0: "surprise",
      -0.5: "letdown", -1: "bore", -1.5: "mess", -2: "disaster",
    ]),
    .adverb: graded([
      2: "perfectly", 1.5: "beautifully", 1: "cleverly", 0.5: "nicely", 0: "quickly",
      -0.5: "lazily", -1: "poorly", -1.5: "badly", -2: "terribly",
    ]),
  ]

  private static func graded(_ grades: [Double: String]) -> [Word] {
    grades.sorted { $0.key > $1.key }.flatMap { strength, words in
      words.split(separator: " ").map { Word(text: String($0), strength: strength) }
    }
  }
}
