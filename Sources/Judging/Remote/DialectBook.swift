import Synchronization

/// How each server is asked, as far as is known now; judges of one server share it.
public final class DialectBook: Sendable {
  /// What was learned of one server, and what it said.
  public struct Lesson: Sendable, Equatable, Codable {
    /// `chat:MODEL@URL`.
    public var server: String
    public var dialect: Dialect
    /// The server's words, one for each change.
    public var because: [String]

    public init(server: String, dialect: Dialect, because: [String]) {
      self.server = server
      self.dialect = dialect
      self.because = because
    }
  }

  /// How every server is asked until it refuses that.
  let begin: Dialect
  private let lessons = Mutex<[String: Lesson]>([:])

  public init(_ begin: Dialect = Dialect()) { self.begin = begin }

  public func dialect(of server: String) -> Dialect {
    lessons.withLock { $0[server]?.dialect } ?? begin
  }

  func knows(_ server: String) -> Bool { lessons.withLock { $0[server] != nil } }

  /// Takes over what was learned before.
  public func recall(_ lesson: Lesson) {
    lessons.withLock { $0[lesson.server] = lesson }
  }

  /// Takes a change over; nil where it was known, so that nothing is learned.
  func learn(_ change: Dialect.Change, of server: String, because words: String) -> Lesson? {
    lessons.withLock { lessons in
      var lesson = lessons[server] ?? Lesson(server: server, dialect: begin, because: [])
      guard lesson.dialect.learn(change) else { return nil }
      lesson.because.append(words)
      lessons[server] = lesson
      return lesson
    }
  }

  /// What servers taught, by their names.
  public var all: [Lesson] {
    lessons.withLock { $0.values.sorted { $0.server < $1.server } }
  }

  /// What a lesson is shared under: the same server asked otherwise from the start may teach another.
  func name(of server: String) -> String {
    begin == Dialect() ? server : "\(server) \(begin.words)"
  }
}
