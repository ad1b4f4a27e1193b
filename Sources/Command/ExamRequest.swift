/// What `plumb exam` needs to know.
public struct ExamRequest: Sendable, Equatable {
  /// An examination of the command line.
  public struct Task: Sendable, Equatable {
    public var name: String
    public var files: [String]
    public var shots = 0
    public var shotFiles: [String] = []
  }

  /// Folders, names of the hub, runs and stages of runs; the first is the reference.
  public var models: [String]
  /// At least one.
  public var tasks: [Task]
  public var limit: Int?
  public var isChat: Bool
  /// A name or a file, in the place of the models' own.
  public var chatTemplate: String?
  /// `refuse`, `skip` or `cut`.
  public var tooLong: String
  public var skipsBadRows: Bool
  public var samples: Int
  /// Nil for 0 of one answer and 1 of several.
  public var temperature: Double?
  public var maxTokens: Int
  /// Nil for the examinations' own.
  public var until: [String]?
  public var seed: UInt64
  public var device: String
  public var precision: String
  public var output: String?
  /// What has to hold for the command to end with 0.
  public var requirements: [Requirement]

  init(_ models: [String], _ parsed: ParsedArguments) throws(CommandError) {
    self.models = models
    tasks = try Self.tasks(parsed)
    requirements = try parsed.requirements(of: nil, takesSubjects: true)
    limit = try parsed.count(.itemLimit, atMost: 10_000_000)
    isChat = parsed.has(.asTurns)
    chatTemplate = parsed.text(.chatTemplate)
    tooLong = try parsed.word(.tooLong, among: ["refuse", "skip", "cut"]) ?? "refuse"
    skipsBadRows = try parsed.word(.badRows, of: ["refuse", "skip"]) == "skip"
    samples = try parsed.count(.writtenAnswers, atMost: 10_000) ?? 1
    temperature = try parsed.temperature(.answerTemperature)
    maxTokens = try parsed.count(.answerLength, atMost: 1_000_000) ?? 256
    until = parsed.has(.until) ? parsed.values(.until) : nil
    seed = try parsed.seed(.seed) ?? 0
    device = parsed.text(.evaluationDevice) ?? "cpu"
    precision = try parsed.word(.precision, among: ["float32", "bfloat16"]) ?? "float32"
    output = parsed.text(.examOutput)
  }

  private static func tasks(_ parsed: ParsedArguments) throws(CommandError) -> [Task] {
    var tasks: [Task] = []
    for value in parsed.values(.task) {
      let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw .badValue(option: "--task", value: value, expected: "NAME=FILE, as in mmlu=mmlu/test")
      }
      if let place = tasks.firstIndex(where: { $0.name == parts[0] }) {
        tasks[place].files.append(parts[1])
      } else {
        tasks.append(Task(name: parts[0], files: [parts[1]]))
      }
    }
    guard !tasks.isEmpty else { throw .missingOption(command: "exam", option: "--task NAME=FILE") }
    for value in parsed.values(.shots) {
      for (place, text) in try places(of: value, in: tasks, option: "--shots") {
        guard let count = Int(text), (0...1000).contains(count) else {
          throw .badValue(
            option: "--shots", value: value, expected: "a whole number from 0 to 1000")
        }
        tasks[place].shots = count
      }
    }
    for value in parsed.values(.shotFile) {
      for (place, text) in try places(of: value, in: tasks, option: "--shots-from") {
        tasks[place].shotFiles.append(text)
      }
    }
    return tasks
  }

  /// The tasks that a value is for, all of them where it names none.
  private static func places(
    of value: String, in tasks: [Task], option: String
  ) throws(CommandError) -> [(Int, String)] {
    let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
    if parts.count == 2, let place = tasks.firstIndex(where: { $0.name == parts[0] }) {
      return [(place, parts[1])]
    }
    // A file's name may hold the sign too.
    guard option != "--shots" || parts.count == 1 else {
      let names = tasks.map(\.name).joined(separator: ", ")
      throw .badValue(
        option: option, value: value, expected: "the name of a task (\(names)), = and N")
    }
    return tasks.indices.map { ($0, value) }
  }
}
