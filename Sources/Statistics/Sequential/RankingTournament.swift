import Foundation

/// Which two of several systems to compare next, on how many prompts more, until their order is known: with
/// an error rate that holds however often one looks, whatever was chosen.
///
/// Each pair has its own sequence of prompts in one random order, and is decided when ``DuelEvidence`` for
/// one side reaches (2m − r)/α: m all pairs, r those whose order is known already, directly or because it
/// follows (i before j, j before k). That any order is decided wrongly has probability at most α: of the 2m
/// statements "i is not preferred to j" at least r, the other sides of what is rightly known, cannot be
/// rejected wrongly any more (Holm 1979, with largest evidence in the place of p-values; choosing a pair by
/// what was seen before changes no expectation). With a margin nothing is gained from r: 2m/α throughout.
///
/// What follows rests on preferences that do not go in circles, as Bradley–Terry's; circles that show
/// are reported and leave their members without order.
public struct RankingTournament: Sendable, Equatable {
  public enum Goal: Sendable, Equatable {
    /// Every system is told from its neighbours.
    case ranking
    /// So many systems are told from all others.
    case top(Int)
  }

  /// Which pairs are asked.
  public enum Design: Sendable, Equatable {
    /// Those that the goal still needs: neighbours of the order as it looks now.
    case chosen
    /// All that are not decided, until the goal is reached.
    case all
    /// All, each until it is decided.
    case each
  }

  public enum Decision: String, Sendable, Equatable, Codable {
    case above, below
    /// Within the margin around one half.
    case equivalent
  }

  /// What is known of two systems.
  public struct Duel: Sendable, Equatable {
    public let first: Int
    public let second: Int
    /// Prompts that were asked, and those of them with a verdict.
    public fileprivate(set) var asked = 0
    public fileprivate(set) var scored = 0
    /// Shares of the first, added up.
    public fileprivate(set) var won = 0.0
    public fileprivate(set) var decision: Decision?
    fileprivate var evidence: DuelEvidence
  }

  /// A pair and how many of its next prompts are to be asked.
  public struct Request: Sendable, Equatable {
    public let duel: Int
    public let prompts: Range<Int>

    public init(duel: Int, prompts: Range<Int>) {
      self.duel = duel
      self.prompts = prompts
    }
  }

  public let players: Int
  public let prompts: Int
  public let goal: Goal
  public let design: Design
  public let confidence: Double
  public let margin: Double?
  /// All pairs, the smaller number first.
  public private(set) var duels: [Duel]

  /// - Parameters:
  ///   - prompts: that each pair can be asked at most.
  ///   - margin: around one half, 0 … ½: closer systems count as equal.
  /// - Returns: nil for fewer than two players, no prompt, a goal, margin or confidence out of range.
  public init?(
    players: Int, prompts: Int, goal: Goal = .ranking, design: Design = .chosen,
    confidence: Double = 0.95, margin: Double? = nil
  ) {
    guard players > 1, prompts > 0, confidence > 0, confidence < 1 else { return nil }
    if case .top(let count) = goal, !(1..<players).contains(count) { return nil }
    if let margin, !(margin > 0 && margin < 0.5) { return nil }
    (self.players, self.prompts, self.goal) = (players, prompts, goal)
    (self.design, self.confidence, self.margin) = (design, confidence, margin)
    let fresh = DuelEvidence(margin: margin)
    duels = (0..<players).flatMap { first in
      (first + 1..<players).map { Duel(first: first, second: $0, evidence: fresh) }
    }
  }

  /// The place of a pair among ``duels``.
  private func place(_ one: Int, _ other: Int) -> Int {
    let (first, second) = (min(one, other), max(one, other))
    return first * (2 * players - first - 1) / 2 + second - first - 1
  }

  /// Prompts that were asked, over all pairs.
  public var asked: Int { duels.reduce(0) { $0 + $1.asked } }

  // MARK: Looking

  /// Takes what was said of the next prompt of a pair: the share of its first, nil where there is no verdict.
  /// What is decided stays decided.
  public mutating func add(_ share: Double?, to duel: Int) {
    duels[duel].asked += 1
    guard let share, share >= 0, share <= 1 else { return }
    duels[duel].scored += 1
    duels[duel].won += share
    guard duels[duel].decision == nil else { return }
    duels[duel].evidence.add(share)
    // The lowest bar there can be: what every pair but this one is known for.
    let least = log(Double(duels.count) / (1 - confidence))
    guard duels[duel].evidence.largest.contains(where: { $0 >= least }) else { return }
    // What is decided lowers the bar for the others.
    while decideOne() {}
  }

  /// log of what the evidence for a side has to reach.
  private var threshold: Double {
    let all = 2 * duels.count
    guard margin == nil else { return log(Double(all) / (1 - confidence)) }
    let order = order
    let known = duels.count { order.isKnown($0.first, $0.second) }
    return log(Double(all - known) / (1 - confidence))
  }

  private mutating func decideOne() -> Bool {
    let bar = threshold
    for (place, duel) in duels.enumerated() where duel.decision == nil && duel.scored > 0 {
      let found = duel.evidence.largest
      var decision: Decision?
      if found[0] >= bar { decision = .above }
      if found[1] >= bar { decision = .below }
      if found.count > 2, found[2] >= bar, found[3] >= bar { decision = .equivalent }
      guard let decision else { continue }
      duels[place].decision = decision
      return margin == nil
    }
    return false
  }

  // MARK: What is known

