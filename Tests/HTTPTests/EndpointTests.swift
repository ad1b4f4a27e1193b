import Foundation
import Testing

@testable import HTTP

/// Addresses as they are typed.
@Suite struct EndpointTests {
  private static let addresses: [(String, String?)] = [
    ("https://api.example.com/v1/", nil), ("http://localhost:8000/v1", nil),
    ("http://127.0.0.2:1", nil), ("http://[::1]:8000/v1", nil),
    (
      "http://10.0.0.1/v1",
      "10.0.0.1 would be asked without encryption; use https://, or --allow-http in a network that "
        + "you trust"
    ),
    (
      "http://127.evil.example/v1",
      "127.evil.example would be asked without encryption; use https://, or --allow-http in a network "
        + "that you trust"
    ),
    (
      "https://me:sk-secret@host/v1",
      "the address of host holds a user or password; put the key into an environment variable and "
        + "name it with --api-key-env"
    ),
    (
      "https://host/v1?key=sk-secret",
      "the address of host ends in a query or fragment; give scheme, host and path"
    ),
    (
      "file:///etc/passwd",
      "a server's address is a URL like https://host/v1 or http://localhost:8000/v1"
    ),
    ("ftp://host/v1", "a server's address begins with https:// or http://, not ftp:"),
    (
      "https://host/v1\r\nX-Evil: 1",
      "a server's address is a URL like https://host/v1 or http://localhost:8000/v1"
    ),
  ]

  @Test(arguments: addresses) func `an address is checked before anything is sent there`(
    text: String, problem: String?
  ) throws {
    do throws(HTTPError) {
      let endpoint = try Endpoint(text)
      #expect(problem == nil && !endpoint.url.hasSuffix("/"))
    } catch {
      #expect(error == .setting(problem ?? "none"))
      #expect(!"\(error)".contains("secret"))
    }
    if text == "http://10.0.0.1/v1" {
      #expect(try !Endpoint(text, allowsPlain: true).isLoopback)
    }
  }
}
