import DepositTestKit
import Foundation
import Testing

/// Something that real nodes do and the plainest one does not, with a lie that looks like it.
struct Habit: Sendable, CustomTestStringConvertible {
    /// As the first column of `WhatHappensWhen.md` has it.
    let name: String
    /// Where it is documented or was reported.
    let source: String
    let chain: HabitChain
    let manner: Manner
    /// What comes of it where the node is the only one.
    var alone = Outcome.goesOn
    /// The lie in its dress, and the words that refuse it.
    let twin: Twin
    /// What we ask never meets it.
    let isAvoided: Bool

    enum Outcome: Sendable {
        case goesOn
        /// In these works it must not, and says this.
        case waits([HabitWork] = HabitWork.allCases, saying: String)
    }

    /// The lie that wears a habit.
    typealias Dress = @Sendable (Manner) -> Twin

    struct Twin: Sendable {
        let manner: Manner
        let saying: String
        /// Where it is refused; elsewhere it changes nothing.
        var works = HabitWork.allCases
        /// It lies about what it is, rather than about a block.
        var isFromTheStart = false

        /// The same habit with a lie about the content of blocks on top.
        static func lies(_ lie: NodeFault, saying: String = "does not hold") -> Dress {
            { Twin(manner: $0.and(.lying(lie)), saying: saying) }
        }

        static func refused(
            _ manner: Manner, in works: [HabitWork] = HabitWork.allCases, saying: String
        ) -> Dress {
            { _ in Twin(manner: manner, saying: saying, works: works) }
        }

        static func stranger(_ manner: Manner, saying: String) -> Dress {
            { Twin(manner: $0.and(manner), saying: saying, isFromTheStart: true) }
        }

        /// Without the habit, which would hide the lie.
        static func impostor(_ manner: Manner, saying: String) -> Dress {
            { _ in Twin(manner: manner, saying: saying, isFromTheStart: true) }
        }
    }

    init(
        _ name: String, source: String, on chain: HabitChain = .ethereum, _ manner: Manner,
        alone: Outcome = .goesOn,
        isAvoided: Bool = false, twin: Dress = Twin.lies(.changedAmount)
    ) {
        self.name = name
        self.source = source
        self.chain = chain
        self.manner = manner
        self.alone = alone
        self.isAvoided = isAvoided
        self.twin = twin(manner)
    }

    var testDescription: String { "\(name) (\(chain.name))" }

    /// `HABITS` chooses those with these words in their names, for who writes one.
    static let all: [Habit] = {
        let habits =
            batches + heavyBlocks + identity + patience + decoration + writing + heads + foreign + bitcoin
            + bitcoinAnswers
        guard let words = ProcessInfo.processInfo.environment["HABITS"] else { return habits }
        return habits.filter { $0.testDescription.contains(words) }
    }()
}

/// What the daemon does with a node.
enum HabitWork: String, Sendable, CaseIterable {
    case catchUp, head, confirm, backfill, audit
}
