@testable internal import DepositCore
internal import Testing

/// What each input makes of one state; nil changes nothing.
struct StateRow: CustomTestStringConvertible, Sendable {
    let state: Deposit.State
    let sighted, vanished, found, foundElsewhere, foundDoubtful: Deposit.State?
    let cleared, satisfied, final, left: Deposit.State?

    var testDescription: String { state.status.rawValue }
}

private let here = block(7)
private let there = block(8, "b")
private let doubt = Doubt.memoMissing

/// The whole machine, state × input, as product.md's picture has it.
private let matrix: [StateRow] = [
    StateRow(
        state: .seen,
        sighted: nil, vanished: .dropped, found: .detected(in: here), foundElsewhere: .detected(in: there),
        foundDoubtful: .review(doubt, in: here), cleared: nil, satisfied: nil, final: nil, left: nil),
    StateRow(
        state: .dropped,
        sighted: .seen, vanished: nil, found: .detected(in: here), foundElsewhere: .detected(in: there),
        foundDoubtful: .review(doubt, in: here), cleared: nil, satisfied: nil, final: nil, left: nil),
    StateRow(
        state: .detected(in: here),
        sighted: nil, vanished: nil, found: nil, foundElsewhere: nil, foundDoubtful: nil,
        cleared: nil, satisfied: .confirmed(in: here), final: nil, left: .orphaned(from: here)),
    StateRow(
        state: .confirmed(in: here),
        sighted: nil, vanished: nil, found: nil, foundElsewhere: nil, foundDoubtful: nil,
        cleared: nil, satisfied: nil, final: .finalized(in: here), left: .reversed(from: here)),
    StateRow(
        state: .finalized(in: here),
        sighted: nil, vanished: nil, found: nil, foundElsewhere: nil, foundDoubtful: nil,
        cleared: nil, satisfied: nil, final: nil, left: .reversed(from: here)),
    StateRow(
        state: .orphaned(from: here),
        sighted: nil, vanished: nil, found: .detected(in: here), foundElsewhere: .detected(in: there),
        foundDoubtful: .review(doubt, in: here), cleared: nil, satisfied: nil, final: nil, left: nil),
    StateRow(
        state: .reversed(from: here),
        sighted: nil, vanished: nil, found: .detected(in: here), foundElsewhere: .detected(in: there),
        foundDoubtful: .review(doubt, in: here), cleared: nil, satisfied: nil, final: nil, left: nil),
    StateRow(
        state: .review(doubt, in: here),
        sighted: nil, vanished: nil, found: nil, foundElsewhere: nil, foundDoubtful: nil,
        cleared: .detected(in: here), satisfied: nil, final: nil, left: .orphaned(from: here)),
]

@Suite struct DepositStateTests {
    @Test(arguments: matrix)
    func `each input has one outcome in each state`(_ row: StateRow) {
        #expect(row.state.next(.sighted) == row.sighted)
        #expect(row.state.next(.vanished) == row.vanished)
        #expect(row.state.next(.found(here, nil)) == row.found)
        #expect(row.state.next(.found(there, nil)) == row.foundElsewhere)
        #expect(row.state.next(.found(here, doubt)) == row.foundDoubtful)
        #expect(row.state.next(.cleared) == row.cleared)
        #expect(row.state.next(.satisfied) == row.satisfied)
        #expect(row.state.next(.final) == row.final)
        #expect(row.state.next(.left) == row.left)
    }

    @Test func `the matrix has a row for every status`() {
        #expect(Set(matrix.map(\.state.status)) == Set(Status.allCases))
    }

    @Test func `each status has its event type`() {
        for status in Status.allCases { #expect(EventType(status).rawValue == "deposit.\(status.rawValue)") }
    }

    @Test(arguments: matrix)
    func `a state names the block that holds the transfer, or the one that left`(_ row: StateRow) {
        let deposit = Deposit(
            id: DepositID("dep_x"), chain: ChainID("c"), transfer: transfer(), label: nil,
            requirement: depth(3),
            isSilent: false, state: row.state, sequence: 1)
        switch row.state.status {
        case .seen, .dropped: #expect(deposit.block == nil && deposit.displacedBlock == nil)
        case .detected, .confirmed, .finalized, .review:
            #expect(deposit.block == here && deposit.displacedBlock == nil)
        case .orphaned, .reversed: #expect(deposit.block == nil && deposit.displacedBlock == here)
        }
    }
}
