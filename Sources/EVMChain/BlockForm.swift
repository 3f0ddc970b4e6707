internal import NodeRPC

/// How the receipts of a block are asked for, the widest form first.
enum ReceiptForm: CaseIterable {
    /// `eth_getBlockReceipts` with the block's hash.
    case byHash
    /// The same with its number, as older Erigons want it. Every receipt says which block it is of.
    case byNumber
    /// `eth_getLogs`, and the receipts of what matched. A log can hide behind a bloom that others fill.
    case byLogs
    /// `eth_getTransactionReceipt`, one a transaction.
    case each

    /// The forms that give what a chain's proof is held against.
    ///
    /// A chain that reads traces needs every receipt, for a trace alone does not say that a transaction succeeded; and
    /// where blocks are carried out after they are accepted, no logs may mean not yet.
    static func forms(_ rules: ScanRules) -> [ReceiptForm] {
        allCases.filter { $0 != .byLogs || (rules.tracer == nil && !rules.provesRoots && !rules.settles) }
    }

    var isOfBlockReceipts: Bool { self == .byHash || self == .byNumber }
}

/// How the traces of a block are asked for, the widest form first.
enum TraceForm: CaseIterable {
    /// All at once, with a time of our own for each transaction: geth ends a trace after 5 s otherwise.
    case byBlock
    /// The same without it, for a node that does not know the option.
    case byBlockPlainly
    /// One a transaction.
    case each

    static func forms(_ tracer: ScanRules.Tracer) -> [TraceForm] {
        tracer == .callTracer ? allCases : [.byBlock, .each]
    }
}

/// A form in which a node did not give a part of a block.
struct FormRefusal: Error {
    enum Part { case receipts, traces }

    let part: Part
    let error: NodeError
    /// The node has no such method.
    var isAbsent = false
    /// It would be refused for every block.
    var isDefinite = false
}

/// The forms that one block, or several, are asked for in, and what was refused on the way.
struct BlockForms {
    /// What is remembered of one node.
    struct Memory: Sendable {
        var receipts = FormMemory()
        var traces = FormMemory()
        var balances = FormMemory()
    }

    private let receiptForms: [ReceiptForm]
    private let traceForms: [TraceForm]
    private let plans: (receipts: [Int], traces: [Int])
    private var places = (receipts: 0, traces: 0)
    private var areDefinite = (receipts: true, traces: true)

    init(_ rules: ScanRules, _ memory: inout Memory) {
        receiptForms = ReceiptForm.forms(rules)
        traceForms = rules.tracer.map(TraceForm.forms) ?? []
        plans = (
            memory.receipts.plan(of: receiptForms.count),
            traceForms.isEmpty ? [] : memory.traces.plan(of: traceForms.count)
        )
    }

    var receipts: ReceiptForm { receiptForms[plans.receipts[places.receipts]] }
    /// Nil where the chain reads no traces.
    var traces: TraceForm? { traceForms.isEmpty ? nil : traceForms[plans.traces[places.traces]] }
    /// Whether the block's transactions must be known before the rest of it can be asked for.
    var needTransactions: Bool { receipts == .each || traces == .each }

    /// Goes on to the next form of what was refused; false where there is none.
    mutating func advance(_ refusal: FormRefusal) -> Bool {
        switch refusal.part {
        case .receipts:
            areDefinite.receipts = areDefinite.receipts && refusal.isDefinite
            repeat {
                places.receipts += 1
            } while places.receipts < plans.receipts.count && refusal.isAbsent
                && receipts.isOfBlockReceipts
            return places.receipts < plans.receipts.count
        case .traces:
            areDefinite.traces = areDefinite.traces && refusal.isDefinite
            places.traces += 1
            return places.traces < plans.traces.count
        }
    }

    /// What a probe found out.
    static func note(hasBlockReceipts: Bool, _ rules: ScanRules, in memory: inout Memory) {
        let wide = ReceiptForm.forms(rules).prefix { $0.isOfBlockReceipts }.count
        if !hasBlockReceipts {
            memory.receipts.begin(with: wide)
        } else if memory.receipts.form >= wide {
            memory.receipts.begin(with: 0)
        }
    }

    /// Remembers the forms that worked.
    func note(in memory: inout Memory) {
        memory.receipts.note(
            plans.receipts[places.receipts], of: plans.receipts, isDefinite: areDefinite.receipts)
        guard !traceForms.isEmpty else { return }
        memory.traces.note(plans.traces[places.traces], of: plans.traces, isDefinite: areDefinite.traces)
    }
}
