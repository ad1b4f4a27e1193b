import Foundation
import Runs
import Testing

@testable import Pipeline

@Suite struct RunOriginTests {
  @Test func `a run finds its recipe's folder again, also after both moved together`() {
    let run = RunDirectory(URL(fileURLWithPath: "/place/runs/one"))
    let base = URL(fileURLWithPath: "/place/recipes", isDirectory: true)
    let origin = RunOrigin(base: base, overrides: ["seeds=[1]"], run: run)
    #expect(origin.base == "../../recipes")
    #expect(origin.folder(of: run).path == "/place/recipes")
    let moved = RunDirectory(URL(fileURLWithPath: "/elsewhere/runs/one"))
    #expect(origin.folder(of: moved).path == "/elsewhere/recipes")
  }
}
