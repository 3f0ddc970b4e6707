internal import Dispatch
internal import NodeRPC

/// Runs a program for every event: the event on its standard input, the headers in its environment; exit code 0 is yes.
struct ExecSink: Sink {
    let program: String
    let timeout: Int
    /// Programs are waited for on threads of their own, never on those that run tasks.
    private let threads = DispatchQueue(label: "depositwatch.exec", attributes: .concurrent)

    init(program: String, timeout: Int) {
        self.program = program
        self.timeout = timeout
    }

    func send(_ request: SignedRequest, on departure: Departure?) async -> SinkOutcome {
        guard await departure?.opens() ?? true else { return .cancelled }
        let giveUp = ChildProcess.Stop()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                threads.async {
                    continuation.resume(returning: run(request, giveUp))
                }
            }
        } onCancel: {
            giveUp.set()
        }
    }

    private func run(_ request: SignedRequest, _ giveUp: ChildProcess.Stop) -> SinkOutcome {
        let headers = [
            "WEBHOOK_ID=\(request.id)", "WEBHOOK_TIMESTAMP=\(request.timestamp)",
            "WEBHOOK_SIGNATURE=\(request.signature)",
        ]
        switch ChildProcess.run(
            program, input: request.body, environment: headers, seconds: timeout, stop: giveUp)
        {
        case .exited(0, let output): return .accepted(status: 0, excerpt: output)
        case .exited(let code, let output):
            return .refused(status: Int(code), excerpt: output, retryAfter: nil)
        case .killed(let signal): return .failed("\(program) was killed by signal \(signal)")
        case .timedOut: return .failed("\(program) took longer than \(timeout) s and was killed")
        case .stopped: return .cancelled
        case .failed(let why): return .failed("\(program) cannot be run: \(why)")
        }
    }
}
