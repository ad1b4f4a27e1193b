import Published
import Runs
import Statistics

extension Examination {
  private var findings: Findings {
    var settings = EvaluationSettings()
    settings.confidence = confidence
    return Findings(settings: settings)
  }

  /// - Parameter answers: `[subject][paper][item]`.
  func record(_ answers: [[[ExamAnswer]]]) -> ExamRecord {
    var scores: [ExamRecord.Score] = []
    var contrasts: [ExamRecord.Contrast] = []
    var notes = papers.map { _ in [String]() }
    for (place, paper) in papers.enumerated() {
      let grades = subjects.indices.map { grade(answers, subject: $0, paper: place) }
      let values = grades.map(\.values)
      for (subject, grade) in zip(subjects, grades) {
        scores += self.scores(paper, grade, of: subject.policy.id)
        if let note = grade.sections.note { notes[place].append("\(subject.policy.id): \(note)") }
      }
      for members in groups {
        let group = subjects[members[0]].policy.group
        if members.count > 1 {
          scores += self.scores(paper, members.map { values[$0] }, of: group)
        }
        guard members[0] != 0 else { continue }
        let name = members.count > 1 ? group : subjects[members[0]].policy.id
        contrasts += contrast(paper, members.map { values[$0] }, values[0], of: name).map { [$0] } ?? []
      }
    }
    let corrected = MultipleComparisons.holm(contrasts.map(\.pValue)) ?? []
    for (index, value) in corrected.enumerated() { contrasts[index].correctedPValue = value }
    return ExamRecord(
      reference: subjects[0].policy.id, policies: subjects.map(\.policy),
      exams: zip(papers, notes).map { self.exam($0, $1) },
      sittings: zip(subjects, answers).flatMap { subject, answers in
        zip(papers, answers).map { sitting($0, $1, of: subject.policy.id) }
      },
      scores: scores, contrasts: contrasts, confidence: confidence)
  }

  /// Places of the final checkpoints of each method, in order; the reference is one by itself.
  private var groups: [[Int]] {
    var groups: [[Int]] = []
    for (place, subject) in subjects.enumerated() {
      if place > 0,
        let known = groups.firstIndex(where: {
          $0[0] != 0 && subjects[$0[0]].policy.group == subject.policy.group
        })
      {
        groups[known].append(place)
      } else {
        groups.append([place])
      }
    }
    return groups
  }

  // MARK: Papers

  private func exam(_ paper: ExamPaper, _ notes: [String]) -> ExamRecord.Exam {
    var notes = notes
    let settings = paper.settings
    if let limit = settings.limit {
      notes.append("only the first \(limit) items of each category")
    }
    if paper.kind.form == .answer {
      notes.append(
        "\(settings.samples) answer\(settings.samples == 1 ? "" : "s") of each item at temperature "
          + "\(settings.usedTemperature), of at most \(settings.maxTokens) tokens")
    }
    if let skipped = paper.firstSkipped { notes.append("left out: \(skipped)") }
    return ExamRecord.Exam(
      name: settings.name, kind: paper.kind.rawValue, form: paper.kind.words, files: paper.files,
      shots: settings.shots, shotFiles: paper.shotFiles,
      isChat: settings.isChat || paper.kind.form == .completions, items: paper.items.count,
      skippedRows: paper.skippedRows, primary: paper.kind.primary, notes: notes)
  }

  private func sitting(
    _ paper: ExamPaper, _ answers: [ExamAnswer], of policy: String
  ) -> ExamRecord.Sitting {
    ExamRecord.Sitting(
      exam: paper.settings.name, policy: policy, answered: answers.count { !$0.isMissing },
      tooLong: answers.count(where: \.isTooLong), cut: answers.count(where: \.isCut),
      unfinished: answers.reduce(0) { $0 + $1.finished.count { !$0 } },
      straddling: answers.count(where: \.isStraddling))
  }

  // MARK: Scores

  private func finding(_ values: ExamValues) -> Finding {
    let what = values.metric.definition
    var found =
      values.counts.map { counts in
        findings.quotient(
          values.metric, sums: values.rows.map { $0.first ?? .nan }, counts: counts, what)
      } ?? findings.finding(values.metric, values.rows, what)
    // Items that were left out are no numbers that are not finite.
    if values.counts != nil { found.nonfinite -= values.rows.count(where: \.isEmpty) }
    if found.estimate?.basis?.unit == .prompts { found.estimate?.basis?.unit = .items }
    return found
  }

