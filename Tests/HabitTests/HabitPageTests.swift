import Foundation
import Testing

/// The page that operators read has a row for each habit.
@Suite struct HabitPageTests {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["HABITS"] == nil))
    func `each habit has its row in the page of what happens when, with its source`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let page = try String(
            contentsOf: root.appending(path: "Sources/depositwatch/Documentation.docc/WhatHappensWhen.md"),
            encoding: .utf8)
        let section = try #require(
            page.components(separatedBy: "\n## ").first { $0.hasPrefix("…a node has habits of its own") })
        let rows = section.split(separator: "\n").filter { $0.hasSuffix(") |") }.map { row in
            row.components(separatedBy: " | ")
        }
        let told = Dictionary(rows.map { (String($0[0].dropFirst(2)), $0[2]) }) { first, _ in first }
        #expect(Set(told.keys) == Set(Habit.all.map(\.name)))
        #expect(rows.count == told.count, "a habit has two rows")
        for habit in Habit.all {
            #expect(told[habit.name]?.contains(habit.source) == true, "\(habit.name)")
        }
    }
}
