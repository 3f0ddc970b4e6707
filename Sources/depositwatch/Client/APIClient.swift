import ArgumentParser
import Foundation
import NodeRPC
import Synchronization

/// How a command reaches the daemon's API.
struct APIOptions: ParsableArguments {
    @Option(help: "The daemon's API: http(s)://HOST:PORT or http+unix:///PATH.sock. [$DEPOSITWATCH_API]")
    var api: String = ProcessInfo.processInfo.environment["DEPOSITWATCH_API"] ?? "http://127.0.0.1:8420"

    @Option(help: "table for people; json or ndjson for programs.")
    var output: OutputFormat = .table

    /// The token comes from the environment alone: an argument would show in the process list.
    var client: APIClient {
        APIClient(base: api, token: ProcessInfo.processInfo.environment["DEPOSITWATCH_TOKEN"])
    }
}

/// Speaks to a running daemon.
struct APIClient: Sendable {
    let base: String
    let token: String?

    /// Sends a call and decodes its answer; a problem becomes the sentence a person reads.
    func call(
        _ method: HTTPRequest.Method, _ path: String, query: [(String, String?)] = [], body: Data? = nil
    ) async throws -> JSONValue {
        let place = try place
        var request = HTTPRequest(method: method, url: try url(place, path, query))
        request.unixSocket = place.unixSocket
        // A call that waits for events says nothing for as long as there are none.
        request.limits = HTTPLimits(totalSeconds: 120)
        request.body = body.map { [UInt8]($0) } ?? []
        if body != nil { request.headers.append(("Content-Type", "application/json")) }
        if let token {
            if place.isClearText { ClearToken.warn(of: place) }
            request.headers.append(("Authorization", "Bearer \(token)"))
        }
        let response: HTTPResponse
        do throws(HTTPError) { response = try await HTTPClient.shared.send(request) } catch {
            throw Exit(
                code: .unavailable,
                message: "the daemon's API at \(place) cannot be reached (\(error)); is it running? "
                    + "Name another with --api or DEPOSITWATCH_API")
        }
        let data = Data(response.body.bytes)
        let value =
            data.isEmpty ? JSONValue.object([:]) : try JSONDecoder().decode(JSONValue.self, from: data)
        guard (200..<300).contains(response.status) else { throw refusal(response.status, value) }
        return value
    }

    /// Every item of a list, page after page.
    func list(_ path: String, query: [(String, String?)], atMost limit: Int) async throws -> [JSONValue] {
        var items: [JSONValue] = []
        var after: String?
        repeat {
            let size = min(1_000, limit - items.count)
            let page = try await call(.get, path, query: query + [("after", after), ("limit", "\(size)")])
            items += page["items"].array
            after = page["next"].string
        } while after != nil && items.count < limit
        return items
    }

    /// The base may hold a password, which no message shows.
    private var place: URLParts {
        get throws {
            do throws(InvalidURL) { return try URLParts(base) } catch {
                throw Exit(code: .usage, message: "--api: \(error)")
            }
        }
    }

    private func url(_ place: URLParts, _ path: String, _ query: [(String, String?)]) throws -> String {
        guard var parts = URLComponents(string: place.url), let end = URLComponents(string: path) else {
            throw Exit(code: .usage, message: "--api: \(place) is not a URL")
        }
        if parts.percentEncodedPath.hasSuffix("/") { parts.percentEncodedPath.removeLast() }
        parts.percentEncodedPath += end.percentEncodedPath
        let items = query.compactMap { name, value in value.map { URLQueryItem(name: name, value: $0) } }
        if !items.isEmpty { parts.queryItems = items }
        guard let url = parts.string else {
            throw Exit(code: .usage, message: "--api: \(place) is not a URL")
        }
        return url.replacingOccurrences(of: "+", with: "%2B")
    }

    private func refusal(_ status: Int, _ problem: JSONValue) -> Exit {
        let detail = problem["detail"].string ?? problem["title"].string ?? "HTTP \(status)"
        let errors = problem["addresses"].array.map { entry in
            "\n  \(entry["index"].string ?? "?"): \(entry["reason"].string ?? entry.line)"
        }.joined()
        switch status {
        case 401:
            return Exit(code: .noPermission, message: "\(detail) (set DEPOSITWATCH_TOKEN)")
        case 403: return Exit(code: .noPermission, message: detail)
        case 404: return Exit(code: .badData, message: detail)
        case 400..<500: return Exit(code: .badData, message: detail + errors)
        default: return Exit(code: .unavailable, message: detail)
        }
    }
}

/// The token on a way where it can be read.
private enum ClearToken {
    private static let isTold = Mutex(false)

    /// Once, however many calls there are.
    static func warn(of place: URLParts) {
        let isNew = isTold.withLock { isTold in
            defer { isTold = true }
            return !isTold
        }
        guard isNew else { return }
        complain(
            "warning: the token goes to \(place) in clear, where anybody on the way can read it; "
                + "use https, or a tunnel that ends on this machine")
    }
}

/// A text as a part of a path.
func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
}