  /// Who is before whom.
  struct Order: Equatable {
    fileprivate(set) var isBefore: [[Bool]]

    func isKnown(_ one: Int, _ other: Int) -> Bool { isBefore[one][other] || isBefore[other][one] }
  }

  /// What is decided and what follows from it; nothing between members of a circle.
  var order: Order {
    var reaches = [[Bool]](repeating: [Bool](repeating: false, count: players), count: players)
    for duel in duels {
      if duel.decision == .above { reaches[duel.first][duel.second] = true }
      if duel.decision == .below { reaches[duel.second][duel.first] = true }
    }
    for middle in 0..<players {
      for one in 0..<players where reaches[one][middle] {
        for other in 0..<players where reaches[middle][other] { reaches[one][other] = true }
      }
    }
    var order = Order(isBefore: reaches)
    for one in 0..<players {
      for other in 0..<players where reaches[other][one] { order.isBefore[one][other] = false }
    }
    return order
  }

  /// Whether what is decided goes in a circle: i before j before k before i.
  public var hasCircle: Bool {
    let order = order
    return duels.contains { duel in
      (duel.decision == .above || duel.decision == .below)
        && !order.isKnown(duel.first, duel.second)
    }
  }

  /// Ranks that hold together: as many systems are surely better, and surely worse.
  public var ranks: [ClosedRange<Int>] {
    let order = order
    return (0..<players).map { one in
      let better = (0..<players).count { order.isBefore[$0][one] }
      let worse = (0..<players).count { order.isBefore[one][$0] }
      return 1 + better...players - worse
    }
  }

  /// Strengths as all verdicts so far say, in logits, mean 0: by ``BradleyTerry`` with its prior, for a
  /// description. Pairs are chosen by them; nothing is decided by them.
  public var strengths: [Double] {
    let battles = duels.filter { $0.scored > 0 }.map { duel in
      Battle(
        first: duel.first, second: duel.second, score: duel.won / Double(duel.scored),
        weight: Double(duel.scored), cluster: 0)
    }
    let none = [Double](repeating: 0, count: players)
    guard !battles.isEmpty else { return none }
    return BradleyTerry.fit(battles, players, BradleyTerry.defaultPrior, nil) ?? none
  }

  /// The best first: what is known, and strengths where nothing is.
  public var standing: [Int] { standing(order, strengths) }

  private func standing(_ order: Order, _ strengths: [Double]) -> [Int] {
    var left = Array(0..<players)
    var found: [Int] = []
    while !left.isEmpty {
      // Without circles somebody has nobody before.
      let free = left.filter { one in !left.contains { order.isBefore[$0][one] } }
      guard let best = free.max(by: { (strengths[$0], -$0) < (strengths[$1], -$1) }) else { break }
      found.append(best)
      left.removeAll { $0 == best }
    }
    return found
  }

  /// Pairs whose order the goal wants and nobody knows yet.
  private var wanted: [Int] {
    if design == .each { return duels.indices.filter { duels[$0].decision == nil } }
    let order = order
    let standing = standing(order, strengths)
    func isWanted(_ one: Int, _ other: Int) -> Bool {
      !order.isKnown(one, other) && duels[place(one, other)].decision == nil
    }
    func pairs(_ ones: [Int], _ others: [Int]) -> [Int] {
      ones.flatMap { one in others.filter { isWanted(one, $0) }.map { place(one, $0) } }
    }
    switch goal {
    case .top(let count):
      return pairs(Array(standing.prefix(count)), Array(standing.dropFirst(count)))
    case .ranking:
      // Neighbours that no prompt is left for, or that are equal, stand together: each of them is then
      // told from the neighbours of all.
      var groups: [[Int]] = []
      var found: [Int] = []
      for one in standing {
        guard let before = groups.last?.last else {
          groups.append([one])
          continue
        }
        let duel = duels[place(before, one)]
        let isEven =
          !order.isKnown(before, one) && (duel.decision != nil || duel.asked >= prompts)
        if isEven { groups[groups.count - 1].append(one) } else { groups.append([one]) }
        if isWanted(before, one) { found.append(place(before, one)) }
      }
      for (one, next) in zip(groups, groups.dropFirst())
      where order.isKnown(one[one.count - 1], next[0]) {
        found += pairs(one, next)
      }
      // Neighbours that no prompt is left for may still be told from those beyond them.
      guard !found.contains(where: { duels[$0].asked < prompts }) else { return found }
      for group in groups
      where group.count > 2
        && group.indices.dropFirst().contains(where: {
          duels[place(group[$0 - 1], group[$0])].decision == nil
        })
      {
        for (index, one) in group.enumerated() {
          found += pairs([one], Array(group.dropFirst(index + 2)))
        }
      }
      return found
    }
  }

  /// Whether the goal is reached: every order that it wants is known, or known to be within the margin.
  public var isResolved: Bool { wanted.isEmpty && !hasCircle }

  /// What is to be asked next; nothing where the goal is reached, or what is open has no prompts left.
  ///
  /// A pair is asked a quarter more than before, four prompts at least, so that rounds are few and little is
  /// asked beyond what decides.
  public var next: [Request] {
    let open = wanted.filter { duels[$0].asked < prompts }
    guard !open.isEmpty else { return [] }
    let asked =
      design == .all ? duels.indices.filter { duels[$0].decision == nil } : open
    return asked.sorted().compactMap { place in
      let done = duels[place].asked
      let end = min(prompts, done + max(4, done / 4))
      return done < end ? Request(duel: place, prompts: done..<end) : nil
    }
  }
}