  private func scores(
    _ paper: ExamPaper, _ grade: ExamGrade, of policy: String
  ) -> [ExamRecord.Score] {
    let name = paper.settings.name
    let values = grade.values
    var scores = values.map {
      ExamRecord.Score(exam: name, finding($0).measurement(of: policy))
    }
    if let error = grade.calibrationError {
      scores.append(
        ExamRecord.Score(
          exam: name,
          plain(ExamMetric.calibrationError, error, paper.items.count, of: policy)))
    }
    for section in grade.sections.scores {
      scores.append(
        ExamRecord.Score(
          exam: name,
          plain(ExamMetric.section(section.name), section.value, paper.items.count, of: policy)))
    }
    guard let primary = values.first(where: { $0.metric.name == paper.kind.primary }) else {
      return scores
    }
    return scores + byCategory(paper, primary, of: policy)
  }

  /// A number that is no mean over items, and has no interval.
  private func plain(
    _ metric: Measure, _ value: Double, _ count: Int, of policy: String
  ) -> Measurement {
    Measurement(
      name: metric.name, subject: policy, value: value, count: count, clusters: count,
      unit: metric.unit, direction: metric.direction, method: metric.definition + "; no interval",
      version: metric.version)
  }

  /// The first metric in each category, where there are several.
  private func byCategory(
    _ paper: ExamPaper, _ values: ExamValues, of policy: String
  ) -> [ExamRecord.Score] {
    var categories: [String] = []
    var places: [String: [Int]] = [:]
    for (index, item) in paper.items.enumerated() {
      guard let category = item.category else { continue }
      if places[category] == nil { categories.append(category) }
      places[category, default: []].append(index)
    }
    guard categories.count > 1 else { return [] }
    return categories.compactMap { category in
      let own = places[category] ?? []
      var part = values
      part.rows = own.map { values.rows[$0] }
      part.counts = values.counts.map { counts in own.map { counts[$0] } }
      guard part.rows.contains(where: { !$0.isEmpty }) else { return nil }
      return ExamRecord.Score(
        exam: paper.settings.name, category: category, finding(part).measurement(of: policy))
    }
  }

  /// A method over its seeds, `[seed][metric]`.
  private func scores(
    _ paper: ExamPaper, _ seeds: [[ExamValues]], of group: String
  ) -> [ExamRecord.Score] {
    seeds[0].indices.compactMap { metric in
      let own = seeds.compactMap { seed in
        seed.first { $0.metric.name == seeds[0][metric].metric.name }
      }
      guard own.count == seeds.count else { return nil }
      let found = own.map { finding($0) }
      var whole = found[0]
      whole.estimate = findings.inference.estimate(
        whole.measure.kind.quantity, seeds: found.map(\.values))
      return ExamRecord.Score(exam: paper.settings.name, whole.measurement(of: group))
    }
  }

  // MARK: Contrasts

  private func contrast(
    _ paper: ExamPaper, _ seeds: [[ExamValues]], _ reference: [ExamValues], of subject: String
  ) -> ExamRecord.Contrast? {
    func primary(_ values: [ExamValues]) -> Finding? {
      values.first { $0.metric.name == paper.kind.primary }.map { finding($0) }
    }
    let ours = seeds.compactMap(primary)
    guard let theirs = primary(reference), ours.count == seeds.count,
      let found = findings.inference.itemDifference(
        ours.map(\.values), minus: [theirs.values])
    else { return nil }
    var estimate = found.estimate
    if estimate.basis?.unit == .prompts { estimate.basis?.unit = .items }
    let isMcNemar = found.test == .mcNemar
    let pairs = zip(ours[0].values, theirs.values).filter { !$0.0.isEmpty && !$0.1.isEmpty }
    return ExamRecord.Contrast(
      exam: paper.settings.name,
      difference: Measurement(
        name: theirs.measure.name, subject: subject, reference: subjects[0].policy.id,
        value: estimate.value, low: estimate.interval?.low, high: estimate.interval?.high,
        count: pairs.count, clusters: pairs.count, unit: theirs.measure.unit,
        direction: theirs.measure.direction,
        method: "difference to the reference, paired by item; \(estimate.basis?.words ?? "")",
        confidence: estimate.basis?.confidence),
      pValue: found.pValue, correctedPValue: found.pValue, test: found.test.rawValue,
      gained: isMcNemar ? pairs.count { $0.0[0] > $0.1[0] } : nil,
      lost: isMcNemar ? pairs.count { $0.0[0] < $0.1[0] } : nil)
  }
}
