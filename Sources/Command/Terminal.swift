import Glibc

/// What one output stream can show; standard output and standard error are judged separately.
public struct Terminal: Sendable, Equatable {
  /// The stream is a terminal.
  public let isInteractive: Bool
  /// Columns; 80 where nobody says.
  public let width: Int
  public let usesColor: Bool
  /// A line may be written over: an interactive stream that is not `TERM=dumb`.
  public let canRewriteLine: Bool

  /// The rules, apart from the machine.
  ///
  /// In order: `refusesColor` (`--no-color`) and a non-empty `NO_COLOR` mean no colour; a
  /// non-empty `CLICOLOR_FORCE` other than `0` means colour; else colour only on a terminal that
  /// is not `TERM=dumb`. `COLUMNS` overrides the measured width.
  ///
  /// - Parameter measuredWidth: what the terminal says, in columns; nil when it does not.
  public init(
    isInteractive: Bool, measuredWidth: Int?, environment: [String: String],
    refusesColor: Bool = false
  ) {
    let isDumb = environment["TERM"] == "dumb"
    self.isInteractive = isInteractive
    canRewriteLine = isInteractive && !isDumb
    let stated = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    width = stated ?? measuredWidth.flatMap { $0 > 0 ? $0 : nil } ?? 80
    let force = environment["CLICOLOR_FORCE"] ?? ""
    if refusesColor || environment["NO_COLOR"]?.isEmpty == false {
      usesColor = false
    } else if !force.isEmpty, force != "0" {
      usesColor = true
    } else {
      usesColor = isInteractive && !isDumb
    }
  }

  /// Judges an open stream: 1 for standard output, 2 for standard error.
  public init(descriptor: Int32, environment: [String: String], refusesColor: Bool = false) {
    let isInteractive = isatty(descriptor) == 1
    var size = winsize()
    let isMeasured = isInteractive && ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0
    self.init(
      isInteractive: isInteractive, measuredWidth: isMeasured ? Int(size.ws_col) : nil,
      environment: environment, refusesColor: refusesColor)
  }

  /// The text in a colour, where the stream shows colour. Foreign text goes through
  /// ``ForeignText/printable(_:keepingLines:)`` first.
  public func styled(_ text: String, _ style: TextStyle) -> String {
    usesColor ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}
