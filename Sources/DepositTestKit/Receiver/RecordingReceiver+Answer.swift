extension RecordingReceiver {
    /// How the receiver treats a request whose signature holds.
    public enum Answer: Hashable, Sendable, ExpressibleByIntegerLiteral {
        /// This HTTP status, with `Retry-After` where seconds are given; taken when it is 2xx.
        case status(Int, retryAfter: Int? = nil)
        /// 307 to another URL; not taken.
        case redirect(to: String)
        /// No answer, until the other side gives up; not taken.
        case hang
        /// The connection is reset without an answer; not taken.
        case reset
        /// Taken, and answered with 200 and a body that never ends.
        case endlessBody
        /// 204, and then it dies before it has stored anything: not taken, though the sender must think so.
        case forget

        public init(integerLiteral status: Int) {
            self = .status(status)
        }

        var isTaken: Bool {
            switch self {
            case .status(let status, _): (200..<300).contains(status)
            case .endlessBody: true
            case .redirect, .hang, .reset, .forget: false
            }
        }
    }
}
