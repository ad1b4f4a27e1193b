import Runs
import Statistics

/// Rows of files with every comparison of a rater once.
///
/// Files grow when a run is appended again: a row that says what an earlier one says counts once, a
/// failed judgment that was made again counts as made, and verdicts that differ count as their mean.
struct MergedRows<Row> {
  private(set) var rows: [Row] = []
  private(set) var repeated = 0
  private(set) var judgedAgain = 0
  private(set) var contradicted = 0

  /// - Parameters:
  ///   - key: what is one comparison of one rater.
  ///   - hasVerdict: whether a row has one.
  ///   - isSame: whether two rows of one comparison say the same.
  ///   - mean: of rows that have a verdict, two or more.
  init<Key: Hashable>(
    _ all: [Row], key: (Row) -> Key, hasVerdict: (Row) -> Bool, isSame: (Row, Row) -> Bool,
    mean: ([Row]) -> Row
  ) {
    var places: [Key: Int] = [:]
    var groups: [[Row]] = []
    for row in all {
      if let place = places[key(row)] {
        groups[place].append(row)
      } else {
        places[key(row)] = groups.count
        groups.append([row])
      }
    }
    for group in groups {
      let distinct = group.reduce(into: [Row]()) { known, row in
        if !known.contains(where: { isSame($0, row) }) { known.append(row) }
      }
      repeated += group.count - distinct.count
      let answered = distinct.filter(hasVerdict)
      if !answered.isEmpty, answered.count < distinct.count { judgedAgain += 1 }
      if answered.count > 1 { contradicted += 1 }
      rows.append(answered.count > 1 ? mean(answered) : answered.first ?? group[0])
    }
  }

  var remarks: [RowRemark] {
    [
      repeated > 0 ? .repeated(rows: repeated) : nil,
      judgedAgain > 0 ? .judgedAgain(comparisons: judgedAgain) : nil,
      contradicted > 0 ? .contradicted(comparisons: contradicted) : nil,
    ].compactMap(\.self)
  }
}

/// One comparison of one rater.
private struct RatedPlace: Hashable {
  let matchUp: MatchUp
  let rater: Preference.Rater
  let prompt: ByteText
  let item: ByteText
  let canary: CanaryKind?
}

/// One answer that a judge scored.
private struct ScoredPlace: Hashable {
  let judge: ByteText?
  let model: ByteText
  let question: ByteText
  let turn: Int
}

extension MergedRows where Row == Preference {
  init(_ all: [Preference]) {
    self.init(
      all,
      key: {
        RatedPlace(
          matchUp: $0.matchUp, rater: $0.rater, prompt: $0.prompt, item: $0.item,
          canary: $0.canary)
      }, hasVerdict: { $0.share != nil },
      isSame: { $0.share == $1.share && $0.orders == $1.orders && $0.gap == $1.gap },
      mean: { rows in
        var one = rows[0]
        one.share = Sample.mean(rows.compactMap(\.share))
        let orders = rows.compactMap(\.orders)
        one.orders =
          orders.isEmpty
          ? nil
          : Preference.SwappedShares(
            direct: Sample.mean(orders.compactMap(\.direct)),
            swapped: Sample.mean(orders.compactMap(\.swapped)))
        return one
      })
  }
}

extension MergedRows where Row == SingleScore {
  init(_ all: [SingleScore]) {
    self.init(
      all,
      key: {
        ScoredPlace(
          judge: $0.judge.map { ByteText($0) }, model: ByteText($0.model),
          question: ByteText($0.question), turn: $0.turn ?? 1)
      }, hasVerdict: { $0.score != nil }, isSame: { $0.score == $1.score },
      mean: { rows in
        var one = rows[0]
        one.score = Sample.mean(rows.compactMap(\.score))
        return one
      })
  }
}
