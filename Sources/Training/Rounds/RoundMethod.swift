import Recipe

/// A published method of alignment in rounds, as settings that a recipe may overrule one by one.
public enum RoundMethod: String, CaseIterable, Sendable {
  case spin, irl
  case iterativeDPO = "iterative-dpo"
  case onlineDPO = "online-dpo"
  case onlineIPO = "online-ipo"
  case sppo, dno, inpo
  case sailDP = "sail-dp"
  case sailPP = "sail-pp"
  case sailPR = "sail-pr"
  case lire
  case bestOfM = "best-of-m"

  /// As papers print it.
  public var title: String {
    switch self {
    case .spin: return "SPIN"
    case .irl: return "IRL"
    case .iterativeDPO: return "Iterative DPO"
    case .onlineDPO: return "Online DPO"
    case .onlineIPO: return "Online IPO"
    case .sppo: return "SPPO"
    case .dno: return "DNO"
    case .inpo: return "INPO"
    case .sailDP: return "SAIL-DP"
    case .sailPP: return "SAIL-PP"
    case .sailPR: return "SAIL-PR"
    case .lire: return "LIRE"
    case .bestOfM: return "Iterated best-of-m"
    }
  }

  /// Key and value of every setting that the method fixes.
  var preset: [(key: String, value: String)] {
    switch self {
    case .spin:
      return choices("demonstrations", "demonstration", "spin", "previous", candidates: 1)
    case .irl:
      return choices("demonstrations", "refit", "best-of-m", "none", candidates: 8)
        + [("pairs", "none")]
    case .iterativeDPO:
      return choices("drawn", "reward", "dpo-pref", "initial", candidates: 4)
        + pairs("best-worst", "hard")
    case .onlineDPO:
      return choices("drawn", "oracle", "dpo-pref", "initial", candidates: 2, "continued")
        + pairs("iid", "hard")
    case .onlineIPO:
      return choices("drawn", "oracle", "ipo", "initial", candidates: 2, "continued")
        + pairs("iid", "drawn")
    case .sppo:
      return choices("drawn", "oracle", "sppo", "previous", candidates: 5)
        + pairs("best-worst", "soft") + [("win_rates", "all")]
    case .dno:
      return choices("drawn", "oracle", "dno", "previous", candidates: 4)
        + pairs("iid", "soft") + [("win_rates", "all")]
    case .inpo:
      return choices("drawn", "oracle", "inpo", "both", candidates: 8) + pairs("iid", "drawn")
    case .sailDP:
      return choices("data", "data", "sail", "initial", candidates: 2, "continued")
        + [("variant", "dp")]
    case .sailPP:
      return choices("drawn", "implicit", "sail", "initial", candidates: 2, "continued")
        + pairs("iid", "soft") + [("variant", "pp")]
    case .sailPR:
      return choices("drawn", "oracle", "sail", "initial", candidates: 2, "continued")
        + pairs("iid", "hard") + [("variant", "pr")]
    case .lire:
      return choices("data-and-drawn", "reward", "lire", "none", candidates: 4)
        + [("pairs", "none")]
    case .bestOfM:
      return choices("drawn", "reward", "best-of-m", "none", candidates: 8)
        + [("pairs", "none")]
    }
  }

  private func choices(
    _ source: String, _ labels: String, _ objective: String, _ anchor: String, candidates: Int,
    _ optimiser: String = "fresh"
  ) -> [(key: String, value: String)] {
    [
      ("source", source), ("labels", labels), ("objective", objective), ("anchor", anchor),
      ("candidates", "\(candidates)"), ("optimiser", optimiser),
    ]
  }

  private func pairs(_ rule: String, _ verdict: String) -> [(key: String, value: String)] {
    [("pairs", rule), ("verdict", verdict)]
  }
}
