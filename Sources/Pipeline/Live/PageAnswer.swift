import Foundation

/// What ``PageServer`` says to a request.
struct PageAnswer {
  private enum Status: String {
    case ok = "200 OK"
    case malformed = "400 Bad Request"
    case otherHost = "403 Forbidden"
    case unknown = "404 Not Found"
    case otherMethod = "405 Method Not Allowed"
    case tooLong = "431 Request Header Fields Too Large"
  }

  private let status: Status

  /// The names under which there is something.
  private static let names = ["/", "/report.html"]

  /// - Parameters:
  ///   - request: with its headers; without their end where it is too long.
  ///   - port: that it came to.
  init(_ request: [UInt8], port: Int) {
    status = Self.status(String(decoding: request, as: UTF8.self), port)
  }

  private static func status(_ request: String, _ port: Int) -> Status {
    guard let end = request.range(of: "\r\n\r\n") else { return .tooLong }
    let lines = request[..<end.lowerBound].components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { return .malformed }
    let hosts = lines.dropFirst().compactMap { line -> String? in
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].lowercased() == "host" else { return nil }
      return parts[1].trimmingCharacters(in: .whitespaces).lowercased()
    }
    guard hosts.count == 1 else { return .malformed }
    let name =
      hosts[0].hasSuffix(":\(port)") ? String(hosts[0].dropLast(":\(port)".count)) : hosts[0]
    guard ["127.0.0.1", "localhost"].contains(name) else { return .otherHost }
    guard words[0] == "GET" else { return .otherMethod }
    return names.contains(String(words[1])) ? .ok : .unknown
  }

  var isPage: Bool { status == .ok }

  /// - Parameter page: given where it was asked for.
  func bytes(_ page: Data) -> Data {
    let body = isPage ? page : Data("\(status.rawValue)\n".utf8)
    let type = isPage ? "text/html" : "text/plain"
    let allow = status == .otherMethod ? "Allow: GET\r\n" : ""
    let head = """
      HTTP/1.1 \(status.rawValue)\r
      Content-Type: \(type); charset=utf-8\r
      Content-Length: \(body.count)\r
      \(allow)Cache-Control: no-store\r
      X-Content-Type-Options: nosniff\r
      Referrer-Policy: no-referrer\r
      Connection: close\r
      \r

      """
    return Data(head.utf8) + body
  }
}
