import ChainKit
import DepositAPI
import Foundation
import NodeRPC

extension Configuration {
    /// What can be run, and should not be without a thought: `check` says it, and `check --strict` refuses it.
    ///
    /// TLS below 1.2 is not among it: neither nodes nor callbacks are ever spoken to with less.
    func concerns() throws -> [String] {
        chains.compactMap(\.soleTrust) + clearText + (try listening) + readableSecrets
    }

    /// Chains whose one node is believed whatever it says, without anybody having said that it may be.
    var soleTrusts: [String] { chains.compactMap(\.soleTrust) }

    private var clearText: [String] {
        chains.flatMap { watched in
            watched.nodes.filter(\.isClearText).map { node in
                "\(watched.chain.spec.id): the node \(node.name) is spoken to in clear: whoever is on the way reads "
                    + "along and can change its answers; use https, or a tunnel that ends on this machine"
            }
        }
    }

    private var listening: [String] {
        get throws {
            let address = try api.address()
            if address.isLocal { return [] }
            return [
                "the API listens on \(address) in clear: tokens can be read on the way; let it listen on 127.0.0.1 "
                    + "or a unix socket, and put a proxy that speaks TLS in front"
            ]
        }
    }

    private var readableSecrets: [String] {
        secretFiles.compactMap { path in
            // systemd's credentials are for one service alone; their group bits are the mask of an access list.
            guard !path.hasPrefix("/run/credentials/"), let permissions = PrivateFile.permissions(of: path),
                permissions & 0o044 != 0
            else { return nil }
            let who = permissions & 0o004 != 0 ? "everybody on this machine" : "its group"
            return "the secret's file \(path) can be read by \(who); chmod 600 \(path)"
        }
    }
}

extension Configuration.WatchedChain {
    /// Why this chain rests on one word; nil where it does not, or was said to.
    fileprivate var soleTrust: String? {
        guard chain.isMainNetwork, nodes.count == 1, !trustOneNode else { return nil }
        return
            "one node alone is trusted for \(chain.spec.id): add two more and agree: 2, or say trust_one_node: true"
    }
}

extension StrictValue {
    /// Every file that a secret is read from, wherever it is named: `{file: PATH}`, and the key of a certificate.
    var secretFiles: [String] {
        if isList { return (try? list().flatMap(\.secretFiles)) ?? [] }
        guard isMap, let entries = try? map().entries else { return [] }
        let isCertificate = entries.contains { $0.key == "chain" } && entries.contains { $0.key == "key" }
        return entries.flatMap { key, _, value in
            let isFile = key == "file" || (key == "key" && isCertificate)
            return isFile && !value.isMap && !value.isList
                ? (try? value.string()).map { [$0] } ?? [] : value.secretFiles
        }
    }
}
