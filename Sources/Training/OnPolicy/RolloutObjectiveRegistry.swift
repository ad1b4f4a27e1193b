import Recipe

/// The on-policy methods that recipes can name.
public enum RolloutObjectiveRegistry {
  /// In the order in which messages list them. A new method is one line here.
  public static let all: [any RolloutObjective.Type] = [
    PPO.self,
    GRPO.self,
    RLOO.self,
    Reinforce.self,
    PolicyGradient.self,
    NashMD.self,
  ]

  /// The method of a name, or nil.
  public static func type(named name: String) -> (any RolloutObjective.Type)? {
    all.first { $0.name == name }
  }

  /// Reads the method that `method` names; its options stand in a section of its name.
  ///
  /// An unknown name is recorded as a mistake that lists the known names and the nearest one; what
  /// is returned then only serves to go on reading.
  public static func objective(in section: Section) -> any RolloutObjective {
    let name: RolloutObjectiveName = section.choice(
      "method", about: "The method; plumb explain METHOD says more.")
    return name.type.init(
      from: section.section(
        name.rawValue, about: "Options of the method."))
  }
}

/// A registered name, in the form that ``Section`` offers as a choice.
private struct RolloutObjectiveName: RawRepresentable, CaseIterable {
  let type: any RolloutObjective.Type

  var rawValue: String { type.name }

  init(_ type: any RolloutObjective.Type) { self.type = type }

  init?(rawValue: String) {
    guard let type = RolloutObjectiveRegistry.type(named: rawValue) else { return nil }
    self.init(type)
  }

  static var allCases: [RolloutObjectiveName] {
    RolloutObjectiveRegistry.all.map { RolloutObjectiveName($0) }
  }
}
