/// What a source does with bad rows.
public struct BadRows: Equatable, Sendable {
  public enum Way: String, CaseIterable, Sendable { case refuse, skip }

  public let way: Way
  /// The largest share of bad rows that may be left out; unless it is 0, one may be, as a share of
  /// few rows says nothing, but never all.
  public let most: Double

  /// - Parameter most: a tenth by default, as published sets stay far below it and a column that
  ///   was misread does not.
  public init(_ way: Way = .refuse, most: Double = 0.1) {
    self.way = way
    self.most = most
  }

  /// How many bad rows a message shows.
  static let shown = 20

  /// Why bad rows cannot be left out; nil where they can.
  ///
  /// - Parameters:
  ///   - bad: the first of them at least.
  ///   - total: how many there are; as many as are given where it is nil.
  public func objection(
    to bad: [RowProblem], _ total: Int? = nil, of read: Int
  ) -> CorpusError? {
    guard let first = bad.first else { return nil }
    if way == .refuse {
      return .rows(Array(bad.prefix(Self.shown)), total: total ?? bad.count)
    }
    if let end = bad.first(where: \.endsReading) { return .rows([end], total: 1) }
    let count = total ?? bad.count
    let allowed = most == 0 ? 0 : max(1, most * Double(read))
    let problem: String
    if count == read {
      problem = read == 1 ? "its one row is bad" : "all \(read) rows are bad"
    } else if Double(count) > allowed {
      problem =
        "\(count) of \(read) rows \(count == 1 ? "is" : "are") bad, more than the share of \(most) "
        + "that most_bad_rows allows"
    } else {
      return nil
    }
    return .file(path: first.file, problem: "\(problem); the first: \(first)")
  }
}
