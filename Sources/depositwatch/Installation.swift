import Foundation

/// Where the files that ship with the product are: `chains/` and `fixtures/`.
///
/// Looked for in `DEPOSITWATCH_HOME`, beside the executable and above it (a checkout), in `../share/depositwatch`,
/// and in the current folder.
enum Installation {
    static var chains: String {
        get throws { try folder("chains") }
    }

    static var fixtures: String {
        get throws { try folder("fixtures") }
    }

    private static func folder(_ name: String) throws -> String {
        for place in places where isFolder("\(place)/\(name)") { return "\(place)/\(name)" }
        throw Exit(
            code: .configuration,
            message: "the folder \(name)/ that ships with depositwatch is not found; "
                + "set DEPOSITWATCH_HOME to the folder that holds it")
    }

    private static var places: [String] {
        var places: [String] = []
        if let home = ProcessInfo.processInfo.environment["DEPOSITWATCH_HOME"] { places.append(home) }
        var folder = URL(fileURLWithPath: CommandLine.arguments[0])
            .resolvingSymlinksInPath().deletingLastPathComponent()
        if let executable = Bundle.main.executableURL {
            folder = executable.resolvingSymlinksInPath().deletingLastPathComponent()
        }
        for _ in 0..<5 {
            places += [folder.path, folder.appendingPathComponent("share/depositwatch").path]
            folder.deleteLastPathComponent()
        }
        return places + ["."]
    }

    private static func isFolder(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }
}
