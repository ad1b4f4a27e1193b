import Foundation

/// A whole answer of a server, whatever its status.
public struct HTTPResponse: Sendable, Equatable {
  public var status: Int
  /// Names in lower case, in the order of the answer.
  public var headers: [(name: String, value: String)]
  public var body: Data

  public init(status: Int, headers: [(name: String, value: String)] = [], body: Data = Data()) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  public func values(_ name: String) -> [String] {
    headers.filter { $0.name == name }.map(\.value)
  }

  public static func == (first: HTTPResponse, second: HTTPResponse) -> Bool {
    first.status == second.status && first.body == second.body
      && first.headers.elementsEqual(second.headers) { $0 == $1 }
  }
}
