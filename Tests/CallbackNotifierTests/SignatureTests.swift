import DepositCore
import Foundation
import Testing

@testable import CallbackNotifier

@Suite struct SignatureTests {
    static let text = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    static let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    static let body = Array("{\"test\": 2432232314}".utf8)
    static let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    static let moment = Timestamp(seconds: 1_614_265_330)

    private func verify(
        _ signature: String = Self.signature, at seconds: Int64 = Self.moment.seconds, id: String = Self.id,
        timestamp: String = "1614265330", body: [UInt8] = Self.body, secrets: [String] = [Self.text],
        publicKeys: [PublicKey] = []
    ) throws -> SignatureError? {
        let secrets = try secrets.map { text throws(SecretError) in try Secret(text) }
        do {
            try Signature.verify(
                id: id, timestamp: timestamp, signature: signature, body: body, secrets: secrets,
                publicKeys: publicKeys, now: Timestamp(seconds: seconds))
            return nil
        } catch {
            return error
        }
    }

    @Test func `the vector of Standard Webhooks is signed and verified`() throws {
        let secret = try Secret(Self.text)
        #expect(
            Signature.of(id: Self.id, timestamp: Self.moment, body: Self.body, secrets: [secret])
                == Self.signature)
        #expect(try verify() == nil)
    }

    @Test func `during a rotation both secrets sign and either verifies`() throws {
        let other = "whsec_" + String(repeating: "A", count: 40)
        let both = try [Secret(Self.text), Secret(other)]
        let signatures = Signature.of(id: Self.id, timestamp: Self.moment, body: Self.body, secrets: both)
        #expect(signatures.split(separator: " ").count == 2)
        #expect(try verify(signatures) == nil)
        #expect(try verify(signatures, secrets: [other]) == nil)
        #expect(try verify(Self.signature, secrets: [other]) == .wrong)
    }

    /// The vector of the reference library for Go.
    @Test func `the vector of Standard Webhooks for key pairs is signed and verified`() throws {
        let text = "whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk="
        let expected =
            "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag=="
        let pair = try Secret(text)
        #expect(
            Signature.of(id: Self.id, timestamp: Self.moment, body: Self.body, secrets: [pair]) == expected)
        #expect(try verify(expected, secrets: [text]) == nil)
        let key = try #require(pair.publicKey)
        let again = try PublicKey("\(key)")
        #expect(again == key && "\(key)".hasPrefix("whpk_"))
        #expect(try verify(expected, secrets: [], publicKeys: [key]) == nil)
        #expect(try verify(expected, secrets: [Self.text]) == .wrong)
        #expect(try verify(expected, id: "msg_other", secrets: [text]) == .wrong)
        #expect(try verify(expected, body: Self.body + [10], secrets: [text]) == .wrong)
        #expect(try verify("v1" + expected.dropFirst(3), secrets: [text]) == .wrong)
        #expect(try verify("v1a" + Self.signature.dropFirst(2), secrets: [text]) == .wrong)
        let both = Signature.of(
            id: Self.id, timestamp: Self.moment, body: Self.body, secrets: [pair, try Secret(Self.text)])
        #expect(both == "\(expected) \(Self.signature)")
        #expect(try verify(both) == nil)
        #expect(try verify(both, secrets: [], publicKeys: [key]) == nil)
    }

    @Test func `a successor is another key of the same kind`() throws {
        for text in [Self.text, "whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk="] {
            let old = try Secret(text)
            let new = try Secret(old.successor())
            #expect(new != old && "\(new)" == "\(old)")
            #expect(try Secret(old.successor()) != new)
        }
    }

    @Test func `a request five minutes off is refused and one a second less is not`() throws {
        for seconds in [-299, 299] as [Int64] {
            #expect(try verify(at: Self.moment.seconds + seconds) == nil)
        }
        #expect(try verify(at: Self.moment.seconds + 301) == .tooOld(seconds: 301))
        #expect(try verify(at: Self.moment.seconds - 301) == .fromTheFuture(seconds: 301))
    }

    @Test func `any change of id, time, body or signature is noticed`() throws {
        #expect(try verify(id: "msg_other") == .wrong)
        #expect(try verify(id: "") == .noID)
        #expect(try verify(timestamp: "1614265331") == .wrong)
        #expect(try verify(body: Self.body + [10]) == .wrong)
        #expect(try verify("v1,AAAA") == .wrong)
        for text in ["", "v1", "v2,abc", "v1a,abc", "v1,???"] { #expect(try verify(text) == .noSignature) }
        for text in ["", "abc", "01614265330", "1614265330.0", "-1", " 1614265330"] {
            #expect(try verify(timestamp: text) == .badTimestamp(text))
        }
    }

    @Test func `a malformed secret is refused with a reason that does not repeat it`() throws {
        func reason(_ text: String) -> SecretError? {
            do {
                _ = try Secret(text)
                return nil
            } catch {
                return error
            }
        }
        #expect(reason("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") == .noPrefix)
        #expect(reason("whsec_not base64!") == .notBase64)
        #expect(reason("whsec_AAAA") == .wrongLength(3))
        #expect(reason("whsec_" + String(repeating: "A", count: 88)) == .wrongLength(66))
        #expect(reason(Self.text) == nil)
        let pair = try Secret("whsk_" + String(repeating: "A", count: 43) + "=")
        let key = try #require(pair.publicKey)
        #expect(reason("whsk_AAAA") == .wrongKeyLength(3))
        let halves = Data(count: 32) + Data(key.bytes)
        #expect(try Secret("whsk_" + halves.base64EncodedString()) == pair)
        #expect(reason("whsk_" + Data(count: 64).base64EncodedString()) == .notAPair)
        for error in [SecretError.noPrefix, .notBase64, .wrongLength(3), .wrongKeyLength(3), .notAPair] {
            #expect(!error.description.contains("MfKQ"))
        }
    }

    @Test func `a secret never shows itself`() throws {
        let secret = try Secret(Self.text)
        var dumped = ""
        dump([secret], to: &dumped)
        let shown = ["\(secret)", "\([secret])", String(reflecting: secret), dumped]
        #expect(
            shown.allSatisfy { !$0.contains("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") && !$0.contains("49, 242") })
    }
}
