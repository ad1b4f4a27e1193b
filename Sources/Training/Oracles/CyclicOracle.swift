import Torch

/// A preference that no reward explains: rock, paper and scissors.
///
/// A completion belongs to one of n classes (n odd), by a seeded hash of its first word in lower
/// case. Class c beats the (n − 1) / 2 classes behind it, c − 1, c − 2, … modulo n, with
/// probability s, and is beaten by the others with the same probability; completions of one class
/// tie. Every class so has win rate ½ against a policy that uses all equally, and every policy
/// that prefers one is beaten by another.
public struct CyclicOracle: PreferenceOracle {
  public let seed: UInt64
  /// n; three give rock, paper and scissors.
  public let classes: Int
  /// s, in (½, 1].
  public let strength: Double

  public init(seed: UInt64, classes: Int = 3, strength: Double = 0.9) {
    self.seed = seed
    self.classes = classes
    self.strength = strength
  }

  public var name: String { "cyclic over \(classes) classes at \(strength), seed \(seed)" }

  public func preferences(_ questions: [PreferenceQuestion]) -> [Double?] {
    questions.map { preference(of: kind(of: $0.first), over: kind(of: $0.second)) }
  }

  /// P(class a ≻ class b).
  func preference(of a: Int, over b: Int) -> Double {
    guard a != b else { return 0.5 }
    let ahead = (a - b + classes) % classes
    return ahead <= (classes - 1) / 2 ? strength : 1 - strength
  }

  /// The class of a completion, in 0 ..< classes.
  func kind(of completion: String) -> Int {
    let word = completion.lowercased().drop { !$0.isLetter }.prefix { $0.isLetter }
    return Int(Generator.mix(seed, String(word)) % UInt64(classes))
  }
}
