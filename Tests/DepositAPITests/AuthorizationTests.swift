import HTTPTypes
import Testing

@testable import DepositAPI

struct AuthorizationTests {
    static let bearers: [(scope: Scope?, token: String?)] = [
        (nil, nil), (nil, "no-such-token-0123456"), (.read, nil), (.write, nil), (.admin, nil),
    ]

    @Test(arguments: Route.all.indices)
    func `every call is open to the scopes it names and to no other`(index: Int) async throws {
        let route = Route.all[index]
        let world = try await World()
        let path = route.path.replacing("{chain}", with: "alpha").replacing("{address}", with: "a-one")
            .replacing("{id}", with: "1")
        for bearer in Self.bearers {
            let answer = try await world.call(
                route.method, path, as: bearer.scope, token: bearer.token,
                body: route.method == .put ? #"{"chain":"alpha","addresses":[]}"# : nil)
            switch route.access {
            case .open:
                #expect(answer.status != 401 && answer.status != 403)
            case .scope(let needed):
                guard let scope = bearer.scope else {
                    #expect(answer.status == 401)
                    #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
                    continue
                }
                #expect((answer.status == 403) == (scope < needed), "\(scope) \(answer.status)")
                #expect(answer.status != 401)
            }
        }
    }

    @Test func `a refused token shows in no answer and no log line`() async throws {
        let world = try await World()
        let secret = "canary-0123456789abcdef"
        let forms = ["Bearer \(secret)", secret, "Basic \(secret)", "Bearer  \(secret) x"]
        for form in forms {
            let answer = try await world.call(.get, "/v1/chains", as: nil, headers: [.authorization: form])
            #expect(answer.status == 401)
            #expect(!answer.text.contains("canary"))
        }
        #expect(world.log.all.count == forms.count)
        #expect(!world.log.all.joined().contains("canary"))
    }

    @Test func `a page of another site may not call`() async throws {
        let world = try await World()
        let answer = try await world.call(
            .post, "/v1/chains/alpha/resume", headers: [.origin: "https://evil.example"])
        #expect(answer.status == 403)
        #expect(answer.problem == "foreign-origin")
        let own = try await world.call(.get, "/v1/chains", headers: [.origin: "http://localhost"])
        #expect(own.status == 200)
    }

    @Test func `without tokens everything is open to this machine`() async throws {
        let world = try await World(tokens: .none(listeningOn: .standard))
        #expect(try await world.call(.get, "/v1/chains", as: nil).status == 200)
        #expect(try await world.call(.post, "/v1/chains/alpha/resume", as: nil).status == 409)
    }

    @Test func `refused requests are logged once each, served ones are not`() async throws {
        let world = try await World()
        _ = try await world.call(.get, "/v1/chains")
        #expect(world.log.all.isEmpty)
        _ = try await world.call(.get, "/v1/chains?a=b")
        #expect(world.log.all.count == 1)
        #expect(
            world.log.all.first?.hasPrefix("info API: 400 bad-parameter for GET /v1/chains reason=") == true)
    }
}
