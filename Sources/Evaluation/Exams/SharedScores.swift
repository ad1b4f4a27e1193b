import Policy
import Torch

/// Log-probabilities of many sequences, of which neighbours have long beginnings in common.
///
/// What several sequences begin with is run once: the examples in front of all questions of a subject,
/// or a question in front of its choices, whichever saves more. Nothing is padded but inside of
/// attention, so that a sequence's score does not depend on its neighbours but for rounding.
struct SharedScores {
  let model: Decoder
  /// Rows of hidden states that exist at a time.
  var rowBudget = 8192
  /// Elements of one attention mask.
  var maskBudget = 1 << 24

  init(_ model: Decoder) { self.model = model }

  /// log π of the scored tokens, summed, in nats; `[item][sequence]`.
  ///
  /// - Throws: ``PolicyError/input(_:)`` for a sequence beyond the context.
  func sums(_ items: [[ScoredSequence]]) throws -> [[Double]] {
    var sums = items.map { $0.map { _ in 0.0 } }
    var pass: [Trunk] = []
    func run() throws {
      for (place, sum) in try withoutGradient({ try score(pass, items) }) {
        sums[place.item][place.sequence] = sum
      }
      pass = []
    }
    for trunk in trunks(items) {
      if !pass.isEmpty, !fits(pass + [trunk]) { try run() }
      pass.append(trunk)
    }
    if !pass.isEmpty { try run() }
    return sums
  }

  // MARK: Planning

  private struct Place {
    var item: Int
    var sequence: Int
  }

  /// A beginning and what follows it.
  private struct Trunk {
    var root: ArraySlice<Int>
    /// Different inputs behind the root, those without tokens left out.
    var branches: [ArraySlice<Int>]
    var members: [(place: Place, branch: Int?)]
    var longestBranch: Int { branches.map(\.count).max() ?? 0 }
    var rows: Int { root.count + branches.reduce(0) { $0 + $1.count } }
  }

  /// Groups neighbours as long as running their common beginning once is less work.
  private func trunks(_ items: [[ScoredSequence]]) -> [Trunk] {
    var trunks: [Trunk] = []
    for own in items.indices.flatMap({ places($0, items) }) {
      let alone = trunk(own, items)
      if let last = trunks.last {
        let merged = trunk(last.members.map(\.place) + own, items)
        if !merged.root.isEmpty, merged.rows < last.rows + alone.rows, fits([merged]) {
          trunks[trunks.count - 1] = merged
          continue
        }
      }
      trunks.append(alone)
    }
    return trunks
  }

  /// The sequences of an item together, or, where cutting left them no beginning in common, one by one.
  private func places(_ item: Int, _ items: [[ScoredSequence]]) -> [[Place]] {
    let all = items[item].indices.map { Place(item: item, sequence: $0) }
    guard !all.isEmpty, trunk(all, items).root.isEmpty else { return all.isEmpty ? [] : [all] }
    return all.map { [$0] }
  }

  private func trunk(_ places: [Place], _ items: [[ScoredSequence]]) -> Trunk {
    let all = places.map { items[$0.item][$0.sequence] }
    // A root reaches at most to what predicts the first scored token.
    var common = all[0].ids.prefix(all.map(\.start).min() ?? 0)
    for sequence in all {
      common = common.prefix(zip(common, sequence.input).prefix { $0 == $1 }.count)
    }
    var branches: [ArraySlice<Int>] = []
    var known: [ArraySlice<Int>: Int] = [:]
    let members = zip(places, all).map { place, sequence -> (place: Place, branch: Int?) in
      let rest = sequence.input.dropFirst(common.count)
      guard !rest.isEmpty else { return (place, nil) }
      if let branch = known[rest] { return (place, branch) }
      known[rest] = branches.count
      branches.append(rest)
      return (place, branches.count - 1)
    }
    return Trunk(root: common, branches: branches, members: members)
  }

  private func fits(_ pass: [Trunk]) -> Bool {
    let rows = pass.reduce(0) { $0 + $1.rows }
    let branches = pass.reduce(0) { $0 + $1.branches.count }
    let time = pass.map(\.longestBranch).max() ?? 0
    let keys = (pass.map(\.root.count).max() ?? 0) + time
    return rows <= rowBudget && branches * time * keys <= maskBudget
  }

  // MARK: Running

  private func score(
    _ pass: [Trunk], _ items: [[ScoredSequence]]
  ) throws -> [(Place, Double)] {
    var continuations: [Layout.Continuation] = []
    var firstBranch: [Int] = []
    for (root, trunk) in pass.enumerated() {
      firstBranch.append(continuations.count)
      continuations += trunk.branches.map { Layout.Continuation(prompt: root, tokens: Array($0)) }
    }
    let layout = try Layout(
      prompts: pass.map { Array($0.root) }, continuations: continuations,
      positions: model.configuration.positions, on: model.device)
    var rows: [Int] = []
    var ids: [Int] = []
    for (root, trunk) in pass.enumerated() {
      for (place, branch) in trunk.members {
        let sequence = items[place.item][place.sequence]
        for time in sequence.start..<sequence.ids.count {
          // The row before a token predicts it.
          let behind = time - 1 - trunk.root.count
          rows.append(
            behind < 0
              ? layout.promptStarts[root] + time - 1
              : layout.continuationStarts[firstBranch[root] + (branch ?? 0)] + behind)
          ids.append(sequence.ids[time])
        }
      }
    }
    let states = try model.hidden(layout).select(0, Tensor.of(rows, on: model.device))
    let values: [Double] = try states.tokenLogProbabilities(
      model.head, Tensor.of(ids, on: model.device), cap: model.configuration.logitCap,
      precision: model.precision
    ).values()
    var next = 0
    return pass.flatMap(\.members).map { member in
      let count = items[member.place.item][member.place.sequence].scored
      defer { next += count }
      return (member.place, values[next..<next + count].reduce(0, +))
    }
  }
}
