import Runs
import Statistics

/// What was judged of one policy against an opponent, for comparing it with others.
public struct JudgedSystem: Sendable {
  /// Policies of one name are its seeds.
  public var name: String
  /// The opponent's name, seeds apart.
  public var opponent: String
  /// Canaries among them are passed over.
  public var pairs: [JudgedPair]

  public init(name: String, opponent: String, pairs: [JudgedPair]) {
    self.name = name
    self.opponent = opponent
    self.pairs = pairs
  }
}

extension JudgedDifference {
  /// The paired differences of all systems that share an opponent, Holm's correction over all of them.
  ///
  /// - Parameter systems: of one judge whom no canary fooled, all their prompts judged; the order is kept.
  public static func all(
    of systems: [JudgedSystem], confidence: Double = 0.95
  ) -> [JudgedDifference] {
    let families = systems.map(\.opponent).distinctTexts.map { opponent in
      Family(opponent, systems.filter { ByteText($0.opponent) == ByteText(opponent) })
    }.filter { $0.names.count > 1 }
    let found = Inference(confidence: confidence).contrasts(families.map(\.values))
    return zip(families, found).flatMap { family, contrasts in
      contrasts.map { contrast in
        JudgedDifference(
          first: family.names[contrast.first], second: family.names[contrast.second],
          opponent: family.opponent, difference: JudgedShare(contrast.difference.estimate),
          pValue: contrast.difference.pValue, correctedPValue: contrast.correctedPValue,
          test: contrast.difference.test.rawValue, promptsNeeded: contrast.promptsNeeded)
      }
    }
  }

  /// Systems with one opponent.
  private struct Family {
    let opponent: String
    let names: [String]
    /// `[system][seed][prompt][row]`
    let values: [[[[Double]]]]

    init(_ opponent: String, _ systems: [JudgedSystem]) {
      self.opponent = opponent
      names = systems.map(\.name).distinctTexts
      let tables = systems.map { system in
        Dictionary(grouping: system.pairs.filter { $0.canary == nil }) { ByteText($0.id) }
          .mapValues { $0.compactMap(\.judgment.preference) }
      }
      let prompts = Set(tables.flatMap(\.keys)).sorted()
      values = names.map { name in
        zip(systems, tables).filter { ByteText($0.0.name) == ByteText(name) }.map { _, table in
          prompts.map { table[$0] ?? [] }
        }
      }
    }
  }
}
