import HTTP

/// What stops a judging, or keeps it from beginning: what, where, and what to do, on one line.
public enum JudgingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A judge template is wrong; lines count from 1.
  case template(path: String, line: Int, problem: String)
  /// A judge, address, key or limit as it was typed.
  case setting(String)
  /// The settings or inputs of a judging that was begun are not those of now.
  case changed(path: String, what: [String])
  /// A calibration is of another judge than the one that is asked.
  case calibration(path: String, what: [String])
  /// The file of remembered answers cannot be used.
  case cache(path: String, problem: String)
  /// A file of a batch's results is none.
  case batch(path: String, line: Int, problem: String)
  /// No judge can be asked any more.
  case unavailable(judge: String, reason: String)
  /// A limit that the user set is reached; `because` says what is not plain from the limit alone.
  case exhausted(limit: String, because: String? = nil)
  /// The user asked to stop.
  case interrupted

  /// 2 usage, 3 data, 4 judge, 6 file system; 130 for an interruption.
  public var exitCode: Int32 {
    switch self {
    case .setting: 2
    case .template, .changed, .calibration, .batch: 3
    case .unavailable, .exhausted: 4
    case .cache: 6
    case .interrupted: 130
    }
  }

  public var description: String {
    switch self {
    case .template(let path, let line, let problem), .batch(let path, let line, let problem):
      "\(path):\(line): \(problem)"
    case .setting(let problem): problem
    case .changed(let path, let what):
      "\(path): was begun with \(Self.words(what)); choose another folder with --output, or use what it "
        + "was begun with"
    case .calibration(let path, let what):
      "\(path): is of another judge (other \(what.joined(separator: ", "))); calibrate the judge that "
        + "is asked now, with plumb calibrate"
    case .cache(let path, let problem): "\(path): \(problem)"
    case .unavailable(let judge, let reason): "judge \(judge): \(reason)"
    case .exhausted(let limit, let because):
      "stopped at \(limit); " + (because.map { $0 + "; " } ?? "")
        + "the same command with a higher limit goes on from here"
    case .interrupted: "stopped; the same command goes on from here"
    }
  }
}

extension JudgingError {
  /// What keeps a judge from being asked, before anything is sent.
  init(_ error: HTTPError) {
    switch error {
    case .setting(let problem): self = .setting(problem)
    case .unavailable(let reason): self = .unavailable(judge: "server", reason: reason)
    }
  }

  /// Differences of a judging; a judge that differs in more than three ways is another one.
  private static func words(_ what: [String]) -> String {
    let own = what.filter { $0.hasPrefix("judge's ") }
    guard own.count > 3 else { return "other \(what.joined(separator: ", "))" }
    let others = what.filter { !own.contains($0) }
    return "another judge" + (others.isEmpty ? "" : " and other \(others.joined(separator: ", "))")
  }
}
