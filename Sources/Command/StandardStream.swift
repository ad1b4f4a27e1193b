import Glibc
import Synchronization

/// Standard output or standard error: the only place of both programs that writes to them.
///
/// A write that fails ends nothing: a training is worth more than its lines of progress, and an
/// error has its exit code. The first failure is kept, later text is dropped, and
/// ``Output/finish(_:)`` says at the end what was lost.
public final class StandardStream: Sendable {
  public static let output = StandardStream(descriptor: 1)
  public static let error = StandardStream(descriptor: 2)

  let descriptor: Int32
  /// `errno` of the first write that failed; 0 while all text has arrived.
  private let lost = Atomic<Int32>(0)

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Why text was lost, as `errno` has it; nil while none was.
  public var failure: Int32? {
    let code = lost.load(ordering: .acquiring)
    return code == 0 ? nil : code
  }

  /// Writes the text as it is: what is foreign in it has gone through ``ForeignText``.
  func write(_ text: String) {
    guard failure == nil else { return }
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count >= 0 {
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        } else if errno == EAGAIN {
          // Whoever started us may have left the stream without waiting.
          var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&state, 1, -1)
        } else if errno != EINTR {
          lost.store(errno, ordering: .releasing)
          return
        }
      }
    }
  }

  /// To be called before a program opens anything: where a standard descriptor is closed, the first
  /// file to be opened would get its number, and lines of progress would land in a record. Closed
  /// ones are opened on `/dev/null`, standard output only for reading, so that results are known to be
  /// lost. A pipe without a reader and a file that may not grow become
  /// errors of the write instead of signals.
  public static func secure() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is this one, as those below are open by now.
      guard open("/dev/null", descriptor == 1 ? O_RDONLY : O_RDWR) >= 0 else { return }
    }
  }
}
