/// Finds the lists of a section and says what is wrong with them.
struct SweepReader {
  static let key = "sweep"
  private static let ranges = ["uniform", "log_uniform"]
  private static let most = 1000

  /// A setting that is a list or a range, with where that is written.
  private struct Found {
    let path: [String]
    let place: RecipePlace
    var options: [RecipeNode] = []
    var range: (range: SweepDraws.Range, trials: Int)?
  }

  let path: String
  let ledger: MistakeLedger

  /// - Parameters:
  ///   - node: of the section.
  ///   - name: of the section; with the seed it decides what is drawn.
  func sweep(of node: RecipeNode, at place: RecipePlace, seed: Int, name: String) -> Sweep {
    let before = ledger.mistakes.count
    var found: [Found] = []
    var pairs: RecipePlace?
    if case .mapping(let entries) = node.content {
      for entry in entries {
        if entry.key == Self.key {
          if isZip(entry) { pairs = entry.value.place }
        } else {
          find(in: entry.value, at: [entry.key], &found)
        }
      }
    }
    if let pairs, found.isEmpty {
      ledger.add(pairs, "\(shown([Self.key])) is zip, and no setting beside it is a sweep")
    }
    if let kind = found.first(where: { $0.path == ["kind"] }) {
      ledger.add(kind.place, "\(shown(["kind"])) is a sweep; stages of two kinds are two stages")
    }
    if let often = found.first(where: { $0.path == ["per_seed"] }) {
      ledger.add(
        often.place,
        "\(shown(["per_seed"])) is a sweep; it says how often a stage runs, which is nothing to choose; "
          + "write true or false")
    }
    if let pairs, let one = found.first(where: { $0.range != nil }),
      found.contains(where: { $0.range == nil })
    {
      ledger.add(
        pairs,
        "\(shown([Self.key])): zip pairs lists, and \(shown(one.path)) is drawn at random; write its values"
      )
    }
    let keys = Self.short(found.map(\.path))
    var axes: [SweepAxis] = []
    var drawn: [(found: Found, key: String)] = []
    var paired: [(found: Found, key: String)] = []
    for (one, key) in zip(found, keys) {
      if one.range != nil {
        drawn.append((one, key))
      } else if pairs != nil {
        paired.append((one, key))
      } else {
        axes.append(Self.axis([(one, key)]))
      }
    }
    if let pairs, let axis = zipped(paired, pairs) { axes.append(axis) }
    if let axis = random(drawn, SweepDraws(seed: seed, name: name)) { axes.append(axis) }
    return Sweep(
      axes: axes, isSound: ledger.mistakes.count == before, node: node, place: place)
  }

  /// Whether the section pairs its lists.
  private func isZip(_ entry: RecipeNode.Entry) -> Bool {
    switch entry.value.text {
    case "zip": return true
    case "grid": return false
    default:
      ledger.add(
        entry.value.place,
        "\(shown([Self.key])) is \(entry.value.shown); here it is zip or grid, and a list stands at its "
          + "setting, as in beta: {sweep: [0.1, 0.3]}")
      return false
    }
  }

  private func find(in node: RecipeNode, at path: [String], _ found: inout [Found]) {
    guard case .mapping(let entries) = node.content else { return }
    guard let sweep = entries.first(where: { $0.key == Self.key }) else {
      for entry in entries { find(in: entry.value, at: path + [entry.key], &found) }
      return
    }
    var one = Found(path: path, place: sweep.keyPlace)
    if let other = entries.first(where: { $0.key != Self.key }) {
      ledger.add(
        other.keyPlace,
        "\(shown(path)): \(Quoted.text(other.key)) stands beside sweep, which takes the place of the "
          + "whole setting")
    }
    switch sweep.value.content {
    case .sequence(let items): one.options = options(items, path, sweep.keyPlace)
    case .mapping(let entries): one.range = range(entries, path, sweep.keyPlace)
    case .scalar:
      ledger.add(
        sweep.value.place,
        "\(shown(path)): sweep is \(sweep.value.shown); it is a list, as in [0.1, 0.3], or a range, as "
          + "in {log_uniform: [1e-4, 1e-2], trials: 16}")
    }
    if one.range != nil || !one.options.isEmpty { found.append(one) }
  }

  private func options(
    _ items: [RecipeNode], _ path: [String], _ place: RecipePlace
  ) -> [RecipeNode] {
    if items.isEmpty { ledger.add(place, "\(shown(path)): sweep is an empty list") }
    var known: [String] = []
    for item in items {
      // 0.1 and 1e-1 are one value.
      let value = item.number.map { "\($0)" } ?? item.flat
      if known.contains(value) {
        ledger.add(item.place, "\(shown(path)): sweep holds \(item.shown) twice")
        return []
      }
      known.append(value)
    }
    return items
  }

