internal import DepositCore
internal import Hummingbird

/// Callbacks that are made, changed and removed here, and not in the configuration.
extension Calls {
    /// Answers with the new secret, and never again. The same asked for once more changes nothing, and shows none.
    func makeCallback(_ call: Call) async throws -> Response {
        let order = try call.decode(CallbackOrder.self)
        guard let name = order.callback else {
            throw Problem(.badBody, "callback is missing: the new one's name.")
        }
        guard order.url != nil else { throw Problem(.badBody, "url is missing: where its events go.") }
        let secret = try await callbackControl.make(name, try order.wish(self))
        let fields = try await fields(of: callback(named: name))
        guard let secret else { return .json(.object(fields)) }
        return .json(
            .object(fields + [secret.field]), status: .created, headers: [.location: "/v1/callbacks/\(name)"])
    }

    func changeCallback(_ call: Call) async throws -> Response {
        let name = try callback(named: call.part("name")).name
        let order = try call.decode(CallbackOrder.self)
        guard order.callback == nil || order.callback == name else {
            throw Problem(.unfitCallback, "A callback keeps its name; make another one, then remove \(name).")
        }
        try await callbackControl.change(name, to: try order.wish(self))
        return .json(.object(try await fields(of: callback(named: name))))
    }

    func rotateCallback(_ call: Call) async throws -> Response {
        let name = try callback(named: call.part("name")).name
        guard try !call.query.flag("finish") else {
            try await callbackControl.finishRotation(of: name)
            return .json(.object(try await fields(of: callback(named: name))))
        }
        let secret = try await callbackControl.rotate(name)
        return .json(.object(try await fields(of: callback(named: name)) + [secret.field]))
    }

    /// Events are never dropped silently: where some wait, the client must say that it gives them up.
    func removeCallback(_ call: Call) async throws -> Response {
        let name = try callback(named: call.part("name")).name
        let count = try await callbackControl.remove(name, givingUp: try call.query.flag("discard"))
        noteRemoval(of: name)
        return .json(.object(["callback": .string(name), "given_up": .integer(Int64(count))]))
    }
}

extension IssuedSecret {
    fileprivate var field: JSONText.Field { JSONText.Field(name: "secret", value: .string(text)) }
}
