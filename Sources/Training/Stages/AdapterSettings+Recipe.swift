import Policy
import Recipe

extension AdapterSettings {
  /// Reads the section `adapter` of a stage; nil where there is none.
  ///
  /// - Parameter takesDropout: the method's losses may leave something out: one that compares a policy with
  ///   itself would compare two policies.
  init?(of stage: Section, takesDropout: Bool = true) {
    guard
      let section = stage.optionalSection(
        "adapter", about: "Trains an adapter (LoRA) in the place of the weights.")
    else { return nil }
    // 16 and 32 as in most recipes for models of a billion weights; alpha twice the rank.
    let rank = section.int("rank", default: 16, in: 1...65_536, about: "Rank of the factors.")
    let alpha = section.double(
      "alpha", default: 32, above: 0, atMost: 1_000_000,
      about: "Scale: the product of the factors counts alpha / rank.")
    let dropout = section.double(
      "dropout", default: 0, atLeast: 0, below: 1,
      about: "Share of the adapter's inputs that are dropped in training.")
    // Dettmers et al. 2023 (QLoRA): all layers matter more than the rank.
    let names = section.strings(
      "targets", default: ["all-linear"],
      about: "Layers that get one: all-linear, or names as q_proj.")
    self.init(
      rank: rank, alpha: alpha, dropout: dropout,
      targets: names == ["all-linear"] ? .allLinear : .named(names),
      isRankStabilised: section.bool(
        "rslora", default: false, about: "Scales by the root of the rank."),
      saved: section.strings(
        "modules_to_save", default: [], about: "Layers trained whole beside it."))
    if dropout > 0, !takesDropout {
      section.mistake(
        "dropout",
        "is \(dropout), with which a policy would not be what its samples came from; use 0")
    }
    if names.count > 1, names.contains("all-linear") {
      section.mistake(
        "targets", at: "all-linear", "all-linear stands alone, without names beside it")
    }
  }

  /// What does not fit a model, beginning with the key to change.
  func problems(of shape: ModelConfiguration) -> [String] {
    problem(of: shape).map { ["adapter.\($0)"] } ?? []
  }
}
