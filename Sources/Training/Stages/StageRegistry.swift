import Recipe

/// Every kind of stage, by the name recipes use.
public enum StageRegistry {
  public static let all: [any Stage.Type] = [
    TokenizerStage.self, LanguageModelStage.self, ClassifierStage.self, RewardModelStage.self,
    SampleStage.self, AlignStage.self, OnPolicyStage.self, RoundsStage.self,
  ]

  /// Reads a stage; nil after a mistake in its kind has been recorded.
  public static func stage(from section: Section, _ names: RecipeNames) -> (any Stage)? {
    let kind = section.string(
      "kind", about: "Kind of stage; plumb help recipe KIND lists its keys.")
    guard let type = all.first(where: { $0.kind == kind }) else {
      if !kind.isEmpty {
        section.mistake("kind", "\(kind) is no kind of stage", unlike: all.map { $0.kind })
      }
      // Which keys it takes nobody knows.
      section.leaveRest(besides: section.has("kind") ? nil : "kind")
      return nil
    }
    return type.init(from: section, names)
  }
}
