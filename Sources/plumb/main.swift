import Command
import Foundation

// The command that users call. It starts in milliseconds because nothing here needs libtorch; what
// does is handed over to `plumb-engine`.
let arguments = Array(CommandLine.arguments.dropFirst())
exit(Front.main(arguments).rawValue)
