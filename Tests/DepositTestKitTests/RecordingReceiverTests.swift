import CallbackNotifier
import DepositCore
import DepositTestKit
import Foundation
import Synchronization
import Testing

/// A receiver that misbehaves, as a sender meets it over real HTTP.
@Suite(.timeLimit(.minutes(5))) struct RecordingReceiverTests {
    private static let text = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private let clock = SteppedClock()

    private func request(_ id: String, signedWith secret: Secret) -> SignedRequest {
        let body = Array(#"{"id":"\#(id)"}"#.utf8)
        let signature = Signature.of(id: id, timestamp: clock.now, body: body, secrets: [secret])
        return SignedRequest(id: id, timestamp: "\(clock.now.seconds)", signature: signature, body: body)
    }

    @Test func `it hangs, refuses, redirects, resets, never ends and forgets, and then takes everything`()
        async throws
    {
        let secret = try Secret(Self.text)
        let mood = Mutex(RecordingReceiver.Answer.reset)
        let receiver = RecordingReceiver(
            secrets: [secret], now: { [clock] in clock.now }, answer: { _ in mood.withLock { $0 } })
        try await receiver.serving { url in
            func send(_ id: String, timeout: Int = 60) async throws -> SinkOutcome {
                let sink = try Endpoint(url + "/hooks").sink(timeout: timeout, clock: clock)
                return await sink.send(request(id, signedWith: secret))
            }
            receiver.behave(
                .status(410), .status(500), .status(429, retryAfter: 60), .redirect(to: "/elsewhere"))
            let refusals: [(status: Int, pause: Int64?)] = [(410, nil), (500, nil), (429, 60), (307, nil)]
            for (status, pause) in refusals {
                let outcome = try await send("evt_1")
                #expect(outcome == .refused(status: status, excerpt: "", retryAfter: pause))
            }
            // A request on a connection that was used before is sent once more on a new one when that is reset, so it
            // is not told how many there are.
            for answer in [RecordingReceiver.Answer.reset, .hang] {
                mood.withLock { $0 = answer }
                guard case .failed = try await send("evt_1", timeout: 5) else {
                    Issue.record("an answer came from nowhere")
                    continue
                }
            }
            #expect(receiver.received.isEmpty)
            mood.withLock { $0 = .endlessBody }
            // Long enough for a busy machine to begin with an answer, and for a stall to be taken for an end.
            guard case .failed(let why) = try await send("evt_1", timeout: 20) else {
                Issue.record("a body without an end was waited for")
                return
            }
            #expect(why.contains("20 s were over after"))
            #expect(receiver.received.map(\.isRepeated) == [false])
            receiver.behave(.forget)
            mood.withLock { $0 = 204 }
            guard case .accepted = try await send("evt_2") else {
                Issue.record("a receiver that is about to die says yes first")
                return
            }
            #expect(receiver.received.map(\.id) == ["evt_1"])
            _ = try await send("evt_1")
            _ = try await send("evt_2")
            #expect(receiver.received.map(\.id) == ["evt_1", "evt_1", "evt_2"])
            #expect(receiver.received.map(\.isRepeated) == [false, true, false])
        }
    }

    @Test func `a request signed with another secret is turned away, whatever it should do next`()
        async throws
    {
        let receiver = RecordingReceiver(secrets: [try Secret(Self.text)], now: { [clock] in clock.now })
        receiver.behave(.forget)
        let other = try Secret("whsec_" + Data(repeating: 7, count: 32).base64EncodedString())
        try await receiver.serving { url in
            let sink = try Endpoint(url).sink(timeout: 60, clock: clock)
            let outcome = await sink.send(request("evt_1", signedWith: other))
            guard case .refused(401, _, _) = outcome else {
                Issue.record("a false signature was not refused: \(outcome)")
                return
            }
        }
        #expect(receiver.refusedSignatures == 1)
        #expect(receiver.received.isEmpty)
    }
}
