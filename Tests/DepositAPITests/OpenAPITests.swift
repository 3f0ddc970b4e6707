import DepositCore
import HTTPTypes
import Testing
import Yams

@testable import DepositAPI

struct OpenAPITests {
    static func document() throws -> Yams.Node {
        try #require(try Yams.compose(yaml: String(decoding: Resource.openapi.bytes, as: UTF8.self)))
    }

    @Test func `the document and the served routes are the same calls with the same parameters`() throws {
        let document = try Self.document()
        var written: [String: [String]] = [:]
        for (path, item) in try #require(document["paths"]?.mapping) {
            for (method, call) in try #require(item.mapping) where method.string != "parameters" {
                let names = call["parameters"]?.sequence?.compactMap { Self.name(of: $0, in: document) } ?? []
                written["\(method.string?.uppercased() ?? "") \(path.string ?? "")"] = names
            }
        }
        let served = Dictionary(
            uniqueKeysWithValues: Route.all.map { ("\($0.method.rawValue) \($0.path)", $0.query) })
        #expect(written == served)
    }

    @Test func `the document names the scope of every call that needs one`() throws {
        let document = try Self.document()
        for route in Route.all {
            let call = try #require(document["paths"]?[route.path]?[route.method.rawValue.lowercased()])
            switch route.access {
            case .open: #expect(call["security"]?.sequence?.isEmpty == true, "\(route.path)")
            case .scope(let scope):
                #expect(call["security"] == nil)
                #expect(
                    call["description"]?.string?.contains("Scope: \(scope.rawValue).") == true,
                    "\(route.path)")
            }
        }
    }

    @Test func `the document lists every kind of problem`() throws {
        let written = try #require(Self.document()["x-problems"]?.mapping?.keys.compactMap(\.string))
        #expect(Set(written) == Set(Problem.Kind.allCases.map(\.rawValue)))
    }

    @Test func `the document lists every reason for review`() throws {
        let deposit = try #require(Self.document()["components"]?["schemas"]?["Deposit"])
        let written = deposit["properties"]?["reason"]?["enum"]?.sequence?.compactMap(\.string) ?? []
        #expect(Set(written) == Set(Doubt.allCases.map(\.rawValue) + ["null"]))
    }

    @Test func `every reference in the document leads somewhere`() throws {
        let document = try Self.document()
        let text = String(decoding: Resource.openapi.bytes, as: UTF8.self)
        for match in text.matches(of: /\$ref: "#\/([^"]+)"/) {
            var node: Yams.Node? = document
            for part in match.1.split(separator: "/") { node = node?[String(part)] }
            #expect(node != nil, "\(match.1)")
        }
    }

    private static func name(of parameter: Yams.Node, in document: Yams.Node) -> String? {
        guard let reference = parameter["$ref"]?.string?.split(separator: "/").last else {
            return parameter["name"]?.string
        }
        return document["components"]?["parameters"]?[String(reference)]?["name"]?.string
    }
}
