/// A paper whose claims are examined.
public struct Paper: Equatable, Hashable, Sendable {
  /// Short: `EXO`.
  public let name: String
  public let source: String

  public static let exo = Paper(
    name: "EXO",
    source: "Ji et al. 2024, Towards efficient exact optimization of language model alignment")
  public static let dpo = Paper(
    name: "DPO", source: "Rafailov et al. 2023, Direct preference optimization")
  public static let bestOf = Paper(
    name: "Best-of-n",
    source: "Beirami et al. 2024, Theoretical guarantees on the best-of-n alignment policy")
  public static let lire = Paper(
    name: "LIRE",
    source: "Zhu et al. 2024, LIRE: Listwise reward enhancement for preference alignment")
  public static let inpo = Paper(
    name: "INPO", source: "Zhang et al. 2024, Iterative Nash policy optimization")
  public static let nash = Paper(
    name: "Nash-MD", source: "Munos et al. 2024, Nash learning from human feedback")
  public static let ipo = Paper(
    name: "IPO",
    source: "Azar et al. 2023, A general theoretical paradigm to understand learning from human "
      + "preferences; Calandriello et al. 2024 for its online form")
  public static let sppo = Paper(
    name: "SPPO", source: "Wu et al. 2024, Self-play preference optimization")
  public static let spin = Paper(
    name: "SPIN", source: "Chen et al. 2024, Self-play fine-tuning")
  public static let irl = Paper(
    name: "IRL",
    source: "Li et al. 2024, Getting more juice out of the SFT data: reward learning from human "
      + "demonstration")
  public static let sail = Paper(
    name: "SAIL",
    source: "Ding et al. 2024, Self-improving efficient online alignment of large language models")
  /// Not a paper: what the game methods make of preferences and opponents that no theorem has, as
  /// reviewers of INPO asked.
  public static let players = Paper(
    name: "Noisy oracles, several opponents",
    source: "The game methods with flipped answers, mixed oracles and mixed opponents")
  /// Not a paper: what all of them take for granted of a model, a sampler and a trainer.
  public static let languageModels = Paper(
    name: "Language models",
    source: "Definitions, on a decoder of two layers over three tokens whose completions are listed"
  )
  public static let policyGradient = Paper(
    name: "PPO, RLOO, GRPO",
    source: "Schulman et al. 2017; Ahmadian et al. 2024; Shao et al. 2024")
}
