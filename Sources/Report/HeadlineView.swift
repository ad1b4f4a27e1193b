/// A few columns of the first table: seven with the policies' names fit a page and a sheet of paper.
struct HeadlineView: Equatable {
  let title: String
  let columns: [HeadlineSection.Column]

  private static let most = 6
  /// What stands in the first view, as far as it was measured.
  private static let lead: [(name: String, comparison: Study.Comparison)] = [
    ("reward", .none), ("kl", .none), ("win_rate", .reference), (JudgedRate.name, .reference),
    ("held_out_reward", .none), ("prompts_worse", .none), ("win_rate", .chosen),
  ]
  private static let topics: [(title: String, names: Set<String>)] = [
    (
      "Rewards and wins",
      [
        "reward", "held_out_reward", "reward_gap", "classifier_accuracy", "win_rate",
        JudgedRate.name,
        "prompts_worse", "kl",
      ]
    ),
    ("Labelled pairs", ["preference_accuracy", "chosen_log_ratio", "rejected_log_ratio"]),
  ]

  /// - Parameter columns: those of which something was measured, in order.
  static func all(of columns: [HeadlineSection.Column]) -> [HeadlineView] {
    guard columns.count > most else { return [HeadlineView(title: "Main", columns: columns)] }
    let first = lead.compactMap { wish in
      columns.first { $0.name == wish.name && $0.comparison == wish.comparison }
    }.prefix(most)
    var rest = columns.filter { !first.contains($0) }
    var views = first.isEmpty ? [] : [HeadlineView(title: "Main", columns: Array(first))]
    guard rest.count > most else { return views + [HeadlineView(title: "More", columns: rest)] }
    for topic in topics + [("Texts", Set(rest.map(\.name)))] {
      let found = rest.filter { topic.names.contains($0.name) }
      rest.removeAll { found.contains($0) }
      // A topic is small; one that grows is cut.
      for start in stride(from: 0, to: found.count, by: most) {
        let part = Array(found[start..<min(found.count, start + most)])
        views.append(
          HeadlineView(title: start == 0 ? topic.title : "\(topic.title), more", columns: part))
      }
    }
    return views
  }
}
