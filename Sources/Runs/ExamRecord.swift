/// What examinations found of the checkpoints of a run, or of models by themselves: `exams.json`.
///
/// Every answer behind it is a line of `exams/<policy>/samples_<exam>.jsonl`.
public struct ExamRecord: Codable, Sendable, Equatable {
  /// One examination, as all sat it.
  public struct Exam: Codable, Sendable, Equatable {
    public struct File: Codable, Sendable, Equatable {
      public var name: String
      public var sha256: String

      public init(name: String, sha256: String) {
        self.name = name
        self.sha256 = sha256
      }
    }

    public var name: String
    /// The kind of its files and grades, such as `mmlu`.
    public var kind: String
    /// What is asked, in words.
    public var form: String
    public var files: [File]
    /// Examples in front of each item, and the files they are from.
    public var shots: Int
    public var shotFiles: [File]
    /// Prompts are turns, written by each model's chat template.
    public var isChat: Bool
    /// Questions, after the limit.
    public var items: Int
    /// Rows that could not be used and were left out.
    public var skippedRows: Int
    /// The metric by which checkpoints are compared.
    public var primary: String
    /// What else has to be known, in order.
    public var notes: [String]

    public init(
      name: String, kind: String, form: String, files: [File], shots: Int, shotFiles: [File],
      isChat: Bool, items: Int, skippedRows: Int, primary: String, notes: [String]
    ) {
      self.name = name
      self.kind = kind
      self.form = form
      self.files = files
      self.shots = shots
      self.shotFiles = shotFiles
      self.isChat = isChat
      self.items = items
      self.skippedRows = skippedRows
      self.primary = primary
      self.notes = notes
    }
  }

  /// How one policy sat one examination.
  public struct Sitting: Codable, Sendable, Equatable {
    public var exam: String
    public var policy: String
    /// Items with an answer.
    public var answered: Int
    /// Items left out because the model's context does not hold them.
    public var tooLong: Int
    /// Items that lost their beginning for that reason.
    public var cut: Int
    /// Written answers that reached the length limit.
    public var unfinished: Int
    /// Items where one token holds the end of the prompt and the beginning of a choice.
    public var straddling: Int

    public init(
      exam: String, policy: String, answered: Int, tooLong: Int, cut: Int, unfinished: Int,
      straddling: Int
    ) {
      self.exam = exam
      self.policy = policy
      self.answered = answered
      self.tooLong = tooLong
      self.cut = cut
      self.unfinished = unfinished
      self.straddling = straddling
    }
  }

  /// A number of one policy, or of a method over its seeds.
  public struct Score: Codable, Sendable, Equatable {
    public var exam: String
    /// The subject or subset it is about; nil for the whole examination.
    public var category: String?
    public var measurement: Measurement

    public init(exam: String, category: String? = nil, _ measurement: Measurement) {
      self.exam = exam
      self.category = category
      self.measurement = measurement
    }
  }

  /// A method against the reference, item by item.
  public struct Contrast: Codable, Sendable, Equatable {
    public var exam: String
    /// The subject's value minus the reference's.
    public var difference: Measurement
    /// Two-sided, and after Holm's correction over all contrasts of the record.
    public var pValue: Double
    public var correctedPValue: Double
    public var test: String
    /// Items that only the subject, and only the reference, has right; nil where grades are not 0 or 1
    /// or there are several seeds.
    public var gained: Int?
    public var lost: Int?

    public init(
      exam: String, difference: Measurement, pValue: Double, correctedPValue: Double, test: String,
      gained: Int?, lost: Int?
    ) {
      self.exam = exam
      self.difference = difference
      self.pValue = pValue
      self.correctedPValue = correctedPValue
      self.test = test
      self.gained = gained
      self.lost = lost
    }

    /// What the subject lost against the reference in the metric's own direction: above 0 is worse.
    public var cost: Measurement {
      guard difference.direction == .higher else { return difference }
      var cost = difference
      cost.value = difference.value.map { $0 == 0 ? 0 : -$0 }
      cost.low = difference.high.map { -$0 }
      cost.high = difference.low.map { -$0 }
      cost.direction = .lower
      return cost
    }
  }

  public var reference: String
  public var policies: [EvaluatedPolicy]
  public var exams: [Exam]
  public var sittings: [Sitting]
  public var scores: [Score]
  public var contrasts: [Contrast]
  /// Of all intervals.
  public var confidence: Double

  public init(
    reference: String, policies: [EvaluatedPolicy], exams: [Exam], sittings: [Sitting],
    scores: [Score], contrasts: [Contrast], confidence: Double
  ) {
    self.reference = reference
    self.policies = policies
    self.exams = exams
    self.sittings = sittings
    self.scores = scores
    self.contrasts = contrasts
    self.confidence = confidence
  }

  /// What tables show: each method over its seeds, where it has several, the reference first.
  public var subjects: [String] {
    var seen: Set<String> = []
    return policies.map { policy in
      policies.count { $0.group == policy.group } > 1 ? policy.group : policy.id
    }.filter { seen.insert($0).inserted }
  }

  /// What tables call a subject: a method that was trained once by its name, without step and seed.
  public func title(of subject: String) -> String {
    guard let policy = policies.first(where: { $0.id == subject }),
      policies.count(where: { $0.group == policy.group }) == 1
    else { return subject }
    return policy.group
  }

  /// Names of an examination's metrics, in order.
  public func metrics(of exam: String, category: String? = nil) -> [String] {
    var seen: Set<String> = []
    return scores.filter { $0.exam == exam && $0.category == category }
      .map(\.measurement.name).filter { seen.insert($0).inserted }
  }

  public func score(
    _ metric: String, of exam: String, by subject: String, category: String? = nil
  ) -> Measurement? {
    scores.first {
      $0.exam == exam && $0.category == category && $0.measurement.name == metric
        && $0.measurement.subject == subject
    }?.measurement
  }

  /// Categories of an examination, in order.
  public func categories(of exam: String) -> [String] {
    var seen: Set<String> = []
    return scores.filter { $0.exam == exam }.compactMap(\.category)
      .filter { seen.insert($0).inserted }
  }
}
