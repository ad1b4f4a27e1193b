import Recipe
import Torch

/// Whom completions are compared with: several policies, each of which plays its share of the
/// comparisons.
///
/// With weights w_k the win rate of a completion is that against the mixture
/// μ = Σ w_k ρ_k: P(y ≻ μ) = Σ w_k P(y ≻ ρ_k). Which policy plays which comparison depends on the
/// seed, the prompt and the number of the comparison alone.
public struct OpponentMixture: Equatable, Sendable {
  public enum Player: Equatable, Sendable {
    /// Whom the method plays against by itself.
    case current
    /// The policy that the stage began with.
    case reference
    /// The policy one round before the current one; in the first round the one that the stage began
    /// with.
    case previous
    /// A stage above, or a folder.
    case model(ModelSource)
  }

  public struct Member: Equatable, Sendable {
    /// As the recipe writes it, or the stage that a swept name means.
    public let name: String
    public let player: Player
    /// Above 0; what the weights add up to does not matter.
    public let weight: Double

    public init(name: String, player: Player, weight: Double) {
      self.name = name
      self.player = player
      self.weight = weight
    }
  }

  /// At least one who is not the current policy.
  public let members: [Member]

  public init(_ members: [Member]) { self.members = members }

  /// Reads the section `opponents` of a stage.
  ///
  /// - Parameter hasRounds: whether there is a policy of the round before.
  /// - Returns: nil without the section, and where the current policy is the only opponent: then a
  ///   method is what it is without.
  public init?(of stage: Section, _ names: RecipeNames, hasRounds: Bool) {
    guard let section = stage.optionalSection("opponents", about: Self.about) else { return nil }
    if section.names.isEmpty {
      stage.mistake(
        "opponents", "names nobody; give policies and weights, as in {current: 0.5, reference: 0.5}"
      )
    }
    members = section.names.map { name in
      let weight = section.double(
        name, above: 0, atMost: 1_000_000,
        about: "Its share of the comparisons, with the others' weights.")
      switch name {
      case "current": return Member(name: name, player: .current, weight: weight)
      case "reference": return Member(name: name, player: .reference, weight: weight)
      case "previous":
        if !hasRounds {
          section.mistake(
            name, "there are no rounds here, and so no policy before; name a stage or a folder")
        }
        return Member(name: name, player: .previous, weight: weight)
      default:
        let source = names.source(name, name, in: section, .languageModel)
        return Member(name: source.description, player: .model(source), weight: weight)
      }
    }
    if members.allSatisfy({ $0.player == .current }) { return nil }
  }

  private static let about =
    "Whom completions are compared with, by weight: current, reference, previous, a stage or a folder."

  private var total: Double { members.reduce(0) { $0 + $1.weight } }

  /// The part of all comparisons that others than the current policy play.
  public var foreignShare: Double {
    members.reduce(0) { $1.player == .current ? $0 : $0 + $1.weight } / total
  }

  /// The models that are not of the training itself.
  public var models: [ModelSource] {
    members.compactMap { if case .model(let source) = $0.player { source } else { nil } }
  }

  /// Who plays the comparisons of a prompt, by the place among ``members``.
  ///
  /// - Parameters:
  ///   - count: of comparisons; a longer list begins with the shorter one.
  ///   - seed: of a stream of this mixture's own.
  func deal(_ count: Int, prompt: String, seed: UInt64) -> [Int] {
    var random = SplitMix64(state: Generator.mix(seed, prompt))
    return (0..<count).map { _ in
      var left = Double(random.next() >> 11) * 0x1p-53 * total
      for (place, member) in members.enumerated() {
        left -= member.weight
        if left < 0 { return place }
      }
      return members.count - 1
    }
  }

  /// As a report names it: `0.5 current, 0.5 reference`.
  public var shown: String {
    members.map { "\($0.weight) \($0.name)" }.joined(separator: ", ")
  }
}
