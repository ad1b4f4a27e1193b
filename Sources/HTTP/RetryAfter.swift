import Foundation

/// How long a server asks to wait.
public enum RetryAfter: Sendable, Equatable {
  /// At most ``longest``.
  case wait(Duration)
  /// Longer than ``longest``: the question is given up for this run instead.
  case tooLong(seconds: Double)
  /// The server does not say, or not in a way that can be read.
  case unsaid

  public static let longest = Duration.seconds(60)

  /// Reads `retry-after-ms` and `Retry-After` (seconds, or a date); the longest of several counts.
  ///
  /// - Parameter now: the time that dates are measured from where the answer has no `Date`.
  public init(_ response: HTTPResponse, now: Date = .now) {
    let sent = response.values("date").lazy.compactMap(Self.date).first ?? now
    var seconds: [Double] = response.values("retry-after-ms").compactMap { text in
      Self.number(text).map { $0 / 1000 }
    }
    for text in response.values("retry-after") {
      if let value = Self.number(text) {
        seconds.append(value)
      } else if let date = Self.date(text) {
        seconds.append(max(0, date.timeIntervalSince(sent)))
      }
    }
    guard let wait = seconds.max() else {
      self = .unsaid
      return
    }
    self.init(seconds: wait)
  }

  /// A wait that is said in the body.
  public init(_ wait: Duration) { self.init(seconds: wait / .seconds(1)) }

  private init(seconds: Double) {
    self =
      seconds <= Self.longest / .seconds(1) ? .wait(.seconds(seconds)) : .tooLong(seconds: seconds)
  }

  /// A finite number of 0 or more in plain notation.
  private static func number(_ text: String) -> Double? {
    let text = text.trimmingCharacters(in: .whitespaces)
    guard !text.isEmpty, text.utf8.count <= 32,
      text.utf8.allSatisfy({
        (0x30...0x39).contains($0) || [UInt8(ascii: "."), UInt8(ascii: "e")].contains($0)
      }),
      let value = Double(text), value.isFinite
    else { return nil }
    return value
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
  private static func date(_ text: String) -> Date? {
    guard text.utf8.count <= 40 else { return nil }
    let words = text.split { " :,".contains($0) }
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    guard words.count == 8, words[7] == "GMT", let day = Int(words[1]),
      let month = months.firstIndex(of: String(words[2])), let year = Int(words[3]),
      let hour = Int(words[4]), let minute = Int(words[5]), let second = Int(words[6])
    else { return nil }
    var calendar = Calendar(identifier: .gregorian)
    guard let zone = TimeZone(secondsFromGMT: 0) else { return nil }
    calendar.timeZone = zone
    return calendar.date(
      from: DateComponents(
        year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second))
  }
}
