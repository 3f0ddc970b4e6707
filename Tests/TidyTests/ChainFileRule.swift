/// Every chain file has a fixture of its chain, or a reason why there is none.
enum ChainFileRule {
    /// - Parameters:
    ///   - files: each chain file's name without `.yaml`, and its text.
    ///   - fixtures: the chains that have a fixture, as `family/chain`.
    ///   - excused: chains without one, and why.
    static func complaints(
        _ files: [String: String], fixtures: Set<String>, excused: [String: String]
    ) -> [Complaint] {
        var complaints: [Complaint] = []
        func complain(_ name: String, _ message: String) {
            complaints.append(Complaint(path: "chains/\(name).yaml", line: nil, message: message))
        }
        for (name, text) in files.sorted(by: { $0.key < $1.key }) {
            let family = value(of: "family", in: text) ?? "no family"
            let hasFixture = fixtures.contains("\(family)/\(name)")
            if value(of: "id", in: text) != name { complain(name, "the id is not the file's name") }
            if !hasFixture, excused[name] == nil {
                complain(name, "no fixture in fixtures/\(family)/\(name)")
            }
            if hasFixture, excused[name] != nil { complain(name, "it has a fixture: take it off the list") }
        }
        for name in excused.keys.sorted() where files[name] == nil {
            complain(name, "excused, but not there")
        }
        return complaints
    }

    private static func value(of key: String, in text: String) -> String? {
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(key):") }
        return line?.dropFirst(key.count + 1).split(whereSeparator: { $0 == " " || $0 == "#" }).first.map(
            String.init)
    }
}

/// What may lie at the top of the repository: what the architecture names, what convention wants there, and
/// dotfiles.
enum TopLevelRule {
    private static let allowed: Set<String> = [
        "Package.swift", "Package.resolved", "Sources", "Tests", "chains", "fixtures", "README.md", "LICENSE",
        "Makefile", "CHANGELOG.md",
    ]

    static func complaints(_ names: [String]) -> [Complaint] {
        names.filter { !$0.hasPrefix(".") && !allowed.contains($0) }.map {
            Complaint(path: $0, line: nil, message: "nothing else lies at the top: find it a room")
        }
    }
}
