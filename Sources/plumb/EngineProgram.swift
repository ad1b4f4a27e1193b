import Foundation
import Glibc

/// The part of Plumb that computes, beside this program.
struct EngineProgram {
  let path: String

  /// - Throws: ``FrontError/noEngine(path:)``.
  static func find() throws(FrontError) -> EngineProgram {
    let engine = expected()
    guard access(engine.path, X_OK) == 0 else { throw .noEngine(path: engine.path) }
    return engine
  }

  /// Where the engine should be: in the folder of this program itself, also where a link to this
  /// program lies elsewhere.
  static func expected() -> EngineProgram {
    let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    return EngineProgram(path: own.deletingLastPathComponent().appending(path: "plumb-engine").path)
  }

  /// Where memory is limited, the engine may not even load, and the words of its loader or of a library
  /// would be all that is said. It is tried then, in a process of its own.
  ///
  /// - Throws: ``FrontError/noMemory(reason:)``.
  func checkMemory() throws(FrontError) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0,
      limit.rlim_cur != rlim_t.max
    else { return }
    let trial = output(of: ["--version"])
    if trial?.succeeded == true { return }
    // What it says for itself is the better reason.
    let own = trial?.complaint.split(separator: "\n").first { $0.hasPrefix("plumb: ") }
    let reason =
      own.map { String($0.dropFirst("plumb: ".count)) }
      ?? "the limit on memory (ulimit -v) is \(limit.rlim_cur / 1_000_000) MB, in which \(path) cannot be "
      + "loaded; raise it, or lift it (ulimit -v unlimited)"
    throw .noMemory(reason: reason)
  }

  /// Becomes the engine: same process, same terminal, same signals.
  ///
  /// - Returns: why it did not; otherwise it does not return.
  func replaceThisProcess(_ arguments: [String]) -> FrontError {
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
    words.append(nil)
    // Threads that wait for long by spinning slow everything down several times as soon as another
    // program wants the processor; those that never spin lose a fifth when none does. Has to be
    // said before the engine loads; what the user says stands.
    if getenv("OMP_WAIT_POLICY") == nil { setenv("GOMP_SPINCOUNT", "20000", 0) }
    execv(path, words)
    let reason = String(cString: strerror(errno))
    for word in words { free(word) }
    return .notStarted(path: path, reason: reason)
  }

  /// Runs the engine and gives what it printed; nil where it does not start or fails.
  func output(of arguments: [String]) -> (text: String, complaint: String, succeeded: Bool)? {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    let output = Pipe()
    let complaint = Pipe()
    process.standardOutput = output
    process.standardError = complaint
    do {
      try process.run()
      let text = try output.fileHandleForReading.readToEnd() ?? Data()
      let words = try complaint.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      return (
        String(decoding: text, as: UTF8.self), String(decoding: words, as: UTF8.self),
        process.terminationStatus == 0
      )
    } catch {
      return nil
    }
  }
}
