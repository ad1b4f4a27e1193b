import Foundation
import Policy
import Recipe
import Runs

/// A reward that a recipe names.
public enum RewardSource: Equatable, Sendable {
  /// The exactly known reward of the generator in ``SyntheticReviews``.
  case synthetic
  case model(ModelSource)
  case server(ServedReward)

  /// It is a model of this machine.
  var isHere: Bool { if case .model = self { true } else { false } }

  /// Stages that must run first.
  public var stages: [String] {
    switch self {
    case .synthetic: []
    case .model(let source): [source.stage].compactMap(\.self)
    case .server(let served):
      [served.maker.tokenizer?.stage, served.maker.checkpoint?.stage].compactMap(\.self)
    }
  }
}

/// A reward model in a server.
public struct ServedReward: Equatable, Sendable {
  public let maker: any ServedPolicyMaker

  public var name: ServerName { maker.name }
  /// As results call it.
  public var title: String { "\(ServerName.prefix)\(name.model)" }

  public static func == (one: ServedReward, other: ServedReward) -> Bool {
    one.name == other.name
  }

  /// Where its requests and answers are kept in the folder of the work that asks.
  public func folder(in work: URL) -> URL {
    work.appending(path: "scores-" + SHA256.hex(of: "\(name)").prefix(8))
  }
}

extension RecipeNames {
  /// `synthetic`, a stage or folder with a reward head, or a server.
  public func reward(
    _ key: String, in section: Section, about: String = ""
  ) -> RewardSource? {
    guard let name = section.optionalString(key, about: about) else { return nil }
    if name == "synthetic" { return .synthetic }
    guard ServerName.isMeant(by: name), let servers else {
      return .model(source(name, key, in: section, .rewardModel))
    }
    guard let maker = servers(name, key, section, self, .rewardModel) else { return nil }
    if let problem = maker.rewardProblem {
      section.mistake(key, problem)
    } else if maker.tokenizer == nil {
      section.mistake(
        key,
        "server:\(maker.name.model) has no tokenizer here that texts could be read with; name the folder of "
          + "one, or its checkpoint, under servers.\(maker.name)")
    }
    return .server(ServedReward(maker: maker))
  }
}
