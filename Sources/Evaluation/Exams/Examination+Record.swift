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
        scores += self.scores(paper, [grade.values], of: subject.policy.id)
        scores += wholes(paper, [grade], of: subject.policy.id)
        if let note = grade.sections.note { notes[place].append("\(subject.policy.id): \(note)") }
      }
      for members in groups {
        let group = subjects[members[0]].policy.group
        if members.count > 1 {
          scores += self.scores(paper, members.map { values[$0] }, of: group)
          scores += wholes(paper, members.map { grades[$0] }, of: group)
        }
        guard members[0] != 0 else { continue }
        let name = members.count > 1 ? group : subjects[members[0]].policy.id
        contrasts +=
          contrast(paper, members.map { values[$0] }, values[0], of: name).map { [$0] } ?? []
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
      notes.append(
        categories(paper).isEmpty
          ? "only the first \(limit) items" : "only the first \(limit) items of each category")
    }
    if paper.kind.form == .answer {
      notes.append(
        (settings.samples == 1 ? "one answer" : "\(settings.samples) answers") + " of each item, "
          + (settings.usedTemperature == 0
            ? "of the likeliest tokens" : "at temperature \(settings.usedTemperature)")
          + ", of at most \(settings.maxTokens) tokens")
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
    found.estimate = ExamMetric.kept(found.estimate, of: values.metric)
    // Items that were left out are no numbers that are not finite.
    if values.counts != nil { found.nonfinite -= values.rows.count(where: \.isEmpty) }
    if found.estimate?.basis?.unit == .prompts { found.estimate?.basis?.unit = .items }
    return found
  }

  /// Numbers that are no means over items, the mean over seeds where there are several.
  private func wholes(
    _ paper: ExamPaper, _ grades: [ExamGrade], of subject: String
  ) -> [ExamRecord.Score] {
    func mean(_ values: [Double?]) -> Double? { Sample.mean(values.compactMap(\.self)) }
    var found: [(Measure, Double)] = []
    if let error = mean(grades.map(\.calibrationError)) {
      found.append((ExamMetric.calibrationError, error))
    }
    let sections = grades.map(\.sections.scores)
    for section in sections[0] {
      let values = sections.map { scores in scores.first { $0.name == section.name }?.value }
      if let value = mean(values) { found.append((ExamMetric.section(section.name), value)) }
    }
    return found.map { metric, value in
      ExamRecord.Score(
        exam: paper.settings.name, plain(metric, value, paper.items.count, of: subject))
    }
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

  /// Places of the items of each category, in order, where there are several.
  private func categories(_ paper: ExamPaper) -> [(name: String, places: [Int])] {
    var names: [String] = []
    var places: [String: [Int]] = [:]
    for (index, item) in paper.items.enumerated() {
      guard let category = item.category else { continue }
      if places[category] == nil { names.append(category) }
      places[category, default: []].append(index)
    }
    return names.count > 1 ? names.map { ($0, places[$0] ?? []) } : []
  }

  /// The metrics of a policy, or of a method over its seeds, `[seed][metric]`; the first by category too.
  private func scores(
    _ paper: ExamPaper, _ seeds: [[ExamValues]], of subject: String
  ) -> [ExamRecord.Score] {
    var scores: [ExamRecord.Score] = []
    for values in seeds[0] {
      let own = seeds.compactMap { seed in
        seed.first { $0.metric.name == values.metric.name }
      }
      guard own.count == seeds.count else { continue }
      scores.append(
        ExamRecord.Score(exam: paper.settings.name, overSeeds(own).measurement(of: subject)))
    }
    let primary = seeds.compactMap { seed in
      seed.first { $0.metric.name == paper.kind.primary }
    }
    guard primary.count == seeds.count else { return scores }
    for category in categories(paper) {
      let part = primary.map { values in
        var part = values
        part.rows = category.places.map { values.rows[$0] }
        part.counts = values.counts.map { counts in category.places.map { counts[$0] } }
        return part
      }
      guard part.allSatisfy({ $0.rows.contains { !$0.isEmpty } }) else { continue }
      scores.append(
        ExamRecord.Score(
          exam: paper.settings.name, category: category.name,
          overSeeds(part).measurement(of: subject)))
    }
    return scores
  }

  private func overSeeds(_ values: [ExamValues]) -> Finding {
    let found = values.map { finding($0) }
    guard found.count > 1 else { return found[0] }
    var whole = found[0]
    whole.estimate = ExamMetric.kept(
      findings.inference.estimate(whole.measure.kind.quantity, seeds: found.map(\.values)),
      of: whole.measure)
    return whole
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
    // Two shares differ by one at most.
    if theirs.measure.kind == .share, let interval = estimate.interval {
      estimate.interval = Interval(max(-1, interval.low), min(1, interval.high))
    }
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
