internal import DepositTestKit

/// An answer with a length and nothing unusual.
func http(_ body: String, status: String = "200 OK", headers: String = "") -> String {
    SocketServer.answer(body, status: status, headers: headers)
}
