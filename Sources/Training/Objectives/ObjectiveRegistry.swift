import Recipe

/// The objectives that recipes can name.
public enum ObjectiveRegistry {
  /// In the order in which messages list them. A new objective is one line here.
  public static let all: [any Objective.Type] = [
    DPOPref.self,
    DPORw.self,
    EXOPref.self,
    EXORw.self,
    BestOfM.self,
    RobustDPO.self,
    IPO.self,
    Hinge.self,
    SLiCHF.self,
    NCA.self,
    BCO.self,
    APO.self,
    SPPOHard.self,
    AOT.self,
    LengthNormalisedDPO.self,
    FDPO.self,
    DiscoPOP.self,
    ORPO.self,
    CPO.self,
    SimPO.self,
    KTO.self,
    PlackettLuceDPO.self,
    LIRE.self,
    RRHF.self,
    PRO.self,
    CandidatePolicyGradient.self,
    SPIN.self,
    SPPO.self,
    DNO.self,
    INPO.self,
    SAIL.self,
  ]

  /// The objective of a name, or nil.
  public static func type(named name: String) -> (any Objective.Type)? {
    all.first { $0.name == name }
  }

  /// Reads the objective that `key` names, with its options.
  ///
  /// An unknown name is recorded as a mistake that lists the known names and the nearest one; what
  /// is returned then only serves to go on reading.
  ///
  /// - Parameter options: where the objective's options are; the same section when missing.
  public static func objective(
    named key: String, in section: Section, options: Section? = nil
  ) -> any Objective {
    let name: ObjectiveName = section.choice(
      key, about: "The loss; plumb methods lists them, plumb explain NAME says more.")
    return name.type.init(from: options ?? section)
  }
}

/// A registered name, in the form that ``Section`` offers as a choice.
private struct ObjectiveName: RawRepresentable, CaseIterable {
  let type: any Objective.Type

  var rawValue: String { type.name }

  init(_ type: any Objective.Type) { self.type = type }

  init?(rawValue: String) {
    guard let type = ObjectiveRegistry.type(named: rawValue) else { return nil }
    self.init(type)
  }

  static var allCases: [ObjectiveName] { ObjectiveRegistry.all.map { ObjectiveName($0) } }
}
