import Testing

@testable import Report

@Suite struct JSONIndenterTests {
  @Test func layoutChangesAndContentDoesNot() {
    let json = #"{"b":1e-05,"a":[1,{"x":"{,\"]: "}],"e":{},"f":[ ]}"#
    #expect(
      JSONIndenter.indented(json) == """
        {
          "b": 1e-05,
          "a": [
            1,
            {
              "x": "{,\\"]: "
            }
          ],
          "e": {},
          "f": []
        }
        """)
  }

  @Test func indentingTwiceChangesNothing() {
    let once = JSONIndenter.indented(#"{"a":[1,2],"b":{"c":null}}"#)
    #expect(JSONIndenter.indented(once) == once)
  }

  @Test func brokenTextDoesNoHarm() {
    #expect(JSONIndenter.indented("}}]") == "\n}\n}\n]")
    #expect(JSONIndenter.indented("").isEmpty)
  }
}
