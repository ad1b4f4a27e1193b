import Runs

/// Several questions at once.
enum Together {
  /// The judgments in the order of their questions, whichever comes first.
  static func judgments(
    _ count: Int, _ asked: (Int) -> (any Judge, JudgeQuestion)
  ) async throws -> [Judgment] {
    try await withThrowingTaskGroup(of: (Int, Judgment).self) { group in
      for index in 0..<count {
        let (judge, question) = asked(index)
        group.addTask { (index, try await judge.judge(question)) }
      }
      var all: [(Int, Judgment)] = []
      for try await one in group { all.append(one) }
      return all.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}
