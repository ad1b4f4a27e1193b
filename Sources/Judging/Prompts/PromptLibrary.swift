/// The templates of the top-level folder `prompts`, compiled into the program.
public enum PromptLibrary {
  /// In the order in which help lists them.
  public static let names = [
    "summary", "dialogue", "instruction", "five-level", "score", "rubric", "label", "checklist",
    "conversation",
  ]

  /// The file of a template; nil where none has that name.
  static func source(of name: String) -> String? {
    let bytes: [UInt8]
    switch name {
    case "summary": bytes = PackageResources.summary_md
    case "dialogue": bytes = PackageResources.dialogue_md
    case "instruction": bytes = PackageResources.instruction_md
    case "five-level": bytes = PackageResources.five_level_md
    case "score": bytes = PackageResources.score_md
    case "rubric": bytes = PackageResources.rubric_md
    case "label": bytes = PackageResources.label_md
    case "checklist": bytes = PackageResources.checklist_md
    case "conversation": bytes = PackageResources.conversation_md
    default: return nil
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
