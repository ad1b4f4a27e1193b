/// Who has scored against whom: an arrow from each player to those it took points from.
public enum WinGraph {
  /// Whether every player can be reached from every other along arrows.
  ///
  /// Exactly then a Bradley–Terry maximum is finite: otherwise some group has never lost a point
  /// to the rest, and could be raised without end.
  ///
  /// Source: Ford 1957, "Solution of a ranking problem from binary comparisons".
  public static func isStronglyConnected(_ battles: [Battle], players: Int) -> Bool {
    guard players > 1 else { return true }
    var forward = [[Int]](repeating: [], count: players)
    var backward = forward
    for battle in battles where battle.weight > 0 {
      if battle.score > 0 {
        forward[battle.first].append(battle.second)
        backward[battle.second].append(battle.first)
      }
      if battle.score < 1 {
        forward[battle.second].append(battle.first)
        backward[battle.first].append(battle.second)
      }
    }
    return reached(forward) == players && reached(backward) == players
  }

  /// The players that comparisons connect, group by group, whoever won: strengths of different groups
  /// say nothing of each other.
  public static func groups(_ battles: [Battle], players: Int) -> [[Int]] {
    var group = Array(0..<players)
    for battle in battles where battle.weight > 0 {
      let (one, other) = (group[battle.first], group[battle.second])
      guard one != other else { continue }
      for player in group.indices where group[player] == other { group[player] = one }
    }
    return Dictionary(grouping: 0..<players) { group[$0] }.values.map { $0 }
      .sorted { $0[0] < $1[0] }
  }

  private static func reached(_ arrows: [[Int]]) -> Int {
    var seen = [Bool](repeating: false, count: arrows.count)
    seen[0] = true
    var pending = [0]
    var count = 1
    while let player = pending.popLast() {
      for next in arrows[player] where !seen[next] {
        seen[next] = true
        count += 1
        pending.append(next)
      }
    }
    return count
  }
}
