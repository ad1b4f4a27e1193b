extension RoundMethod {
  /// What is repeated; the loss is that of the objective that the method takes.
  public var card: MethodCard {
    let objective = ObjectiveRegistry.type(named: preset("objective"))
    return MethodCard(
      summary: summary, formula: objective?.card.formula ?? "", paper: paper,
      watch:
        "round/oracle_calls and the KL of each round in rounds.jsonl; gains shrink from round to "
        + "round. " + (objective?.card.watch ?? ""))
  }

  /// A setting that the method fixes; empty where it fixes none of that name.
  public func preset(_ key: String) -> String {
    preset.first { $0.key == key }?.value ?? ""
  }

  /// What `opponents` change in the method's equation, with mu their mixture; nil where candidates are
  /// compared with nobody.
  public var opponents: String? {
    guard preset("labels") == "oracle" else { return nil }
    let rule =
      switch self {
      case .sppo: "log pi/pi_t aims at eta (P(y > mu) - P(pi_t > mu)), with pi_t the current policy"
      case .dno: "the label is q = s(eta (P(y_0 > mu) - P(y_1 > mu)))"
      case .inpo:
        "the minimum is exp(P(y > mu)/eta) pi_ref^(tau/eta) pi_t^(1 - tau/eta); the two of a pair "
          + "meet one opponent z, and the margin aims at (P(y > z) - P(y' > z))/eta"
      case .onlineIPO:
        "the minimum is pi_ref exp(P(y > mu)/tau); the two of a pair meet one opponent z, and the "
          + "margin aims at (P(y > z) - P(y' > z))/tau"
      default: "the two of a pair meet one opponent z; who beats it more surely is the better one"
      }
    return "candidates stay samples of the current policy; " + rule
  }

  private var summary: String {
    switch self {
    case .spin: "Each round tells demonstrations from the previous policy's own completions."
    case .irl:
      "Each round refits a reward to tell demonstrations from samples, and improves the policy by it."
    case .iterativeDPO:
      "Each round ranks 4 samples of a prompt by a reward and fits best against worst."
    case .onlineDPO: "One training on fresh pairs: two samples, compared by an oracle."
    case .onlineIPO: "One training on fresh pairs; the fixed point is the Nash policy of the game."
    case .sppo: "Each round estimates win rates among 5 samples and fits log-ratios to them."
    case .dno: "Each round fits pairs of 4 samples with labels softened by their win rates."
    case .inpo: "Each round is a step of mirror descent in the game, near the first reference."
    case .sailDP:
      "One training on the data's pairs, with some labels drawn again by the policy itself."
    case .sailPP: "One training on the policy's own pairs with its own labels."
    case .sailPR: "One training on the policy's own pairs, labelled by an oracle."
    case .lire: "Each round adds 4 samples to the data's candidates and raises the expected reward."
    case .bestOfM: "Each round fits the best of 8 samples of every prompt."
    }
  }

  private var paper: String {
    switch self {
    case .spin: "Chen et al. 2024, Self-play fine-tuning"
    case .irl: "Li et al. 2024, Getting more juice out of the SFT data"
    case .iterativeDPO: "Dong et al. 2024, RLHF workflow"
    case .onlineDPO: "Guo et al. 2024, Direct language model alignment from online AI feedback"
    case .onlineIPO: "Calandriello et al. 2024, Human alignment of large language models"
    case .sppo: "Wu et al. 2024, Self-play preference optimization"
    case .dno: "Rosset et al. 2024, Direct Nash optimization"
    case .inpo: "Zhang et al. 2024, Iterative Nash policy optimization"
    case .sailDP, .sailPP, .sailPR: "Ding et al. 2024, SAIL"
    case .lire: "Zhu et al. 2024, LIRE, algorithm 1"
    case .bestOfM: "Nakano et al. 2021, WebGPT"
    }
  }
}
