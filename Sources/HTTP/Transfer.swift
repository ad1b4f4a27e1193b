import Foundation

/// One request under way, as libcurl's callbacks fill it.
final class Transfer {
  static let headerLimit = 256 << 10

  let request: HTTPRequest
  let finish: CheckedContinuation<Result<HTTPResponse, TransportFailure>, Never>
  private(set) var body = Data()
  private(set) var headers: [(name: String, value: String)] = []
  private(set) var isTooLarge = false
  private var headerBytes = 0
  private var departures = 0

  init(
    _ request: HTTPRequest,
    _ finish: CheckedContinuation<Result<HTTPResponse, TransportFailure>, Never>
  ) {
    self.request = request
    self.finish = finish
  }

  /// Whether the request may leave; only once.
  ///
  /// When a connection that was used before breaks, libcurl sends the request again by itself, and
  /// nobody would know that it may have been billed twice.
  func mayLeave() -> Bool {
    departures += 1
    return departures == 1
  }

  /// The connection was there, and the request was let go.
  var hasLeft: Bool { departures > 0 }

  /// The connection broke, and libcurl was kept from sending the request again.
  var wasHeldBack: Bool { departures > 1 }

  /// Takes bytes of the body; false ends the transfer.
  func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard body.count + bytes.count <= request.answerLimit else {
      isTooLarge = true
      return false
    }
    body.append(contentsOf: bytes)
    return true
  }

  /// Takes one header line; false ends the transfer.
  func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
    headerBytes += bytes.count
    guard headerBytes <= Self.headerLimit else {
      isTooLarge = true
      return false
    }
    // Every interim answer (100, a proxy's 200) begins anew.
    if bytes.starts(with: Array("HTTP/".utf8)) {
      headers = []
      return true
    }
    let line = String(decoding: bytes, as: UTF8.self)
    guard let colon = line.firstIndex(of: ":") else { return true }
    headers.append(
      (
        line[..<colon].lowercased(),
        line[line.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)
      ))
    return true
  }
}
