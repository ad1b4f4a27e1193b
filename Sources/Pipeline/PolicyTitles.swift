import Foundation
import Policy
import Training

/// What results call the models of folders that a recipe measures.
enum PolicyTitles {
  /// - Parameters:
  ///   - paths: as the recipe writes them.
  ///   - other: a title that is taken.
  /// - Returns: for each path the path itself; of one that begins at the root of this machine as many
  ///   of its last parts as tell it from all others.
  static func of(_ paths: [String], beside other: String) -> [String: String] {
    let written = Set(paths).subtracting(paths.filter { $0.hasPrefix("/") })
    var titles = Dictionary(uniqueKeysWithValues: written.map { ($0, $0) })
    let absolute = Set(paths).subtracting(written)
    for path in absolute {
      let parts = path.split(separator: "/")
      let others = absolute.subtracting([path]).map { $0.split(separator: "/") }
      let count = (1...max(1, parts.count)).first { count in
        let title = parts.suffix(count).joined(separator: "/")
        return title != other && !written.contains(title)
          && others.allSatisfy { $0.suffix(count) != parts.suffix(count) }
      }
      titles[path] = parts.suffix(count ?? parts.count).joined(separator: "/")
    }
    return titles
  }

  /// What results call policies in servers: `server:MODEL`, with the machine behind it where several have
  /// that name.
  static func ofServers(_ names: [String]) -> [String: String] {
    let known = names.compactMap { name -> (String, ServerName)? in
      do throws(PolicyError) {
        return (name, try ServerName(name))
      } catch {
        return nil
      }
    }
    let shared = Dictionary(grouping: known) { $0.1.model }
    var titles: [String: String] = [:]
    for (name, server) in known {
      let short = ServerName.prefix + server.model
      let address = server.address.split(separator: "://").last.map(String.init) ?? ""
      titles[name] = (shared[server.model]?.count ?? 0) > 1 ? "\(short)@\(address)" : short
    }
    return titles
  }
}