  private func range(
    _ entries: [RecipeNode.Entry], _ path: [String], _ place: RecipePlace
  ) -> (range: SweepDraws.Range, trials: Int)? {
    func refuse(_ problem: String, at place: RecipePlace) -> (SweepDraws.Range, Int)? {
      ledger.add(
        place,
        "\(shown(path)): \(problem); a range is written {log_uniform: [1e-4, 1e-2], trials: 16}, or "
          + "with uniform")
      return nil
    }
    for entry in entries where !(Self.ranges + ["trials"]).contains(entry.key) {
      return refuse("sweep does not know \(Quoted.text(entry.key))", at: entry.keyPlace)
    }
    let given = entries.filter { Self.ranges.contains($0.key) }
    guard given.count == 1, let entry = given.first else {
      return refuse("sweep has \(given.isEmpty ? "no range" : "two ranges")", at: place)
    }
    guard case .sequence(let ends) = entry.value.content, ends.count == 2,
      let low = ends[0].number, let high = ends[1].number, low < high
    else {
      return refuse("\(entry.key) is two numbers, the lower one first", at: entry.value.place)
    }
    let isLogarithmic = entry.key == "log_uniform"
    if isLogarithmic, low <= 0 {
      return refuse("log_uniform begins above 0", at: ends[0].place)
    }
    guard let trials = entries.first(where: { $0.key == "trials" }) else {
      return refuse("sweep draws at random and needs trials", at: place)
    }
    guard let count = trials.value.integer, (1...Self.most).contains(count) else {
      return refuse(
        "trials is \(trials.value.shown); it must be from 1 to \(Self.most)", at: trials.value.place
      )
    }
    return (SweepDraws.Range(low: low, high: high, isLogarithmic: isLogarithmic), count)
  }

  // MARK: Axes

  private static func axis(_ found: [(found: Found, key: String)]) -> SweepAxis {
    let words = found.map { SweepAxis.words(for: $0.found.options) }
    let count = found.first?.found.options.count ?? 0
    return SweepAxis(
      keys: found.map(\.key), paths: found.map(\.found.path),
      options: (0..<count).map { index in
        SweepAxis.Option(
          nodes: found.map { $0.found.options[index] }, words: words.map { $0[index] })
      })
  }

  private func zipped(_ found: [(found: Found, key: String)], _ place: RecipePlace) -> SweepAxis? {
    guard let first = found.first else { return nil }
    if let other = found.first(where: { $0.found.options.count != first.found.options.count }) {
      ledger.add(
        place,
        "\(shown([Self.key])): zip pairs lists of one length; \(first.key) has "
          + "\(first.found.options.count) values, \(other.key) \(other.found.options.count)")
      return nil
    }
    return Self.axis(found)
  }

  private func random(_ found: [(found: Found, key: String)], _ draws: SweepDraws) -> SweepAxis? {
    guard let first = found.first, let trials = first.found.range?.trials else { return nil }
    var draws = draws
    var filled = found
    for index in filled.indices {
      let one = filled[index].found
      guard let range = one.range else { continue }
      guard range.trials == trials else {
        ledger.add(
          one.place,
          "\(shown(one.path)): has \(range.trials) trials and \(first.key) \(trials); what is drawn at "
            + "random in one section is drawn together, so the numbers must be equal")
        return nil
      }
      guard let values = draws.values(trials, in: range.range) else {
        ledger.add(
          one.place,
          "\(shown(one.path)): the range has no \(trials) different values of \(SweepDraws.digits) digits; "
            + "lower trials")
        return nil
      }
      filled[index].found.options = values.map {
        var node = RecipeNode(content: .scalar(text: $0, quoted: false), place: one.place)
        node.isDrawn = true
        return node
      }
    }
    return Self.axis(filled)
  }

  // MARK: Words

  private func shown(_ keys: [String]) -> String {
    Quoted.plain((path.isEmpty ? keys : [path] + keys).joined(separator: "."))
  }

  /// The shortest end of each path that no other one has.
  private static func short(_ paths: [[String]]) -> [String] {
    paths.map { path in
      let length = (1...path.count).first { length in
        paths.allSatisfy { $0 == path || $0.suffix(length) != path.suffix(length) }
      }
      return path.suffix(length ?? path.count).joined(separator: ".")
    }
  }
}

extension RecipeNode {
  /// Everything below, to tell values apart.
  fileprivate var flat: String {
    switch content {
    case .scalar(let text, let quoted): quoted ? "\"\(text)\"" : text
    case .sequence(let items): "[\(items.map(\.flat).joined(separator: ", "))]"
    case .mapping(let entries):
      "{\(entries.map { "\($0.key): \($0.value.flat)" }.joined(separator: ", "))}"
    }
  }
}
