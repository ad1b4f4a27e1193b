import Testing

@testable import Policy

@Suite struct ServerNameTests {
  @Test func `a name is model and address`() throws {
    let name = try ServerName("server:org/model@v2@https://host:8000/v1")
    #expect(name.model == "org/model@v2")
    #expect(name.address == "https://host:8000/v1")
    #expect("\(name)" == "server:org/model@v2@https://host:8000/v1")
  }

  @Test(arguments: ["server:", "server:model", "server:model@host/v1", "chat:m@http://h"])
  func `what is none says how one is written`(text: String) {
    #expect(
      throws: PolicyError.input(
        "a policy in a server is written server:MODEL@URL, as in "
          + "server:my-model@http://127.0.0.1:8000/v1")
    ) { try ServerName(text) }
  }

  @Test func `a model without a name is missed, and the address is not repeated`() {
    #expect(throws: PolicyError.input("'server:@…' lacks its model's name: server:MODEL@URL")) {
      try ServerName("server:@http://user:secret@host/v1")
    }
  }
}
