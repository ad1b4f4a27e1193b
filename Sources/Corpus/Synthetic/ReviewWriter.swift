/// Writes one synthetic review and keeps its exact log-odds.
struct ReviewWriter {
  private typealias Lexicon = ReviewLexicon

  /// +1 for a positive review, −1 for a negative one.
  private let sign: Double
  private var random: SplitMix64
  /// log P(choices so far | positive) − log P(choices so far | negative), in nats.
  private(set) var logOdds = 0.0

  init(sign: Double, random: SplitMix64) {
    self.sign = sign
    self.random = random
  }

  /// A first sentence without opinion.
  mutating func opening() -> String {
    let genre = random.element(Lexicon.genres)
    let person = random.element(Lexicon.people)
    let time = random.element(Lexicon.times)
    let place = random.element(Lexicon.places)
    switch random.below(4) {
    case 0: return "i saw this \(genre) with my \(person) \(time)."
    case 1: return "my \(person) and i watched this \(genre) \(place)."
    case 2: return "\(time) i watched a \(genre) \(place)."
    default: return "my \(person) picked this \(genre) \(time)."
    }
  }

  /// Two to four sentences with opinions.
  mutating func body() -> String {
    let count = 2 + random.below(3)
    return (0..<count).map { _ in sentence() }.joined(separator: " ")
  }

  private mutating func sentence() -> String {
    switch random.below(8) {
    case 0, 1:
      let aspect = random.element(Lexicon.aspects)
      return "the \(aspect) was \(described(.adjective))."
    case 2:
      let first = random.element(Lexicon.aspects)
      let opinion = described(.adjective)
      let second = random.element(Lexicon.aspects)
      return "the \(first) was \(opinion) and the \(second) was \(described(.adjective))."
    case 3, 4:
      let verb = plain(.verb)
      return "i \(verb) the \(random.element(Lexicon.aspects))."
    case 5:
      // Every noun of the lexicon begins with a consonant.
      return "to me it is a \(plain(.noun))."
    case 6:
      let opinion = described(.adverb)
      return "it was \(opinion) \(random.element(Lexicon.crafts))."
    default:
      let person = random.element(Lexicon.people)
      return "my \(person) found it \(described(.adjective))."
    }
  }

  /// An opinion word as it is.
  private mutating func plain(_ kind: ReviewLexicon.Kind) -> String {
    let word = Lexicon.draw(kind, sign: sign, &random)
    logOdds += word.strength
    return word.text
  }

  /// An opinion word, with "not" or "never" before it one time in five and "very" or the like
  /// one time in four. Behind a negator the word is drawn as in a review of the other sign.
  private mutating func described(_ kind: ReviewLexicon.Kind) -> String {
    let isNegated = random.below(5) == 0
    let negator = isNegated ? random.element(Lexicon.negators) + " " : ""
    let intensifier = random.below(4) == 0 ? random.element(Lexicon.intensifiers) + " " : ""
    let word = Lexicon.draw(kind, sign: isNegated ? -sign : sign, &random)
    logOdds += isNegated ? -word.strength : word.strength
    return negator + intensifier + word.text
  }
}
