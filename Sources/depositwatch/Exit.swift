import ArgumentParser
import ChainKit
import DepositStore
import NodeRPC

/// A command's end that a person should read about.
struct Exit: Error {
    let code: Code
    let message: String

    /// Exit codes of sysexits.h.
    enum Code: Int32 {
        case usage = 64
        case badData = 65
        case unavailable = 69
        case software = 70
        case store = 74
        case noPermission = 77
        case configuration = 78
    }
}

/// Runs a command's body and turns its errors into a sentence on standard error and an exit code.
func reportingErrors(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let exit as Exit {
        throw say(exit.message, exit.code)
    } catch let error as ConfigError {
        throw say("\(error)", .configuration)
    } catch let error as StoreError {
        throw say("\(error)", error.code)
    } catch let error as NodeError {
        throw say("\(error)", .unavailable)
    } catch  where !isOfParser(error) {
        complain("Error: \(error)")
        throw ExitCode.failure
    }
}

/// What ArgumentParser itself knows how to end with.
private func isOfParser(_ error: any Error) -> Bool {
    error is ExitCode || error is ValidationError || error is CleanExit
}

extension StoreError {
    fileprivate var code: Exit.Code {
        switch self {
        case .unreadable, .foreign: .noPermission
        default: isFatal ? .store : .unavailable
        }
    }
}

private func say(_ message: String, _ code: Exit.Code) -> ExitCode {
    complain("depositwatch: \(message)")
    return ExitCode(code.rawValue)
}
