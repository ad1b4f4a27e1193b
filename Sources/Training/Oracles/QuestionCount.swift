/// How often judges will be asked, at most: what is asked twice or remembered costs nothing.
public struct QuestionCount: Equatable, Sendable {
  /// Requests to servers.
  public var remote: Int
  /// Questions for models in this process.
  public var local: Int

  public init(remote: Int = 0, local: Int = 0) {
    self.remote = remote
    self.local = local
  }

  public static func + (left: Self, right: Self) -> Self {
    Self(remote: left.remote + right.remote, local: left.local + right.local)
  }

  public static func * (left: Self, right: Int) -> Self {
    Self(remote: left.remote * right, local: left.local * right)
  }
}
