import CCurl
import Foundation

/// One easy handle with the header list that it refers to.
final class CurlHandle {
  /// The longest time that a connection may take, TLS included, in milliseconds.
  private static let connecting = 10_000

  let easy: UnsafeMutableRawPointer
  private var list: UnsafeMutablePointer<curl_slist>?

  init?() {
    guard let easy = curl_easy_init() else { return nil }
    self.easy = easy
  }

  deinit {
    curl_slist_free_all(list)
    curl_easy_cleanup(easy)
  }

  /// Forgets the request and its key, and keeps connections.
  func reset() {
    curl_easy_reset(easy)
    curl_slist_free_all(list)
    list = nil
  }

  /// Sets everything that a request may and may not do; false where libcurl does not take it.
  func prepare(_ transfer: Transfer) -> Bool {
    let request = transfer.request
    var codes: [CURLcode] = []
    func number(_ option: CURLoption, _ value: Int) {
      codes.append(plumb_curl_set_number(easy, option, value))
    }
    func text(_ option: CURLoption, _ value: String) {
      codes.append(plumb_curl_set_text(easy, option, value))
    }
    text(CURLOPT_URL, request.url)
    text(CURLOPT_PROTOCOLS_STR, "https,http")
    number(CURLOPT_FOLLOWLOCATION, 0)
    number(CURLOPT_SSL_VERIFYPEER, 1)
    number(CURLOPT_SSL_VERIFYHOST, 2)
    number(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    if let certificates = request.certificates { text(CURLOPT_CAINFO, certificates) }
    // What is for this machine must not leave it, which `http_proxy` would make it do.
    if !request.usesProxy { text(CURLOPT_PROXY, "") }
    number(CURLOPT_NETRC, 0)
    // Signals would be raised in whatever thread resolves a name.
    number(CURLOPT_NOSIGNAL, 1)
    number(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    let milliseconds = max(1, Int(request.deadline / .milliseconds(1)))
    number(CURLOPT_TIMEOUT_MS, milliseconds)
    // Nothing else limits an answer: judges that reason, and models on slow machines, are silent
    // for minutes before the first byte.
    number(CURLOPT_CONNECTTIMEOUT_MS, min(Self.connecting, milliseconds))
    number(CURLOPT_POST, 1)
    codes.append(
      plumb_curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count)))
    request.body.withUnsafeBytes { codes.append(plumb_curl_set_body(easy, $0.baseAddress)) }
    codes.append(setHeaders(request) ? CURLE_OK : CURLE_OUT_OF_MEMORY)
    let context = Unmanaged.passUnretained(transfer).toOpaque()
    codes.append(
      plumb_curl_receive_body(
        easy,
        { bytes, size, count, context in
          CurlHandle.receive(bytes, size * count, context) { $0.receiveBody($1) }
        }, context))
    codes.append(
      plumb_curl_receive_headers(
        easy,
        { bytes, size, count, context in
          CurlHandle.receive(bytes, size * count, context) { $0.receiveHeader($1) }
        }, context))
    codes.append(
      plumb_curl_ask_before(
        easy,
        { context, _, _, _, _ in
          guard let context else { return CURL_PREREQFUNC_ABORT }
          let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
          return transfer.mayLeave() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
        }, context))
    return codes.allSatisfy { $0 == CURLE_OK }
  }

  /// Hands bytes to the transfer behind a callback's context; another count than given ends it.
  private static func receive(
    _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
    _ take: (Transfer, UnsafeRawBufferPointer) -> Bool
  ) -> Int {
    guard let bytes, let context else { return count == 0 ? 0 : -1 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    return take(transfer, UnsafeRawBufferPointer(start: bytes, count: count)) ? count : -1
  }

  private func setHeaders(_ request: HTTPRequest) -> Bool {
    var lines = request.headers.map { "\($0.name): \($0.value)" }
    if let secret = request.secret {
      lines.append("\(secret.name): \(secret.prefix)\(secret.key.secret)")
    }
    // libcurl asks leave before larger bodies, which costs a second where nobody answers.
    lines.append("Expect:")
    for line in lines {
      // A line end in a value would be a header of its own.
      guard line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }),
        let longer = curl_slist_append(list, line)
      else { return false }
      list = longer
    }
    return plumb_curl_set_headers(easy, list) == CURLE_OK
  }

  var hasSentSomething: Bool {
    var bytes: Int = 0
    var size: curl_off_t = 0
    plumb_curl_get_number(easy, CURLINFO_REQUEST_SIZE, &bytes)
    plumb_curl_get_size(easy, CURLINFO_SIZE_UPLOAD_T, &size)
    return bytes > 0 || size > 0
  }

  func outcome(of transfer: Transfer, _ code: CURLcode) -> Result<HTTPResponse, TransportFailure> {
    var status = 0
    plumb_curl_get_number(easy, CURLINFO_RESPONSE_CODE, &status)
    if code == CURLE_OK, status > 0 {
      return .success(
        HTTPResponse(status: status, headers: transfer.headers, body: transfer.body))
    }
    let failed: TransportFailure.Kind =
      switch code {
      case _ where transfer.isTooLarge: .tooLarge
      case _ where transfer.wasHeldBack: .closed
      case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .nameNotFound
      case CURLE_COULDNT_CONNECT: .notConnected
      case CURLE_OPERATION_TIMEDOUT: .deadline
      case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
        CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED:
        .tls
      case CURLE_PARTIAL_FILE: .short
      case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING: .closed
      case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
        .malformed
      default: .other
      }
    let isConnected = hasSentSomething || transfer.hasLeft
    let kind =
      failed == .deadline && !isConnected
        && transfer.request.deadline > .milliseconds(Self.connecting)
      ? .connectionDeadline : failed
    let limit: Duration? =
      switch kind {
      case .deadline: transfer.request.deadline
      case .connectionDeadline: .milliseconds(Self.connecting)
      default: nil
      }
    let detail = kind == .other || kind == .tls ? String(cString: curl_easy_strerror(code)) : nil
    // Before the handshake is over no byte of the request has left.
    let isSent =
      (hasSentSomething || transfer.wasHeldBack)
      && ![.nameNotFound, .notConnected, .tls, .connectionDeadline].contains(kind)
    return .failure(TransportFailure(kind, detail: detail, limit: limit, mayBeBilled: isSent))
  }
}
