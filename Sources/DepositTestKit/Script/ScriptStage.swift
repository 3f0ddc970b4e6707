internal import ChainKit
internal import Foundation
public import NodeRPC
internal import Synchronization

/// A script at work: its chain or tape, its nodes, and the step that it has come to.
public final class ScriptStage: Sendable {
    public struct Progress: Hashable, Sendable {
        /// How many steps have been performed.
        public let step: Int
        public let moved: Bool
    }

    public let nodes: [ScriptedNode]
    /// The made-up chain; nil where the nodes answer from a tape.
    public let chain: TestChain?
    private let tape: Tape?
    private let steps: [[ScriptOrder]]
    private let performed = Mutex(0)

    /// The script of a fixture folder, over its tape where it names no family.
    public convenience init(folder: String) throws {
        let path = "\(folder)/script.yaml"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw FixtureError("\(path): cannot be read")
        }
        let script = try Script(text, file: path)
        try self.init(script, tape: script.family == nil ? Fixture.tape(in: folder) : nil)
    }

    /// - Parameter tape: what the nodes answer from where the script makes up no chain.
    public convenience init(_ script: Script, tape: Tape? = nil) throws {
        let chain = try script.family.map { family in
            if let height = script.settledSince, family == .evm { return try TestChain(settledSince: height) }
            return try TestChain(family, servesREST: script.servesREST)
        }
        guard let source: any NodeSource = chain ?? tape else {
            throw FixtureError("a script without a tape needs a family; add family: evm or family: bitcoin")
        }
        let nodes = script.nodes.map { ScriptedNode($0, source: source) }
        let steps = try script.steps?.list().map { try ScriptOrder.step($0, on: chain) } ?? []
        for case .fault(_, let node?, _, _) in steps.joined() { _ = try Self.named(node, in: nodes) }
        self.init(nodes, chain, tape, steps)
    }

    /// A tape without a script: one node, and as many steps as the tape has.
    public convenience init(tape: Tape) {
        self.init([ScriptedNode("node", source: tape)], nil, tape, [])
    }

    private init(_ nodes: [ScriptedNode], _ chain: TestChain?, _ tape: Tape?, _ steps: [[ScriptOrder]]) {
        self.nodes = nodes
        self.chain = chain
        self.tape = tape
        self.steps = steps
    }

    /// The chain file with which a daemon follows the made-up chain.
    public var chainFile: String? { chain?.file }

    /// Steps of the script, and of the tape where it has more.
    public var count: Int { max(steps.count, tape?.lastStep ?? 0) }

    /// Performs the next step, and moves a tape on by one; `moved` is false at the end.
    public func advance() throws -> Progress {
        try performed.withLock { performed in
            let hasTapeMoved = tape?.advance() ?? false
            let hasOrders = performed < steps.count
            if hasOrders { try perform(steps[performed]) }
            if hasOrders || hasTapeMoved { performed += 1 }
            return Progress(step: performed, moved: hasOrders || hasTapeMoved)
        }
    }

    /// Performs orders that are no part of the script, in its words: YAML, and so JSON too.
    @discardableResult
    public func perform(_ text: String) throws -> Progress {
        let orders = try ScriptOrder.step(StrictValue(parsing: text, file: "order"), on: chain)
        return try performed.withLock { performed in
            try perform(orders)
            return Progress(step: performed, moved: false)
        }
    }

    private func perform(_ orders: [ScriptOrder]) throws {
        for order in orders {
            switch order {
            case .mine(let blocks, let branch): try chain?.mine(count: blocks, on: branch)
            case .pay(let payments, let branch): try chain?.mine(payments, on: branch)
            case .fork(let branch, let depth, let origin):
                try chain?.fork(branch, depth: depth, of: origin)
            case .undo(let count): try chain?.undo(count)
            case .adopt(let branch): try chain?.adopt(branch)
            case .finalize(let height): chain?.finalize(height)
            case .fault(let fault, let node, let method, let times):
                for node in try node.map({ [try Self.named($0, in: nodes)] }) ?? nodes {
                    node.inflict(fault, on: method, times: times)
                }
            case .cure(let node):
                for node in try node.map({ [try Self.named($0, in: nodes)] }) ?? nodes { node.cure() }
            }
        }
    }

    private static func named(_ name: String, in nodes: [ScriptedNode]) throws -> ScriptedNode {
        guard let node = nodes.first(where: { $0.name == name }) else {
            let known = nodes.map(\.name).joined(separator: ", ")
            throw FixtureError("there is no node \(name); known: \(known)")
        }
        return node
    }
}
