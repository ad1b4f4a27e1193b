import Foundation

/// What can go wrong with the files of a run: what, where, and what to do, on one line.
public enum RunError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file is not what it should be; `problem` names tensor, line or byte where there is one.
  case invalidFile(path: String, problem: String)
  /// A system call failed; `operation` says what was attempted and on how many bytes.
  case fileSystem(path: String, operation: String, code: Int32)
  /// There is too little free space to begin a write of known size.
  case insufficientSpace(path: String, needed: Int, free: Int)
  /// Another process uses the run directory.
  case locked(path: String, holder: String)
  /// The program tried to write something that the format cannot hold.
  case unwritable(path: String, problem: String)

  /// The exit status of a command that ends with this error: 2 usage, 3 data, 5 computation,
  /// 6 file system.
  public var exitCode: Int32 {
    switch self {
    case .locked: 2
    case .invalidFile: 3
    case .unwritable: 5
    case .fileSystem, .insufficientSpace: 6
    }
  }

  public var description: String { "\(path.onOneLine): \(problem)" }

  /// The file or folder.
  public var path: String {
    switch self {
    case .invalidFile(let path, _), .unwritable(let path, _), .fileSystem(let path, _, _),
      .insufficientSpace(let path, _, _), .locked(let path, _):
      path
    }
  }

  /// What is wrong with it, and what to do.
  public var problem: String {
    switch self {
    case .invalidFile(_, let problem), .unwritable(_, let problem): problem
    case .fileSystem(_, let operation, let code):
      "cannot \(operation): \(String(cString: strerror(code)))"
        + (Self.advice(for: code).map { "; \($0)" } ?? "")
    case .insufficientSpace(_, let needed, let free):
      "needs \(megabytes(needed)) but only \(megabytes(free)) are free; "
        + "free space on that file system and start again"
    case .locked(_, let holder):
      "in use by \(holder); stop it first, or choose another run directory"
    }
  }

  /// What to do about a file that is not what it should be, after what is wrong with it.
  public func advising(_ advice: String) -> RunError {
    guard case .invalidFile(let path, let problem) = self else { return self }
    return .invalidFile(path: path, problem: "\(problem); \(advice)")
  }

  private func megabytes(_ bytes: Int) -> String {
    // Rounded up, so that a shortage never reads as 0 MB needed.
    "\(bytes / 1_000_000 + (bytes % 1_000_000 == 0 ? 0 : 1)) MB (\(bytes) bytes)"
  }

  private static func advice(for code: Int32) -> String? {
    switch code {
    case ENOSPC, EDQUOT: "free space on that file system and start again"
    case EACCES, EPERM: "check its owner and permissions"
    case EROFS: "choose a directory on a writable file system"
    case ENOENT: "check the path"
    case ENAMETOOLONG: "choose a shorter name"
    case EMFILE, ENFILE: "raise the limit on open files (ulimit -n)"
    case EIO: "check the disk"
    case ENOMEM: "free memory, or raise the limit on it (ulimit -v)"
    case ENOLCK, EOPNOTSUPP, ENOSYS: "its file system keeps no locks; put the run on another"
    case EFBIG: "raise the limit on the size of files (ulimit -f)"
    default: nil
    }
  }
}

extension String {
  /// The text with control characters written as `\u{…}`, so that a name out of an untrusted file
  /// can neither break a message into lines nor send escape sequences to a terminal.
  var onOneLine: String {
    guard unicodeScalars.contains(where: \.isControl) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      if scalar.isControl {
        text += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }

  /// In single quotes, on one line, at most 80 characters.
  var quoted: String {
    let text = onOneLine
    return text.count <= 80 ? "'\(text)'" : "'\(text.prefix(79))…'"
  }
}

extension Unicode.Scalar {
  /// C0 and C1 controls, line and paragraph separators, and what changes writing direction.
  var isControl: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
