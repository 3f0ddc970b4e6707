import Foundation
import Testing

/// Decoders under inputs that are almost right: none traps, none believes a lie, none grows without bound.
///
/// A long run is `make fuzz FUZZ=json:7 EXECUTIONS=1000000`, target and seed; with the number of an execution behind
/// them, it is that one alone.
@Suite(.serialized, .timeLimit(.minutes(10))) struct FuzzTests {
    @Test(.enabled(if: LongRun.asked == nil), arguments: FuzzTarget.all)
    func `G6: no input breaks a decoder, and what it accepts is true`(target: FuzzTarget) async throws {
        let before = ResidentMemory.bytes()
        let tally = try await FuzzRun(target: target, seed: 1).execute(0..<target.executions)
        #expect(tally.accepted > 0 && tally.refused > 0, "\(tally)")
        #expect(ResidentMemory.bytes() - before < 256 << 20)
    }

    @Test(.enabled(if: LongRun.asked != nil)) func `a long run`() async throws {
        let asked = try #require(LongRun.asked)
        let run = FuzzRun(target: asked.target, seed: asked.seed)
        let start = ContinuousClock.now
        let tally = try await run.execute(asked.numbers)
        let seconds = max(1, (ContinuousClock.now - start).components.seconds)
        let rate = Int64(asked.numbers.count) / seconds
        print(
            "\(asked.target), seed \(asked.seed): \(tally.accepted) accepted, \(tally.refused) refused, \(rate)/s"
        )
    }

    @Test func `an input is the same whenever it is made, and another for every number`() {
        for target in FuzzTarget.all {
            let run = FuzzRun(target: target, seed: 3)
            #expect(
                !target.seeds.isEmpty && target.seeds.allSatisfy { !$0.isEmpty || target.name == "query" })
            #expect(run.input(5).bytes == run.input(5).bytes)
            let inputs = Set((0..<50).map { run.input($0).bytes })
            #expect(inputs.count > 25, "\(target)")
        }
    }

    @Test func `a finding says how to see it again`() async throws {
        let target = FuzzTarget(
            name: "broken", shape: .bytes, seeds: [[1, 2, 3]], executions: 10,
            feed: { _, _ in throw FuzzFinding("nothing is right") })
        let error = await #expect(throws: FuzzFinding.self) {
            try await FuzzRun(target: target, seed: 9).execute(4..<5)
        }
        #expect(error?.description.contains("make fuzz FUZZ=broken:9:4") == true)
    }
}

/// What the environment asks for: `DEPOSITWATCH_FUZZ=TARGET[:SEED[:NUMBER]]`.
private enum LongRun {
    struct Asked {
        let target: FuzzTarget
        let seed: UInt64
        let numbers: Range<Int>
    }

    static let asked: Asked? = {
        let environment = ProcessInfo.processInfo.environment
        let parts = (environment["DEPOSITWATCH_FUZZ"] ?? "").split(separator: ":").map(String.init)
        guard let name = parts.first, let target = FuzzTarget.all.first(where: { $0.name == name }) else {
            return nil
        }
        let seed = parts.count > 1 ? UInt64(parts[1]) ?? 1 : 1
        let count = environment["DEPOSITWATCH_FUZZ_EXECUTIONS"].flatMap { Int($0) } ?? 100_000
        let number = parts.count > 2 ? Int(parts[2]) : nil
        return Asked(target: target, seed: seed, numbers: number.map { $0..<$0 + 1 } ?? 0..<count)
    }()
}

/// What this process holds in memory, by the system's own count.
enum ResidentMemory {
    static func bytes() -> Int {
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        return (pages?.dropFirst().first.flatMap { Int($0) } ?? 0) * 4_096
    }
}
