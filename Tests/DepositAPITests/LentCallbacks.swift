import DepositAPI
import DepositCore
import Synchronization

/// The daemon's callbacks as the API sees them: the configured `ledger`, and what is made in a test.
final class LentCallbacks: CallbackControl {
    struct State {
        var made: [String: CallbackWish] = [:]
        var changed: [String: CallbackWish] = [:]
        /// Thrown by the next call.
        var refusal: CallbackRefusal?
        var isGivingUp = false
    }

    let state = Mutex(State())

    var cards: [CallbackCard] {
        var ledger = CallbackCard(
            name: "ledger", origin: .configuration, endpoint: "https://ledger.example/hooks")
        ledger.publicKeys = ["whpk_new", "whpk_old"]
        return [ledger]
            + state.withLock { state in
                state.made.keys.sorted().map {
                    CallbackCard(name: $0, origin: .api, endpoint: "https://made.example/")
                }
            }
    }

    func make(_ name: String, _ wish: CallbackWish) async throws -> IssuedSecret? {
        try refuse()
        let isNew = state.withLock { $0.made.updateValue(wish, forKey: name) } == nil
        return isNew ? IssuedSecret("whsec_shown-once") : nil
    }

    func change(_ name: String, to wish: CallbackWish) async throws {
        try refuse()
        state.withLock { $0.changed[name] = wish }
    }

    func rotate(_ name: String) async throws -> IssuedSecret {
        try refuse()
        return IssuedSecret("whsec_the-next")
    }

    func finishRotation(of name: String) async throws { try refuse() }

    func remove(_ name: String, givingUp: Bool) async throws -> Int {
        try refuse()
        state.withLock { state in
            state.made[name] = nil
            state.isGivingUp = givingUp
        }
        return 7
    }

    private func refuse() throws {
        let refusal = state.withLock { state in
            defer { state.refusal = nil }
            return state.refusal
        }
        if let refusal { throw refusal }
    }
}
